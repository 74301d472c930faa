"""report.html in Chromium: sorting, filtering, pointing into the matrix, both themes, three widths, and no complaint."""

import base64
import hashlib
import html
import json
import re
import subprocess
from pathlib import Path

import pytest
from chromium import PROGRAM, chromium, needs_chromium
from made_course import Shape, made_course, made_grouping, made_pairs

from autograder.course.report import write_report

pytestmark = [needs_chromium, pytest.mark.slow]

LIMIT = 500_000  # bytes of report.html for a class of a thousand

HELP = """
const wait = () => new Promise(done => setTimeout(done, 50));
const cells = document.getElementById("cells");
const key = (target, name) => target.dispatchEvent(new KeyboardEvent("keydown", {key: name, bubbles: true, cancelable: true}));
const column = (table, place) => [...document.querySelectorAll(`#${table} tbody tr:not([hidden])`)]
    .map(row => row.cells[place].textContent);
const at = (row, column) => {  // the middle of a cell on the screen
    const box = cells.querySelector("img").getBoundingClientRect();
    const rows = cells.dataset.rows.split(" ").length, columns = document.querySelectorAll("#items tbody tr").length;
    return {clientX: box.left + (column + 0.5) * box.width / columns, clientY: box.top + (row + 0.5) * box.height / rows,
            bubbles: true};
};
"""


@pytest.fixture(scope="module")
def course():
    return made_course(Shape(students=120, tests=24, parts=4))


@pytest.fixture(scope="module")
def report(course, tmp_path_factory):
    """The folder of a report."""
    out = tmp_path_factory.mktemp("report")
    write_report(course, out, pairs=made_pairs(course, 5), grouping=made_grouping(course, 10))
    return out


def acting(page: Path, script: str) -> Path:
    """A copy of a page, beside it, in which a script runs as well: one that its policy allows by its hash."""
    ready = 'while (!document.querySelector("[data-ready]")) await new Promise(done => setTimeout(done, 20));'
    script = f"(async () => {{ {ready} {HELP} {script} }})();"
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    text = page.read_text(encoding="utf-8").replace("script-src ", f"script-src 'sha256-{digest}' ", 1)
    copy = page.with_name("acting.html")
    copy.write_text(text.replace("</body>", f"<script>{script}</script></body>"), encoding="utf-8")
    return copy


def run(tmp_path: Path, page: Path, script: str, *arguments: str):
    """Run a script in a page and return what it hands over, `result`."""
    end = 'const out = document.createElement("script"); out.type = "result"; out.textContent = JSON.stringify(result);'
    copy = acting(page, f"{script}; {end} document.body.append(out);")
    dom = chromium(tmp_path, copy, "--virtual-time-budget=20000", *arguments, "--dump-dom").decode()
    found = re.search(r'<script type="result">(.*?)</script>', dom, re.DOTALL)
    assert found, "the script did not come to its end"
    return json.loads(found[1])


def complaints(tmp_path: Path, page: Path) -> list[str]:
    """What Chromium writes to the console of a page, such as errors of scripts and of the policy."""
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--enable-logging=stderr",
    ]
    done = subprocess.run(
        [PROGRAM, *flags, "--virtual-time-budget=5000", "--dump-dom", page.as_uri()],
        capture_output=True,
        timeout=60,
        check=True,
    )
    return [line for line in done.stderr.decode(errors="replace").splitlines() if ":CONSOLE" in line]


def test_no_page_makes_chromium_complain(report, tmp_path):
    for name in ("report.html", "students/s0001.html", "groups/01.html", "similar/001.html"):
        assert complaints(tmp_path, report / name) == []
    bad = tmp_path / "bad.html"
    bad.write_text(
        (report / "report.html").read_text().replace("</body>", "<script>1</script><img src=http://x.invalid></body>")
    )
    told = "\n".join(complaints(tmp_path, bad))
    assert "script" in told and "x.invalid" in told  # the policy stops both, and this test would see it


def test_a_click_on_a_head_sorts_and_says_so(report, course, tmp_path):
    result = run(
        tmp_path,
        report / "report.html",
        """const heads = document.querySelectorAll("#people thead th"), result = [];
        for (const place of [3, 3, 0]) {
            heads[place].firstElementChild.click();
            result.push([[...heads].map(head => head.getAttribute("aria-sort")), column("people", place)]);
        }""",
    )
    scores = [row.outcome.score[0] for row in course.rows if row.outcome]
    for (sorts, shown), wanted in zip(result, (sorted(scores, reverse=True), sorted(scores)), strict=False):
        assert [float(value) for value in shown if value] == pytest.approx(wanted)
        assert shown[len(scores) :] == [""] * (len(course.rows) - len(scores))  # who has no score stays last
        assert sorts.count(None) == len(sorts) - 1
    assert [sorts[3] for sorts, _ in result[:2]] == ["descending", "ascending"]
    assert result[2][1][0].startswith("Ana") and result[2][0][0] == "ascending"


