"""The handout: what the renderer makes of Markdown, what it refuses, and how the real page comes out in a browser."""

import ast
import base64
import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest
from chromium import chromium, measured, needs_chromium
from places import ROOT

from autograder.assignment import belongs, load
from autograder.authoring.handout import build_handout, numbers_in, render
from autograder.authoring.mathml import FormulaError, to_mathml
from autograder.errors import AssignmentError

HANDOUT = ROOT / "handout" / "handout.md"
HANDOUTS = [".", *(f"assignments/{path.parent.name}" for path in sorted((ROOT / "assignments").glob("*/assignment.toml")))]
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>'

PAGE = """\
# A small handout

## 1 Layers

See [](#eq:linear), [](#fig:dot), [](#1.1), [](#W3), and [the layers](#1). More [elsewhere](https://example.org).

$$
Y = X W^\\top
$$ (eq:linear)

$$
a = b
$$

| number | task | points |
| --- | --- | --- |
| 1.1 | forward, $x < 1$ | 2.5 |
| 1.2 | backward | – |

![a dot](dot.svg "A dot for $x$, see [](#eq:linear).")

```python
def f(x):  # <b>
    return "a"
```

### What comes last

#### W3 A question
"""


@pytest.fixture
def write(tmp_path):
    def write(text=PAGE, **files):
        (tmp_path / "dot.svg").write_text(DOT)
        for name, content in files.items():
            (tmp_path / name.replace("_", ".")).write_text(content)
        (tmp_path / "handout.md").write_text(text, encoding="utf-8")
        return tmp_path / "handout.md"

    return write


