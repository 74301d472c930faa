"""report.html and the pages beside it: what is in them, who may read them, and that nothing in them is live."""

import re
import stat
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from made_course import DUE, Shape, made_course, made_grouping, made_pairs
from toys import toy

from autograder.course.findings import Excerpt, Group, Grouping, Match, Pair
from autograder.course.model import HandIn, Person, Row
from autograder.course.report import write_report
from autograder.course.report.cohort import needs_human
from autograder.course.report.labels import masked
from autograder.errors import AutograderError
from autograder.grading.outcome import Outcome
from autograder.grading.records import NEUTRAL, Record

SMALL = Shape(students=80, tests=12, parts=3)
BAD = "\"'><script>hacked=1</script><img src=//evil.example onerror=hacked=1></pre></style></title>\u202e{{x}}&lt;"
LIVE = {"script", "img", "iframe", "object", "embed", "link", "base", "form", "video", "audio", "style"}


class Tags(HTMLParser):
    """All tags of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def course():
    return made_course(SMALL)


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def write_all(course, out, **options) -> dict[str, str]:
    """Write a report with everything that it can have; name -> text of each file."""
    write_report(course, out, pairs=made_pairs(course, 6), grouping=made_grouping(course, 12), **options)
    return {name: content.decode() for name, content in files_in(out).items()}


def test_every_line_of_the_class_has_a_page_that_the_report_links_to(course, tmp_path):
    files = write_all(course, tmp_path)
    links = set(re.findall(r"href=(students/\S+?)>", files["report.html"]))
    assert (
        links == {f"students/{row.id}.html" for row in course.rows} == {name for name in files if name.startswith("students/")}
    )
    for name, text in files.items():
        for _, attributes in Tags(text).tags:
            target = (attributes.get("href") or "#").partition("#")[0]
            if target:
                assert (tmp_path / name).parent.joinpath(target).is_file(), f"{name}: {target}"


def test_files_are_for_their_owner_alone(course, tmp_path):
    out = tmp_path / "new"
    write_all(course, out)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in out.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in [out, *out.rglob("*")] if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})


def test_the_same_class_gives_the_same_bytes_and_leaves_files_alone(course, tmp_path):
    write_all(course, tmp_path / "one")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "one").rglob("*.html")}
    write_all(made_course(SMALL), tmp_path / "one")
    assert {path: path.stat().st_mtime_ns for path in before} == before
    write_all(made_course(SMALL), tmp_path / "two")
    assert files_in(tmp_path / "one") == files_in(tmp_path / "two")


def test_a_file_that_others_could_read_is_written_again(course, tmp_path):
    write_report(course, tmp_path)
    (tmp_path / "report.html").chmod(0o644)
    write_report(course, tmp_path)
    assert stat.S_IMODE((tmp_path / "report.html").stat().st_mode) == 0o600


def test_pages_of_an_earlier_report_go_and_files_of_others_stay(course, tmp_path):
    write_all(course, tmp_path)
    (tmp_path / "students" / "mine.html").write_text("<html>my own page")
    (tmp_path / "students" / "notes.txt").write_text("my own notes")
    write_report(course, tmp_path, anonymous=True)
    files = files_in(tmp_path)
    assert {"students/mine.html", "students/notes.txt"} <= set(files)
    assert len(files) == 1 + len(course.rows) + 2
    assert not [name for name in files if "s00" in name or name.startswith(("groups/", "similar/"))]


def test_a_page_is_allowed_its_own_style_and_script_and_nothing_else(course, tmp_path):
    for name, text in write_all(course, tmp_path).items():
        tags = Tags(text).tags
        policy = next(a["content"] for _, a in tags if a.get("http-equiv") == "Content-Security-Policy")
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy and ("script-src" in policy) == (name == "report.html")
        assert [tag for tag, _ in tags].count("script") == (name == "report.html")
        assert not [a for _, a in tags if "style" in a or any(key.startswith("on") for key in a)]
        sources = [a["src"] for _, a in tags if "src" in a]
        assert all(source.startswith("data:image/png;base64,") for source in sources)
        assert not re.search(r"url\(|@import|https?://|//[a-z]", text.replace("<!doctype", ""))


def hostile(course):
    """The class with hostile words wherever words can come from."""
    row = next(row for row in course.rows if row.outcome)
    record = Record("tests/test_x.py::test_x", BAD, number="1.1", max_score=1.0, score=0.0, reason=BAD, printed=BAD, staff=BAD)
    broken = replace(record, nodeid="tests/test_x.py::test_y", status="broken")
    outcome = Outcome(
        replace(course.assignment, title=BAD), [record, broken, *row.outcome.records], 1.0, remarks=[BAD], notes=[BAD],
        not_run=BAD,
        policies=[BAD], items=[replace(record, max_score=0.0)], level=BAD,
    )  # fmt: skip
    person = Person(BAD, BAD, BAD, BAD)
    bad = Row(
        "a b#?\"<x>&'é%2f",
        (person,),
        HandIn((Path(BAD),), (person,), BAD, DUE),
        outcome,
        late=BAD,
        files={BAD: BAD, "m.py": BAD},
    )
    faulty = Row("fault", (person,), bad.hand_in, fault=BAD)
    group = Group(BAD, BAD, (BAD, record.nodeid), (bad.id,), bad.id, (Excerpt(BAD, 1, BAD),), (Excerpt(BAD, 1, BAD),), 0.5, BAD)
    pairs = [
        Pair(bad.id, row.id, 1, 1, 1, 1, [Match(BAD, (1, 1), "modules.py", (1, 2))]),
        Pair(bad.id, BAD, 1, 1, 1, 2, [Match("m.py", (1, 1), BAD, (1, 9))], True, ((BAD, BAD),)),
    ]
    new = replace(course, assignment=outcome.assignment, rows=[bad, faulty, *course.rows], notes=[BAD], skeleton={BAD: BAD})
    return new, {"pairs": pairs, "grouping": Grouping([group], 1, 1)}


@pytest.mark.parametrize("anonymous", [False, True])
def test_hostile_words_are_words_everywhere(course, tmp_path, anonymous):
    plain, bad = tmp_path / "plain", tmp_path / "bad"
    write_all(course, plain)
    changed, found = hostile(course)
    write_report(changed, bad, anonymous=anonymous, **found)
    known = {tag for path in plain.rglob("*.html") for tag, _ in Tags(path.read_text()).tags}
    for path in bad.rglob("*.html"):
        page = Tags(path.read_text())
        tags = [tag for tag, _ in page.tags]
        assert set(tags) <= known
        assert "hacked" not in "".join(f"{key}{value}" for _, a in page.tags for key, value in a.items() if key != "content")
        assert {tag for tag in tags if tag in LIVE} <= {"style", "script", "img", "form"}
        assert tags.count("script") == (path.name == "report.html")
        assert "\u202e" not in page.text
    assert ("hacked=1" in (bad / "report.html").read_text()) or anonymous


def test_an_id_that_could_leave_the_folder_is_refused(course, tmp_path):
    for name in ("../x", "a/b", "", ".hidden", "x\ny", "y" * 300):
        with pytest.raises(AutograderError, match="cannot name a file"):
            write_report(replace(course, rows=[Row(name, (Person("1"),))]), tmp_path)
    with pytest.raises(AutograderError, match="have the id 'A'"):
        write_report(replace(course, rows=[Row("A", (Person("1"),)), Row("a", (Person("2"),))]), tmp_path)
    assert not files_in(tmp_path)


def test_a_comparison_of_another_class_is_refused(course, tmp_path):
    with pytest.raises(AutograderError, match="names the line 'stranger'"):
        write_report(course, tmp_path, pairs=[Pair("stranger", course.rows[0].id, 1, 1, 1, 1)])


def test_the_head_counts_who_needs_attention(course, tmp_path):
    text = write_all(course, tmp_path)["report.html"]
    counts = {words.strip(): int(count) for count, words in re.findall(r"<b>(\d+)</b>([^<]+)</a>", text)}
    rows = course.rows
    assert counts["graded"] == sum(row.outcome is not None for row in rows)
    assert counts["nothing handed in"] == sum(row.hand_in is None for row in rows) > 0
    assert counts["late"] == sum(bool(row.late) for row in rows) > 0
    assert counts["need a human"] == sum(map(needs_human, rows))
    assert all(note in text for note in course.notes)


def test_a_test_that_the_best_fail_is_asked_about(tmp_path):
    course = made_course(Shape(students=200, tests=12, parts=3))
    report = write_all(course, tmp_path)["report.html"]
    alert = re.search(r"<div class=alert>.*?</div>", report)[0]
    broken = course.rows[0].outcome.records[5]
    assert "Is this test broken?" in alert and broken.name in alert and alert.count("<li>") == 1
    assert "tests that nobody fails" in report or "1 test that nobody fails" in report


def test_nothing_is_claimed_of_few_submissions(tmp_path):
    report = write_all(made_course(Shape(students=29, tests=12, parts=3)), tmp_path)["report.html"]
    assert "need at least 30 submissions that are not empty; this class has 29" in report
    assert "Cronbach" not in report and "class=alert" not in report
    numbers = re.findall(r"<button class=who>\d+</button><td>([^<]*)<td>", report)
    assert numbers == ["–"] * 12


@pytest.mark.parametrize("students", [0, 1, 2])
def test_a_tiny_class_has_a_report(tmp_path, students):
    course = made_course(Shape(students=students, tests=6, parts=1))
    write_report(course, tmp_path)
    assert len(files_in(tmp_path)) == 1 + students


def test_a_class_in_which_nothing_was_handed_in_has_a_report(course, tmp_path):
    write_report(replace(course, rows=[Row(row.id, row.people) for row in course.rows]), tmp_path)
    text = (tmp_path / "report.html").read_text()
    assert "No submission has a score yet." in text and "No test has run yet." in text
    assert "Nothing was handed in." in (tmp_path / "students/s0001.html").read_text()


def test_a_students_page_has_both_views(course, tmp_path):
    row = next(row for row in course.rows if row.outcome)
    shown, hidden, broken = row.outcome.records[:3]
    row.outcome.records = [
        replace(shown, status="failed", score=0.0, reason="for all", full_reason="with 0.25 in it", printed="words"),
        replace(hidden, visibility="hidden", status="failed", reason="of a hidden test"),
        replace(broken, status="broken", staff="Traceback of the suite"),
    ]
    write_report(course, tmp_path)
    text = (tmp_path / f"students/{row.id}.html").read_text()
    assert '<pre class="staff">with 0.25 in it</pre><pre class="student">for all</pre>' in text
    assert re.search(r'<details class="item failed staff" id=t\d+ open>.*of a hidden test', text)
    assert (
        f'<pre class="staff">Traceback of the suite</pre><pre class="student">{NEUTRAL.replace(chr(39), "&#x27;")}</pre>'
        in text
    )
    assert "not in this: 1 test whose results are not shown" in text
    assert "<li>import numpy as np<li>" in text


def test_a_fault_is_told_on_the_students_page(course, tmp_path):
    row = Row("f", (Person("f"),), fault="RuntimeError: out of luck")
    write_report(replace(course, rows=[row, *course.rows]), tmp_path)
    assert "RuntimeError: out of luck" in (tmp_path / "students/f.html").read_text()


def test_groups_show_one_representative_beside_the_skeleton(course, tmp_path):
    files = write_all(course, tmp_path)
    group = made_grouping(course, 12).groups[0]
    text = files["groups/01.html"]
    assert group.sentence in text and "raise NotImplementedError" in text and "x = x * 0" in text
    assert [name for name in group.rows if f"students/{name}.html" in text] == list(group.rows)
    assert "12 groups explain 90 % of 1,000 failures" in files["report.html"]
    assert "groups/01.html" in files[f"students/{group.rows[0]}.html"]


def test_similar_pairs_mark_lines_that_lead_to_each_other(course, tmp_path):
    files = write_all(course, tmp_path)
    text = files["similar/001.html"]
    assert text.count('<li class=matched id=a0><a href="#b0">def answer(x):') == 1
    assert text.count('<li class=matched id=b0><a href="#a0">def answer(x):') == 1
    assert text.count("<li class=matched") == (17 + 4) + (18 + 5)
    assert "2025/someone (archive)" in files["report.html"]
    assert not [name for name, page in files.items() if "copied" in page.lower()]


def test_an_anonymous_report_says_neither_who_nor_what_was_written(course, tmp_path):
    text = "\n".join(write_all(course, tmp_path, anonymous=True).values())
    for row in course.rows:
        for person in row.people:
            assert person.name not in text and person.email not in text
            assert not re.search(rf"\b{person.id}\b", text)
    assert "# step" not in text and "x = 3" not in text and "18:41" not in text
    assert not [name for name in files_in(tmp_path) if name.startswith("similar/")]
    assert "Student 001" in text and "grads[&quot;bias&quot;] differs" in text
    assert "Gradescope export" not in text


def test_anonymous_labels_give_no_order_away_and_stay(course, tmp_path):
    def scores(rows):
        write_report(replace(course, rows=rows), tmp_path, anonymous=True)
        pages = sorted((tmp_path / "students").iterdir())
        return [re.findall(r"<b>([\d.]+) / ", page.read_text())[:2] for page in pages]

    first = scores(course.rows)
    assert first == scores(course.rows[::-1])
    write_report(course, tmp_path)
    alphabetical = [
        re.findall(r"<b>([\d.]+) / ", (tmp_path / f"students/{row.id}.html").read_text())[:2] for row in course.rows
    ]
    assert sorted(first) == sorted(alphabetical) and first != alphabetical


def test_names_are_masked_in_messages():
    people = (Person("s12", "Ana de Boer", "ana@x.org"),)
    row = Row("s12", people, HandIn((), people, "boer_ana_99"))
    text = "/home/ana/work: ANA DE BOER wrote s12 and s123 to ana@x.org in boer_ana_99/x.py, banana"
    assert masked(text, row, "S1") == "/home/S1/work: S1 wrote S1 and s123 to S1 in S1/x.py, banana"


def test_what_a_real_grading_gives_is_shown(course, tmp_path):
    suite = """
        from modules import double


        def test_double():
            \"\"\"double(3) is 6\"\"\"
            assert double(3) == 6


        def test_of_the_suite():
            \"\"\"has a mistake of its own\"\"\"
            undefined_name
        """
    outcome = toy(tmp_path / "toy", suite, "def double(x):\n    print('<doubling>')\n    return x + 2\n").outcome
    person = Person("s1", "Ana")
    row = Row("s1", (person,), HandIn((), (person,), "s1", DUE), outcome, files={"modules.py": "def double(x): ..."})
    write_report(replace(course, assignment=outcome.assignment, rows=[row]), tmp_path / "out")
    text = (tmp_path / "out/students/s1.html").read_text()
    assert "double(3) is 6" in text and "&lt;doubling&gt;" in text and "NameError" in text and "undefined_name" in text
    assert "! needs a human" in text and "processor time" in text and "<li>def double(x): ..." in text
    assert 'data-mark="needs a human"><b>1</b>' in (tmp_path / "out/report.html").read_text()