def test_words_and_remarks_filter_the_students(report, course, tmp_path):
    result = run(
        tmp_path,
        report / "report.html",
        """const result = [], words = document.getElementById("words"), mark = document.getElementById("mark");
        const told = () => result.push([column("people", 1), document.getElementById("shown").textContent]);
        told();
        words.value = "ANA  góm"; words.dispatchEvent(new Event("input", {bubbles: true})); told();
        document.querySelector("[data-mark=late]").click(); told();
        words.form.reset(); await wait(); told();""",
    )
    everybody, ana, late, again = result
    assert everybody == again and everybody[1] == f"{len(course.rows)} of {len(course.rows)}"
    assert late[0] == [row.id for row in course.rows if row.late]
    assert ana[0] == [row.id for row in course.rows if row.names == "Ana Gómez"] != []


def test_the_number_of_failures_lists_who_has_failed(report, course, tmp_path):
    result = run(
        tmp_path,
        report / "report.html",
        """const result = [];
        for (const row of [...document.querySelectorAll("#items tbody tr")].slice(0, 6)) {
            row.querySelector(".who").click(); result.push([row.querySelector(".who").textContent, column("people", 1)]);
        }""",
    )
    for place, (count, ids) in enumerate(result):
        wanted = []
        for row in course.rows:
            if row.outcome and row.files["modules.py"] != course.skeleton["modules.py"]:
                record = row.outcome.records[place]
                wanted += [row.id] if record.status == "failed" else []
        assert (int(count), ids) == (len(wanted), wanted)


def best(course):
    """The rows that have an outcome, from the best to the weakest."""
    graded = [row for row in course.rows if row.outcome]
    return sorted(graded, key=lambda row: -row.outcome.score[0])


def said(row, place: int) -> str:
    record = row.outcome.records[place]
    state = {"passed": "passed", "broken": "needs a human"}.get(record.status) or ("partly" if record.score else "failed")
    return f"{row.names} · {record.number} {record.name} · {state}"


def test_pointing_into_the_matrix_says_who_and_what(report, course, tmp_path):
    rows = best(course)
    places = [(0, 0), (3, 5), (60, 23), (len(rows) - 1, 12)]
    result = run(
        tmp_path,
        report / "report.html",
        f"""const result = [];
        for (const [row, column] of {json.dumps(places)}) {{
            cells.querySelector("img").dispatchEvent(new PointerEvent("pointermove", at(row, column)));
            result.push(document.getElementById("cell").textContent);
        }}""",
    )
    assert result == [said(rows[row], column) for row, column in places]


def test_the_arrow_keys_move_in_the_matrix(report, course, tmp_path):
    result = run(
        tmp_path,
        report / "report.html",
        """const result = []; cells.focus();
        for (const name of ["ArrowDown", "ArrowRight", "ArrowRight", "PageDown", "Home", "ArrowUp", "End"]) {
            key(cells, name); result.push(document.getElementById("cell").textContent);
        }""",
    )
    rows = best(course)
    moves = [(1, 0), (1, 1), (1, 2), (21, 2), (0, 2), (0, 2), (len(rows) - 1, 2)]
    assert result == [said(rows[row], column) for row, column in moves]


@pytest.mark.parametrize("how", ["click", "Enter"])
def test_a_cell_leads_to_its_students_page(report, course, tmp_path, how):
    act = {
        "click": 'cells.querySelector("img").dispatchEvent(new MouseEvent("click", at(5, 7)));',
        "Enter": 'cells.focus(); for (let i = 0; i < 5; i++) key(cells, "ArrowDown");'
        ' for (let i = 0; i < 7; i++) key(cells, "ArrowRight"); key(cells, "Enter");',
    }[how]
    page = acting(report / "report.html", act)
    dom = chromium(tmp_path, page, "--virtual-time-budget=20000", "--dump-dom").decode()
    row = best(course)[5]
    assert f"<title>{html.escape(row.names)}: {course.assignment.title}</title>" in dom and f"{row.id} · " in dom
    assert re.search(r'id="t7"', dom)


