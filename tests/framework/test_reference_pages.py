"""The reference pages have every command, option, fixture, function and key that there is."""

import json
import re

import pytest
from pages import ROOT
from reference_pages import PAGES, generated

from autograder.commands.cli import parser
from autograder.grading.outcome import Outcome
from autograder.grading.records import Named, Record
from autograder.results import gradescope

DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_is_up_to_date(name):
    assert generated(DOCS / name) == PAGES[name](), "run: python tests/framework/helpers/reference_pages.py"


def test_the_page_of_commands_has_each_option_of_each_command_once():
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    chapters = dict(re.findall(r"^## (autograder .*)\n((?:(?!^## ).*\n)*)", page, re.MULTILINE))
    (kinds,) = [action for action in parser()._actions if action.choices]
    for name, command in kinds.choices.items():
        if name in ("job", "build"):  # is not listed; has commands of its own
            continue
        options = [option for action in command._actions for option in action.option_strings if option.startswith("--")]
        told = re.findall(r"(?:^- `|, )(--[\w-]+)(?=[^\n]*`: )", chapters[f"autograder {name}"], re.MULTILINE)
        assert sorted(told) == sorted(set(options) - {"--help"}), name


@pytest.fixture
def written(tmp_path):
    """A results.json with everything in it that one can have."""
    named = Named("averaged", "The gradient is averaged.", "Where is the mean taken?", ("is 1/7 of what was expected",))
    record = Record(
        nodeid="tests/test_work.py::test_work",
        name="work",
        number="1.1",
        max_score=2.0,
        score=1.0,
        status="broken",
        reason="no",
        printed="hi",
        staff="Traceback",
        visibility="hidden",
        tags=("a",),
        show_output=False,
        full_reason="no: 1",
        inside=True,
        usage={"cpu_seconds": 1.0, "peak_mb": 1.0, "run_cpu_seconds": 1.0, "run_peak_mb": 1.0},
        killed_for="cpu",
        named=named,
        leaderboard={"name": "time", "value": 1.0},
    )
    outcome = Outcome(
        None,
        [record],
        seconds=1.0,
        remarks=["a file is missing"],
        notes=["busy"],
        layers={"uid": True},
        variant="ABCD",
        submission_sha256="00",
        version="0",
        policies=["late"],
    )
    return json.loads(gradescope.write(outcome))


def documented(heading):
    """The keys in the table below a heading of docs/results.md."""
    page = (DOCS / "results.md").read_text(encoding="utf-8")
    table = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]*`) \|", table, re.MULTILINE)
    return sorted(key for row in rows for key in re.findall(r"`(\w+)`", row))


def test_the_page_of_results_has_every_key(written):
    formats = {"output_format", "test_output_format", "test_name_format"}  # always "text"
    assert documented("The whole result") == sorted(written.keys() - formats)
    assert documented("`extra_data` of the whole result") == sorted(written["extra_data"])
    (test,) = written["tests"]
    assert documented("Each test") == sorted(test)
    assert documented("`extra_data` of a test") == sorted(test["extra_data"])
