"""`run_tests.py --html`, a page with the result, and what `--zip` says of the files to hand in."""

import re
import zipfile

import pytest
from handing_out import unpacked

from autograder.student_side.page import link
from autograder.student_side.public_tests import main


@pytest.fixture
def page(handout, capsys):
    """What the page is, where the code prints markup and raises an error with some."""
    source = (handout / "rescaling.py").read_text(encoding="utf-8")
    before = "    smallest, largest"
    assert before in source
    told = '    print("<script>alert(1)</script>")\n'
    (handout / "rescaling.py").write_text(source.replace(before, told + before), encoding="utf-8")
    pages = handout / "pages"
    pages.mkdir()
    assert main(handout, ["--html", str(pages / "result.html")]) == 0
    return (pages / "result.html").read_text(encoding="utf-8")


def test_the_page_says_what_the_table_says_and_leads_into_the_handout(page, handout):
    assert "1.5 of 2 points, 2 of 3 tests passed" in page and "Extremes" in page
    assert page.index("1 Features") < page.index("2 Shapes") < page.index("10 Extremes")
    assert '<a href="../handout.html#10.1">10.1</a>' in page
    assert 'id="10.1"' in (handout / "handout.html").read_text(encoding="utf-8")
    assert "this is not true" in page and "These are the public tests of handout version" in page


def test_the_page_asks_for_nothing_and_runs_nothing(page):
    assert "&lt;script&gt;alert(1)" in page and "<script" not in page
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    assert "prefers-color-scheme: dark" in page and "@media print" in page


def test_what_is_not_written_yet_has_one_line(built, tmp_path, capsys):
    folder = unpacked(built / "handout.zip", tmp_path / "new")
    assert main(folder, ["--html", str(tmp_path / "result.html")]) == 0
    page = (tmp_path / "result.html").read_text(encoding="utf-8")
    assert page.count("<pre>Not written yet: TODO 1.1</pre>") == 3 and "Traceback" not in page
    assert '<a href="new/handout.html#1.1">' in page


def test_no_other_file_is_lost_to_the_page(handout, capsys):
    before = (handout / "handout.html").read_bytes()
    assert main(handout, ["--html", str(handout / "handout.html")]) == 2
    assert "is no result of run_tests.py; choose another name" in capsys.readouterr().err
    assert (handout / "handout.html").read_bytes() == before


def test_a_number_leads_to_the_nearest_place_above_it():
    places = frozenset(["8", "8.1", "8.10", "10"])
    found = {number: re.findall('#(.*?)"', link(number, places, "h.html")) for number in ("8.1a", "8.10", "8.2", "9.1", "10.7")}
    assert found == {"8.1a": ["8.1"], "8.10": ["8.10"], "8.2": ["8"], "9.1": [], "10.7": ["10"]}
    assert link("1.1", frozenset(), "h.html") == "1.1" and link(None, places, "h.html") == ""


# The zip to upload


def test_the_zip_says_what_is_not_finished(handout, capsys):
    (handout / "helpers.py").write_text("", encoding="utf-8")
    (handout / "rescaling.py").write_text(
        "import helpers\nfrom tools import checked\n\n\ndef rescale(x, low, high):\n    # TODO 1.2: done below\n"
        '    raise NotImplementedError("TODO 1.1: rescale")\n',
        encoding="utf-8",
    )
    (handout / "answers.toml").write_text('variant = ""\n1.1a = ""   # the mean\n1.1b = "c"\n', encoding="utf-8")
    assert main(handout, ["--zip"]) == 0
    told = capsys.readouterr().out.split("\n")[1:]
    assert told == [
        "Still to do: 1.1a in answers.toml; TODO 1.1 in rescaling.py",
        "rescaling.py imports helpers.py, which is not handed in: move what you need from it into rescaling.py",
        "",
    ]
    with zipfile.ZipFile(handout / "submission.zip") as archive:
        assert sorted(archive.namelist()) == ["answers.toml", "rescaling.py"]


def test_the_zip_of_files_that_are_finished_says_nothing_else(handout, capsys):
    (handout / "answers.toml").write_text('1.1a = 0.3\n1.1b = "c"\n', encoding="utf-8")
    assert main(handout, ["--zip"]) == 0
    assert capsys.readouterr().out == f"{handout / 'submission.zip'}: answers.toml, rescaling.py\n"


def test_the_zip_names_a_file_that_does_not_compile(handout, capsys):
    (handout / "rescaling.py").write_text("def rescale(x:\n", encoding="utf-8")
    assert main(handout, ["--zip"]) == 0
    assert "rescaling.py, line 1, column 12: The file does not compile. SyntaxError" in capsys.readouterr().out
