"""The pages of docs/ say what is so: commands print what is shown, and keys are those that are read."""

import re
import shutil
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from clusters import slurm_missing
from markdown_it import MarkdownIt
from pages import ROOT, carried_out, comparable, other_machines, prepared

from autograder.assignment import TomlTable, load, tomllib
from autograder.course import keys, output
from autograder.errors import AssignmentError
from autograder.grading.mistakes import library
from autograder.sandbox.limits import Limits

DOCS, README = ROOT / "docs", ROOT / "README.md"
CHANGES = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
PAGES = (README, *sorted(DOCS.glob("*.md")))
PAGE = (DOCS / "assignment-toml.md").read_text(encoding="utf-8")
EXAMPLE = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1]
ELSEWHERE = ("policies", "submission.support.")  # tables that have a page, or a row, of their own
CARRIED_OUT = (  # whose console blocks are run
    *("tutorial.md", "new-assignment.md", "what-students-see.md", "inside-or-outside.md", "hand-calculations.md"),
    *("moving-from-gradescope-utils.md", "students.md", "instructors.md", "class.md", "mistake-names.md"),
)
COMMAND = re.compile(r"^(\$ |\.ci/run|\./setup|(\.venv/bin/)?(autograder|python3?|pip|pytest) )", re.MULTILINE)
NOT_RUN = re.compile(r"<!-- not run: .+ -->")
NOT_RUN_HERE = re.compile(r"^<!-- commands of this page are not run: .+ -->$", re.MULTILINE)
TYPES = {str: "string", bool: "true or false", list: "list of strings", (int, float): "number", dict: "table"}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
@pytest.mark.parametrize("name", CARRIED_OUT)
def test_a_pages_commands_print_what_it_shows(name, tmp_path):
    check_page(name, tmp_path.resolve())


@pytest.mark.thorough
@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
@pytest.mark.skipif(bool(slurm_missing()), reason=slurm_missing())
@pytest.mark.skipif(not shutil.which("sshd", path="/usr/sbin:/usr/bin"), reason="sshd is not installed")
def test_the_commands_for_other_machines_print_what_their_page_shows(tmp_path):
    pytest.importorskip("distributed")
    (tmp_path / "machines").mkdir()
    with other_machines(tmp_path / "machines"):
        check_page("class-cluster.md", tmp_path.resolve())


