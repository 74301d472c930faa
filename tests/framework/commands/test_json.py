"""`--json`: one document on standard output that docs/json.md describes, and nothing else there."""

import json
import re
import sys

import pytest
from doubling import RIGHT, WRONG
from files import write_files
from places import ROOT
from programs import run_autograder as run

pytest_plugins = ["assignments"]
pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")]

PAGE = (ROOT / "docs/json.md").read_text(encoding="utf-8")
FINDING = {"name": str, "state": str, "detail": str, "purpose": str, "advice": str}
STEP = {"title": str, "faults": [str], "notes": [str]}
FORMS = {
    "check": {"title": str, "sound": bool, "parts": int, "tests": int, "points": (int, float), "steps": [STEP]},
    "doctor": {"level": str, "graded_here": bool, "refusal": str, "sandbox": [FINDING], "machine": [FINDING]},
    "class": {
        "out": str, "up_to_date": bool, "graded": int, "faults": dict, "assignment": str, "counts": dict, "notes": [str],
        "rows": list,
    },
}  # fmt: skip


def assert_form(value, form, place="document"):
    """Assert that a value has the keys and types of a form, and no others."""
    if isinstance(form, dict):
        assert isinstance(value, dict) and set(value) == set(form), place
        for key, below in form.items():
            assert_form(value[key], below, f"{place}.{key}")
    elif isinstance(form, list):
        assert isinstance(value, list), place
        for number, each in enumerate(value):
            assert_form(each, form[0], f"{place}[{number}]")
    else:
        assert isinstance(value, form), place


def document(command, printed):
    found = json.loads(printed)
    assert_form(found, {"version": int, **FORMS[command]})
    assert found["version"] == 1
    return found


@pytest.mark.parametrize("command", FORMS)
def test_the_page_names_every_key(command):
    section = PAGE.partition(f"\n## {command}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == set(FORMS[command])


def test_check_prints_what_is_wrong_and_not_what_suites_print(assignment):
    suite = assignment / "tests/test_double.py"
    suite.write_text("print('loud')\nimport os; os.write(1, b'louder')\n" + suite.read_text(), encoding="utf-8")
    status, printed, errors = run("check", "--json", cwd=assignment)
    found = document("check", printed)
    assert (status, found["sound"], found["points"], found["tests"]) == (1, False, 10, 2), errors
    assert "autograder build skeleton" in str(found["steps"][0]["faults"])


def test_doctor_prints_its_findings(assignment):
    status, printed, _ = run("doctor", "--json", cwd=assignment)
    found = document("doctor", printed)
    assert found["graded_here"] == (status == 0) and {"seccomp", "landlock"} <= {each["name"] for each in found["sandbox"]}


def test_class_prints_the_summary_and_how_much_is_new(assignment):
    write_files(assignment / "handed_in", {"ada/double.py": RIGHT, "bob/double.py": WRONG})
    runs = [run("class", "handed_in", "--json", cwd=assignment) for _ in range(2)]
    first, again = (document("class", printed) for _, printed, _ in runs)
    assert [status for status, _, _ in runs] == [0, 0] and "2 of 2 graded" in runs[0].err
    assert (first["graded"], first["up_to_date"], again["graded"], again["up_to_date"]) == (2, False, 0, True)
    assert first["rows"] == again["rows"] and [row["score"] for row in first["rows"]] == [10, 4]


@pytest.mark.parametrize("command", ["check", "class handed_in", "audit --mistakes"])
def test_an_error_prints_no_document(tmp_path, command):
    status, printed, errors = run(*command.split(), "--json", cwd=tmp_path)
    assert (status, printed) == (3, "") and "has no assignment.toml" in errors