class Elements(HTMLParser):
    """All start tags of a page with their attributes."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def ids(self):
        return [attributes["id"] for _, attributes in self.found if "id" in attributes]


# What becomes of Markdown


def test_a_page_stands_for_itself(write):
    page = render(write(style_css="p { color: red; }\n"))
    elements = Elements(page).found
    assert elements[0] == ("html", {"lang": "en"})
    assert "<title>A small handout</title>" in page
    assert "p { color: red; }" in page
    loaded = {"script", "link", "iframe", "object", "embed", "audio", "video", "source", "base"}
    assert not loaded & {tag for tag, _ in elements}
    assert all(attributes["src"].startswith("data:") for _, attributes in elements if "src" in attributes)


def test_an_image_becomes_part_of_the_page_with_its_text_and_caption(write):
    page = render(write())
    ((_, image),) = [each for each in Elements(page).found if each[0] == "img"]
    assert image["alt"] == "a dot"
    assert base64.b64decode(image["src"].removeprefix("data:image/svg+xml;base64,")).decode() == DOT
    assert '<figcaption><b>Figure 1.</b> A dot for <math display="inline">' in page


def test_headings_tasks_equations_and_figures_can_be_linked_to(write):
    page = render(write())
    assert Elements(page).ids() == ["a-small-handout", "1", "eq:linear", "1.1", "1.2", "fig:dot", "what-comes-last", "W3"]
    assert '<tr id="1.1">' in page
    for link in (
        '#eq:linear">(1)',
        '#fig:dot">Figure 1',
        '#1.1">1.1',
        '#W3">W3',
        '#1">the layers',
        'https://example.org">elsewhere',
    ):
        assert f'<a href="{link}</a>' in page


def test_only_equations_with_a_label_are_numbered(write):
    page = render(write())
    assert page.count('class="equation"') == 2
    assert re.findall(r'<span class="number">(.*?)</span>', page) == ["(1)"]


def test_the_contents_list_chapters_and_sections(write):
    contents = re.search(r"<nav.*?</nav>", render(write()), re.DOTALL)[0]
    assert re.findall(r'<li><a href="(#.*?)">(.*?)</a>', contents) == [
        ("#1", "1 Layers"),
        ("#what-comes-last", "What comes last"),
    ]


def test_words_of_the_page_follow_the_front_matter(write):
    page = render(write("---\nlang: de\ncontents: Inhalt\nfigure: Abbildung\n---\n" + PAGE))
    assert '<html lang="de">' in page and ">Inhalt</a>" in page and "<b>Abbildung 1.</b>" in page
    assert '<a href="#fig:dot">Abbildung 1</a>' in page


def test_html_in_the_source_is_shown_and_not_obeyed(write):
    page = render(write("# T\n\n<script>alert(1)</script> and <b>bold</b>\n"))
    assert "&lt;script&gt;" in page and "<script" not in page and "<b>" not in page


def test_code_is_coloured_and_escaped(write):
    page = render(write())
    assert '<span class="k">def</span>' in page and "# &lt;b&gt;" in page


def test_the_same_source_gives_the_same_bytes(write, tmp_path):
    source, target = write(), tmp_path / "out" / "page.html"
    assert build_handout(source, target) == ["wrote page.html"]
    first = target.read_bytes()
    assert build_handout(source, target) == []
    target.unlink()
    build_handout(source, target)
    assert target.read_bytes() == first
    assert [path.name for path in target.parent.iterdir()] == ["page.html"]


def test_a_page_that_cannot_be_made_leaves_the_old_one(write, tmp_path):
    target = tmp_path / "page.html"
    build_handout(write(), target)
    first = target.read_bytes()
    with pytest.raises(AssignmentError):
        build_handout(write("# T\n\n$\\nope$\n"), target)
    assert target.read_bytes() == first


# Numbers of tasks


def test_tables_of_tasks_give_numbers_and_points(write):
    assert numbers_in(write()) == {"1.1": 2.5, "1.2": None}
    assert numbers_in(write("# T\n\n| part | points |\n| --- | --- |\n| 1 | 16 |\n")) == {}
    assert numbers_in(write("# T\n\n| Points | x | Number |\n| --- | --- | --- |\n| 1 | y | 8.1a |\n")) == {"8.1a": 1.0}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("| one | 1 |", r"handout\.md:5: 'one' is not a task number"),
        ("| 1.1 | many |", r"handout\.md:5: task 1\.1 has 'many' as its points"),
        ("| 1.1 | 1 |\n| 1.1 | 2 |", r"handout\.md:6: task 1\.1 is in the tables twice"),
    ],
)
def test_a_wrong_row_of_a_task_table_is_an_error_with_its_line(write, row, message):
    with pytest.raises(AssignmentError, match=message):
        numbers_in(write(f"# T\n\n| number | points |\n| --- | --- |\n{row}\n"))


def test_a_task_below_a_heading_with_its_number_is_found_there(write):
    page = render(write("# T\n\n## 8.7 Counting\n\n[](#8.7)\n\n| number | points |\n| --- | --- |\n| 8.7 | 1 |\n"))
    assert '<h2 id="8.7">' in page and '<tr id="8.7">' not in page


# What is refused


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "Text.\n\nMore $x$ and\nthen $\\nope + 1$.",
            r"handout\.md:6: the formula \$\\nope \+ 1\$ cannot be shown: the command \\nope",
        ),
        ("$$\nx = \\frac{1}{2\n$$", r"handout\.md:3: the formula .* a \{ is never closed"),
        ("| a |\n| --- |\n| $x$ |\n| $\\nope$ |", r"handout\.md:6: the formula \$\\nope\$"),
        ('![](dot.svg "C")', r"handout\.md:3: the image dot\.svg needs an alternative text"),
        ("![a dot](dot.svg)", r"handout\.md:3: the figure dot\.svg needs a caption"),
        ('![a dot](none.svg "C")', r"handout\.md:3: there is no image .*none\.svg"),
        ('![a dot](handout.md "C")', r"handout\.md:3: the image handout\.md has the wrong type; use one of \.svg"),
        (
            '![a dot](https://example.org/a.png "C")',
            r"handout\.md:3: the image https://example\.org/a\.png is not beside the handout",
        ),
        ('![a dot](//example.org/a.png "C")', r"handout\.md:3: the image //example\.org/a\.png is not beside the handout"),
        (
            "Text\nand [a link](#nowher).\n\n## Nowhere",
            r"handout\.md:4: the link to #nowher leads nowhere; the nearest targets are #nowhere",
        ),
        ("[a file](other.md)", r"handout\.md:3: the link to other\.md leads out of the page"),
        ("## Twice\n\n## Twice", r"handout\.md:5: two link targets are called #twice"),
        ("```nope\nx\n```", r"handout\.md:3: Pygments knows no language 'nope'"),
        ("# Another title", r"handout\.md:1: a handout begins with one \"# Title\""),
    ],
)
def test_an_error_names_file_line_and_what_to_do(write, text, message):
    with pytest.raises(AssignmentError, match=message):
        render(write(f"# T\n\n{text}\n"))


def test_text_above_the_title_is_an_error(write):
    with pytest.raises(AssignmentError, match='begins with one "# Title"'):
        render(write("Text.\n\n# T\n"))


def test_an_unknown_line_of_the_front_matter_is_an_error(write):
    with pytest.raises(AssignmentError, match=r"handout\.md:3: 'author: me' is not a line of a front matter"):
        render(write("---\nlang: en\nauthor: me\n---\n# T\n"))


def test_a_style_that_would_load_something_is_an_error(write):
    with pytest.raises(AssignmentError, match=r"style\.css:2: the page must not load anything; remove '@import'"):
        render(write(style_css="p {}\n@import 'x.css';\n"))


def test_a_source_that_cannot_be_read_is_an_error(tmp_path):
    with pytest.raises(AssignmentError, match="cannot be read"):
        render(tmp_path / "none.md")
    (tmp_path / "latin.md").write_bytes(b"# T\xe9\n")
    with pytest.raises(AssignmentError, match="byte 3 is not UTF-8"):
        render(tmp_path / "latin.md")


# Formulas


@pytest.mark.parametrize(
    ("latex", "parts"),
    [
        (r"\frac{\partial L}{\partial X_{ij}}", ["<mfrac>", '<mi mathvariant="normal">∂</mi>', "<msub><mi>X</mi>"]),
        (r"\sum_{i=1}^{n} a_i\,\delta_{ik}", ["<munderover>", "<mo>∑</mo>", "<mi>δ</mi>"]),
        (r"A \odot B", ["<mo>⊙</mo>"]),
        (r"\operatorname{E}[f]", ['<mi mathvariant="normal">E</mi>']),
        (r"\mathrm{ReLU}(x)", ['<mi mathvariant="normal">R</mi>']),
        (r"\log Y", ['<mi>log</mi><mspace width="0.167em" /><mi>Y</mi>']),
        (r"y \log(Y)", ['<mi>y</mi><mspace width="0.167em" /><mi>log</mi><mo']),
        (r"-\log(Y) + x_{\max}", ["<mo>−</mo><mi>log</mi><mo", "<mrow><mi>max</mi></mrow></msub>"]),
        (r"\log(Y)", ["<mi>log</mi><mo"]),
        (r"dy/dx", ['<mo lspace="0" rspace="0">/</mo>']),
        (r"\lVert w \rVert^2", ['<mo stretchy="false">‖</mo>']),
        (r"x = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} y", ['<mo stretchy="true" fence="true" form="postfix">]</mo>']),
        (r"\begin{cases} 1 & i = j \\ 0 & \text{else} \end{cases}", ["<mtable>", '<mtd style="text-align: left">', "else"]),
        (
            r"\begin{aligned} a &= b \\ &= c \end{aligned}",
            ['<mtable displaystyle="true" class="aligned">', "text-align: right"],
        ),
        (r"\begin{array}{rl} a & b \end{array}", ['<mtd style="text-align: right">']),
        (r"\{ a < b \}", ["&lt;"]),
    ],
)
def test_a_formula_becomes_mathml(latex, parts):
    found = to_mathml(latex, display=True)
    assert found.startswith('<math display="block">') and found.endswith("</math>")
    for part in parts:
        assert part in found
    assert "\\" not in found


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        ("  ", "empty"),
        (r"\nope", r"the command \\nope is not known"),
        (r"a \label{x}", r"the command \\label is not known"),
        (r"\frac{a}{b", "never closed"),
        (r"a}", "closes nothing"),
        (r"\left( a", "cannot be read"),
        (r"x_", "cannot be read"),
        (r"a & b", "an & stands outside"),
        (r"a \\ b", r"ends with \\\\ outside"),
        (r"\begin{nope} a \end{nope}", "no environment 'nope'"),
        (r"\begin{cases} a", "do not belong together"),
        (r"\genfrac \left( \sum", "cannot be read"),
        (r"\style{background: url(x)}{y}", "no place in a formula"),
        (r"\href{https://example.org}{y}", "no place in a formula"),
        (r"\boldsymbol{x}", "browsers do not show letters as bold-italic"),
    ],
)
def test_a_formula_that_would_come_out_raw_is_refused(latex, message):
    with pytest.raises(FormulaError, match=message):
        to_mathml(latex, display=False)


# The handout of this assignment


@pytest.fixture(scope="module")
def page():
    return render(HANDOUT)


def points_of_the_tests():
    """Return the sum of the weights of all tests by their number, read from the decorators."""
    points = {}
    for path in sorted(ROOT.glob("tests/public/test_*.py")) + sorted(ROOT.glob("tests/hidden/test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            values = {
                decorator.func.id: ast.literal_eval(decorator.args[0])
                for decorator in node.decorator_list
                if isinstance(decorator, ast.Call)
                and getattr(decorator.func, "id", "") in ("number", "weight", "partial_credit")
            }
            if "number" in values:
                weight = values.get("weight", values.get("partial_credit", 0))
                points[values["number"]] = round(points.get(values["number"], 0) + weight, 6)
    return points


def test_every_task_has_the_points_of_its_tests():
    graded = {number: points for number, points in points_of_the_tests().items() if points}
    assert numbers_in(HANDOUT) == graded


def test_the_points_of_each_part_are_those_of_the_assignment():
    stated = numbers_in(HANDOUT)
    text = HANDOUT.read_text(encoding="utf-8")
    for number, title, points in re.findall(r"^\| \[(\d+)\]\(#\d+\) \| (.*?) \|.*\| (\S+) \|$", text, re.MULTILINE):
        assert sum(stated[task] for task in stated if belongs(task, number)) == pytest.approx(float(points)), title
    for part in load(ROOT).parts:
        assert sum(stated[task] for task in stated if belongs(task, part.number)) == pytest.approx(part.points), part.title
    assert sum(stated.values()) == pytest.approx(100)


def test_every_stub_is_in_the_handout_and_the_other_way_round():
    stubs = set()
    for path in (ROOT / "student").iterdir():
        if path.suffix in (".py", ".toml"):
            stubs |= set(re.findall(r"# TODO (\d+(?:\.\d+)*[a-z]?):", path.read_text(encoding="utf-8")))
    stated = numbers_in(HANDOUT)
    assert not {stub for stub in stubs if not any(belongs(number, stub) for number in stated)}
    without_stub = {number for number in stated if not any(belongs(number, stub) for stub in stubs)}
    assert without_stub == {"1.10", "3.5"}  # how code is written, which has no stub of its own


def test_the_handout_states_files_and_thresholds_as_they_are():
    assignment = load(ROOT)
    text = HANDOUT.read_text(encoding="utf-8")
    for name in (*assignment.files, *assignment.support):
        assert f"`{name}`" in text or "toml" in name, name
    handed_in = re.search(r"exactly these names:\n\n```\n(.*?)```", text, re.DOTALL)[1]
    assert sorted(handed_in.split()) == sorted(assignment.files)
    for half in ("numpy", "pytorch"):
        thresholds = assignment.settings["training"][half]
        assert f"below {100 * thresholds['floor']:.0f}\u00a0%" in text.replace("\n", " ")
        assert f"from {100 * thresholds['full']:.0f}\u00a0% on" in text.replace("\n", " ")


def test_every_written_question_is_linked_to(page):
    questions = re.findall(r'<h4 id="(W\d+)">', page)
    assert questions == [f"W{i}" for i in range(1, len(questions) + 1)]
    unlinked = {question for question in questions if f'href="#{question}"' not in page}
    assert unlinked == {"W12", "W26", "W27"}  # which belong to no part


def coverage():
    """The cells of docs/coverage.md that say where a thing is asked for, by the folder of the assignment."""
    found, folders = {}, []
    for line in (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("| asked |"):
            folders = [".", *re.findall(r"`(assignments/[\w-]+)/`", line)]
        elif line.startswith("## "):
            folders = ["."]
        elif line.startswith("| ") and folders:
            cells = line.strip("| ").split(" | ")[1:]
            for folder, cell in zip(folders, cells if len(folders) > 1 else [" ".join(cells)], strict=True):
                found.setdefault(folder, []).append(cell)
    return found


@pytest.mark.parametrize("folder", HANDOUTS)
def test_the_coverage_page_names_tasks_and_questions_that_there_are(folder):
    handout = ROOT / folder / "handout" / "handout.md"
    stated = numbers_in(handout)
    questions = re.findall(r"^#### (W\d+) ", handout.read_text(encoding="utf-8"), re.MULTILINE)
    named = set()
    for cell in coverage()[folder]:
        for number in re.findall(r"(?<![\d.,])(?:[1-9]|10)\.\d{1,2}[a-z]?(?!\d)", cell):
            assert any(belongs(task, number) for task in stated), cell
        for first, last in re.findall(r"\bW(\d+)(?: to W(\d+))?", cell):
            named |= {f"W{number}" for number in range(int(first), int(last or first) + 1)}
    assert named == set(questions)


@pytest.mark.slow
@pytest.mark.parametrize("folder", HANDOUTS)
def test_checked_in_figures_are_what_the_script_draws(folder, tmp_path):
    path = ROOT / folder / "handout"
    code = (
        f"import sys; sys.path.insert(0, {str(path)!r}); import figures, pathlib; figures.draw(pathlib.Path({str(tmp_path)!r}))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    drawn, kept = sorted(tmp_path.iterdir()), path / "figures"
    assert sorted(path.name for path in drawn) == sorted(path.name for path in kept.iterdir())
    for path in drawn:
        new, old = path.read_text(encoding="utf-8"), (kept / path.name).read_text(encoding="utf-8")
        creators = [re.search(r"Matplotlib v\S+", text)[0] for text in (new, old)]
        if creators[0] != creators[1]:
            pytest.skip(f"the figures are those of {creators[1]}, this is {creators[0]}")
        # A sum may end in another digit on another processor; nobody sees a hundredth of a point.
        number = re.compile(r"-?\d+\.\d+")
        assert number.sub("0", new) == number.sub("0", old), f"{path.name} differs: run handout/figures.py"
        values = [np.array(number.findall(text), float) for text in (new, old)]
        np.testing.assert_allclose(*values, atol=0.01, err_msg=f"{path.name} differs: run handout/figures.py")


@pytest.mark.parametrize("folder", HANDOUTS)
def test_every_figure_is_in_the_text(folder):
    handout = ROOT / folder / "handout"
    named = re.findall(r"\(figures/(\w+\.svg) ", (handout / "handout.md").read_text(encoding="utf-8"))
    assert sorted(named) == sorted(path.name for path in (handout / "figures").iterdir())


@needs_chromium
@pytest.mark.slow
@pytest.mark.parametrize("width", [1200, 500])  # the narrowest window that headless Chromium has
def test_the_page_comes_out_whole_in_a_browser(page, tmp_path, width):
    found = measured(tmp_path, page, width)
    assert len(found["sizes"]) == page.count("<math") > 200
    assert all(w > 0 and h > 0 for w, h in found["sizes"])
    assert len(found["images"]) == page.count("<img") and all(found["images"])
    assert not set("$\\") & set(found["text"])
    assert found["body"] <= found["window"]
    if width > 1000:
        assert not found["wide"]


@needs_chromium
@pytest.mark.slow
def test_the_page_can_be_drawn_and_printed(page, tmp_path):
    source = tmp_path / "page.html"
    source.write_text(page, encoding="utf-8")
    chromium(tmp_path, source, "--window-size=1200,4000", f"--screenshot={tmp_path / 'page.png'}")
    chromium(tmp_path, source, "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'page.pdf'}")
    assert (tmp_path / "page.png").read_bytes().startswith(b"\x89PNG") and (tmp_path / "page.png").stat().st_size > 50_000
    pdf = (tmp_path / "page.pdf").read_bytes()
    assert pdf.startswith(b"%PDF") and 10 < len(re.findall(rb"/Type\s*/Page\b", pdf)) < 40