def check_page(name, folder):
    now = carried_out(DOCS / name, prepared(DOCS / name, folder))
    assert comparable(now) == comparable((DOCS / name).read_text(encoding="utf-8")), (
        f"bring it up to date, and read what has changed: python tests/framework/helpers/pages.py docs/{name}"
    )


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
def test_the_readmes_commands_print_what_it_shows():
    assert comparable(carried_out(README, ROOT)) == comparable(README.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_commands_on_a_page_are_run_or_marked_as_not_run(path):
    text = path.read_text(encoding="utf-8")
    if NOT_RUN_HERE.search(text):
        return
    lines = text.split("\n")
    for block in MarkdownIt().parse(text):
        if block.type == "fence" and COMMAND.search(block.content) and block.info in ("", "sh", "bash", "text", "console"):
            before = next((line for line in reversed(lines[: block.map[0]]) if line), "")
            is_run = block.info == "console" and path.name in (*CARRIED_OUT, "class-cluster.md", "README.md")
            assert is_run or NOT_RUN.fullmatch(before), (
                f"{path.name}, line {block.map[0] + 1}: make it a console block of a page that is carried out, or put "
                "<!-- not run: REASON --> before it"
            )


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_between_the_pages_lead_somewhere(path):
    for link in links(path):
        target, _, anchor = link.partition("#")
        other = path.parent / target if target else path
        assert other.is_file(), f"{path.name} links to {link}, which is not there"
        assert path == README or other.parent == DOCS, f"{path.name} links to {link}, which the site does not have"
        if anchor:
            assert anchor in anchors(other), f"{path.name} links to {link}, a heading that is not there"


def links(path):
    """Where a page's links to other files, or to its own headings, and its pictures lead."""
    inlines = [token for token in MarkdownIt().enable("table").parse(path.read_text(encoding="utf-8")) if token.children]
    found = [child.attrs for token in inlines for child in token.children if child.type in ("link_open", "image")]
    targets = [attributes.get("href") or attributes["src"] for attributes in found]
    return [target for target in targets if ":" not in target]


def anchors(path):
    """The names that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


# The keys of assignment.toml


@pytest.fixture
def read(tmp_path, monkeypatch):
    """What is read of the page's example, in order: key -> (type, default)."""
    for name in ("reference", "tests/public", "tests/hidden"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "shared").mkdir()
    (tmp_path / "reference/data.py").touch()
    (tmp_path / "shared/questions.py").touch()
    (tmp_path / "twins").mkdir()
    (tmp_path / "twins/modules.py").touch()
    (tmp_path / "assignment.toml").write_text(EXAMPLE, encoding="utf-8")
    found = {}
    take = TomlTable.take

    def noted(self, key, kind, default=TomlTable.REQUIRED):
        found.setdefault(re.sub(r"\[\d+\]", "", self.prefix) + key, (kind, default))
        return take(self, key, kind, default)

    monkeypatch.setattr(TomlTable, "take", noted)
    load(tmp_path)
    found.update((f"limits.{limit.name}", (found[f"limits.{limit.name}"][0], limit.default)) for limit in fields(Limits))
    tables = {key.partition(".")[0] for key in found if "." in key}
    return {key: value for key, value in found.items() if key not in tables and not key.startswith(ELSEWHERE)}


def documented():
    """What the page says: key -> (type, default)."""
    found, table = {}, ""
    for line in PAGE.splitlines():
        if line.startswith("## "):
            name = re.search(r"`\[+(\w+)\]+`", line)
            table = f"{name[1]}." if name and name[1] != "settings" else ""
        row = re.match(r"\| `(\w+)` \| ([^|]*) \| ([^|]*) \| [^|]* \|$", line)
        if row:
            assert f"{table}{row[1]}" not in found
            found[f"{table}{row[1]}"] = (row[2].partition(",")[0], row[3].strip("`"))
    return found


def as_written(default):
    """A default as the page writes it."""
    if default is TomlTable.REQUIRED:
        return "required"
    if default is None or default == ():
        return "none"
    if default == {}:
        return "empty"
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, str):
        return f'"{default}"'
    if isinstance(default, tuple):
        return "[" + ", ".join(map(as_written, default)) + "]"
    return f"{default:g}"


def test_the_page_has_every_key_with_its_type_and_default(read):
    assert documented() == {key: (TYPES[kind], as_written(default)) for key, (kind, default) in read.items()}


def test_the_example_has_every_key_in_the_order_of_the_page(read):
    data = tomllib.loads(EXAMPLE)
    written = []
    for key, value in data.items():
        tables = value if isinstance(value, list) else [value]
        if key != "settings" and isinstance(tables[0], dict):
            written += list(dict.fromkeys(f"{key}.{name}" for table in tables for name in table))
        else:
            written.append(key)
    assert written == list(documented())


def test_the_example_sets_nothing_to_its_default(read):
    assert read  # it loads
    flat = re.findall(r"^(\w+) = (.+)$", EXAMPLE, re.MULTILINE)
    defaults = {key.rpartition(".")[2]: default for key, (_, default) in documented().items()}
    assert [key for key, value in flat if value == defaults.get(key)] == []


@pytest.mark.parametrize(
    ("old", "new"), [("test_seconds = 5", "test_secons = 5"), ("show_output = false", 'show_output = "no"')]
)
def test_the_messages_for_mistakes_are_those_of_the_page(tmp_path, monkeypatch, old, new):
    monkeypatch.chdir(tmp_path)
    assert EXAMPLE.count(old) == 1
    Path("assignment.toml").write_text(EXAMPLE.replace(old, new), encoding="utf-8")
    with pytest.raises(AssignmentError) as caught:
        load(Path())
    assert f"autograder: {caught.value}\n" in PAGE


# Versions


def test_the_changelog_and_the_page_on_upgrading_name_the_versions_of_what_is_stored():
    formats = [keys.FORMAT, output.SUMMARY_FORMAT, library.FORMAT]
    newest = re.search(r"^\| unreleased \| [^|]* \| (\d+) \| (\d+) \| (\d+) \|$", CHANGES, re.MULTILINE)
    assert [int(number) for number in newest.groups()] == formats
    rows = re.findall(r"\| `format`[^|]* \| (\d+) \|", (DOCS / "upgrading.md").read_text(encoding="utf-8"))
    assert [int(number) for number in rows] == formats