def test_the_keyboard_reaches_everything(report, tmp_path):
    result = run(
        tmp_path,
        report / "report.html",
        """const result = {}, rows = [...document.querySelectorAll("#people tbody a")];
        rows[0].focus(); key(rows[0], "ArrowDown"); key(document.activeElement, "ArrowDown");
        result.third = document.activeElement === rows[2];
        result.first = document.querySelector("a, button, input, [tabindex]").className;
        result.unreachable = [...document.querySelectorAll(".scroll, .code, #cells")].filter(e => e.tabIndex < 0).length;
        result.unnamed = [...document.querySelectorAll("input, select")].filter(e => !e.labels.length).length;
        rows[2].blur(); document.querySelector(".skip").focus();
        result.skip = document.querySelector(".skip").getBoundingClientRect().left >= 0;""",
    )
    assert result == {"third": True, "first": "skip", "unreachable": 0, "unnamed": 0, "skip": True}


@pytest.mark.parametrize("width", [1400, 900, 500])  # the narrowest window that headless Chromium has
def test_no_width_scrolls_the_whole_page(report, tmp_path, width):
    script = "const result = [document.documentElement.scrollWidth, innerWidth]"
    needed, there = run(tmp_path, report / "report.html", script, f"--window-size={width},1000")
    assert needed <= there


def test_a_narrow_page_in_a_frame_does_not_scroll_either(report, tmp_path):
    acting(report / "report.html", "document.title = `${document.documentElement.scrollWidth} of ${innerWidth}`")
    frame = report / "frame.html"
    script = "setTimeout(() => document.title = document.querySelector('iframe').contentDocument.title, 2000)"
    frame.write_text(f"<iframe src=acting.html width=400 height=900></iframe><script>{script}</script>")
    dom = chromium(tmp_path, frame, "--allow-file-access-from-files", "--virtual-time-budget=20000", "--dump-dom").decode()
    needed, there = re.search(r"<title>(\d+) of (\d+)</title>", dom).groups()
    assert int(needed) <= int(there) == 400


def test_the_theme_can_be_chosen(report, tmp_path):
    result = run(
        tmp_path,
        report / "report.html",
        """const result = {};
        for (const name of ["light", "dark"]) {
            document.getElementById(`theme-${name}`).click();
            result[name] = [document.body, document.querySelector("section")].map(e => getComputedStyle(e).backgroundColor);
        }""",
    )
    light, dark = ([sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in result[name]] for name in ("light", "dark"))
    assert min(light) > 700 and max(dark) < 150


def test_both_views_of_a_student_work_without_a_script(report, course, tmp_path):
    page = report / "students" / "s0001.html"
    source = page.read_text()
    assert "<script" not in source
    for name, staff in (("staff", True), ("student", False)):
        chosen = source.replace('id="view-staff" checked', 'id="view-staff"').replace(
            f'id="view-{name}"', f'id="view-{name}" checked'
        )
        copy = tmp_path / "view.html"
        measure = "document.title = getComputedStyle(document.querySelector('.staff')).display"
        text = re.sub(r"<meta http-equiv[^>]*>", "", chosen).replace("</body>", f"<script>{measure}</script></body>")
        copy.write_text(text)
        dom = chromium(tmp_path, copy, "--dump-dom").decode()
        assert ("<title>none</title>" not in dom) == staff


def test_the_report_can_be_printed(report, tmp_path):
    chromium(tmp_path, report / "report.html", "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'report.pdf'}")
    pdf = (tmp_path / "report.pdf").read_bytes()
    assert pdf.startswith(b"%PDF") and 4 < len(re.findall(rb"/Type\s*/Page\b", pdf)) < 40


def test_a_class_of_a_thousand_stays_small_and_whole(tmp_path):
    course = made_course(Shape(students=1000, tests=224, parts=10))
    out = tmp_path / "out"
    write_report(course, out, pairs=made_pairs(course), grouping=made_grouping(course))
    assert (out / "report.html").stat().st_size < LIMIT
    result = run(
        tmp_path,
        out / "report.html",
        """const heads = document.querySelectorAll("#people thead th"); heads[3].firstElementChild.click();
        cells.querySelector("img").dispatchEvent(new PointerEvent("pointermove", at(700, 100)));
        const result = [column("people", 3).length, document.getElementById("cell").textContent];""",
    )
    assert result == [1000, said(best(course)[700], 100)]
