"""Every format is read by a parser of its own, made from what its platform documents or does."""

import base64
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from autograder.assignment import Assignment, Part
from autograder.errors import AutograderError
from autograder.grading.outcome import Outcome
from autograder.grading.parts import OTHER, WHOLE, by_part
from autograder.grading.records import NEUTRAL, Record
from autograder.results.autolab import plain
from autograder.results.formats import FORMATS
from autograder.results.gradescope import document
from autograder.results.markdown import escaped, fenced

ASSIGNMENT = Assignment(
    Path(), "Toy: <b>bold</b> | *stars*", ("modules.py",), parts=(Part("1", "Layers: all", 4), Part("10", "Training", 3))
)
SECRET = "sesame"
NASTY = (
    "</code></details><script>alert(1)</script> ```` \n\n# heading | [x](http://y) @all &amp;"
    " \x1b[31m \x00 \ufffe \u202e ]]> {{{x}}}"
)
PUBLIC, HIDDEN = "tests/public/test_a.py::", "tests/hidden/test_c.py::"
PARTLY = Record(
    f"{PUBLIC}test_b[10]", "_Backward: ∂L/∂b", "public", "1.10", 2, 0.5, reason=NASTY, printed=NASTY, seconds=0.12345
)
PASSED = Record(f"{PUBLIC}TestA::test_f", "Forward", "public", "1.2", 2, 2, "passed", printed="fine\r\nnoise")
BROKEN = Record(f"{PUBLIC}test_broken", "Broken", "public", "10.1", 1, 0, "broken", staff=f"Traceback: {SECRET}")
QUIET = Record(f"{HIDDEN}test_quiet", "Quiet", "hidden", "10.2", 1, 0, reason=f"got {SECRET}", printed=SECRET, staff=SECRET)
QUIET = replace(QUIET, hide_errors="Not right", show_output=False)
UNWEIGHTED = Record(f"{HIDDEN}test_info", "For information", "hidden", reason="look at this")
RECORDS = [PARTLY, PASSED, BROKEN, QUIET, UNWEIGHTED]
WITHHELD = [
    Record(f"{HIDDEN}test_{SECRET}", f"A {SECRET}", "hidden", "10.3", 0.5, score, status, SECRET, SECRET, visibility=visibility)
    for visibility, score, status in [
        ("hidden", 0.5, "passed"),
        ("after_due_date", 0, "failed"),
        ("after_published", 0, "broken"),
    ]
]
BOARD = Record(f"{PUBLIC}test_speed", "Speed", "public", status="passed", leaderboard={"name": "speed", "value": "12:30"})


def outcome(*records, assignment=ASSIGNMENT, remarks=(), notes=("a note with " + SECRET,)):
    return Outcome(assignment, list(records), 1.5, list(remarks), list(notes), "A")


def written(name, *records, **options):
    return FORMATS[name].write(outcome(*records, **options))


EVERYTHING = [*RECORDS, *WITHHELD, BOARD]
FLOOD = [replace(PARTLY, nodeid=f"t.py::test_{i}", reason="reason ∂\n" * 12_000, printed="x" * 60_000) for i in range(40)]


def readable(name, text):
    """What a reader of a format reads, decoded where it is encoded."""
    return base64.b64decode(text.removeprefix("result=")).decode() if name == "github-classroom" else text


@pytest.mark.parametrize("name", [name for name, format in FORMATS.items() if format.readers == "students"])
def test_students_read_nothing_that_is_hidden_or_for_staff(name):
    text = readable(name, written(name, *EVERYTHING, remarks=["modules.py was found in a folder"]))
    assert SECRET not in text
    if name != "github-notices":
        assert "3 tests whose results are not shown" in text.replace("\\", "")
        assert name in ("github-classroom",) or "modules.py was found in a folder" in text


@pytest.mark.parametrize("name", ["gradescope", "junit"])
def test_staff_read_all_of_it(name):
    assert written(name, *EVERYTHING).count(SECRET) > 10


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_result_can_be_written_or_says_why_not(name):
    if name == "prairielearn":
        with pytest.raises(AutograderError, match=r"no test has points.*use @weight"):
            written(name)
    else:
        assert written(name).endswith("\n")


@pytest.mark.parametrize("name", FORMATS)
def test_no_text_of_a_submission_leaves_a_control_character(name):
    text = readable(name, written(name, *EVERYTHING, remarks=[NASTY]))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", text)


def test_a_test_belongs_to_the_innermost_part_and_to_one_only():
    parts = (Part("5", "MLP", 3), Part("5.2", "Backward", 1), Part("50", "More", 0))
    records = [Record(number or "none", "name", number=number) for number in ("5.1", "5.2a", "5.2.1", "50.1", "6", None)]
    found = by_part(replace(ASSIGNMENT, parts=parts), records)
    assert [(name, [record.number for record in tests]) for name, tests in found] == [
        ("5 MLP", ["5.1"]), ("5.2 Backward", ["5.2a", "5.2.1"]), ("50 More", ["50.1"]), (OTHER, ["6", None]),
    ]  # fmt: skip
    assert [name for name, _ in by_part(replace(ASSIGNMENT, parts=()), records)] == [WHOLE]


@pytest.mark.slow
def test_texts_take_the_room_that_there_is():
    for name, limit in (("markdown", 65_536), ("prairielearn", 1_000_000), ("autolab", 200_000)):
        assert 0.5 * limit < len(written(name, *FLOOD).encode()) <= limit


@pytest.mark.slow
def test_more_tests_than_a_comment_can_hold_are_refused_with_numbers():
    with pytest.raises(AutograderError, match=r"has \d+,\d+ bytes without any reason .* a comment takes 65,536"):
        written("markdown", *(replace(PARTLY, nodeid=str(i)) for i in range(1000)))


# What the policies say, and what could not be run

LATE = Record("policy: Lateness", "Lateness", "policies", None, 0, -2, reason=NASTY, visibility="visible")
BEST = Record("policy: Best submission", "Best submission", "policies", status="passed", reason="kept", visibility="visible")


def judged(*items, counted):
    result = outcome(*EVERYTHING)
    result.items, result.counted = list(items), counted
    result.policies = [f"a note with {SECRET}"]
    return result


@pytest.mark.parametrize(
    ("items", "counted"), [([LATE], 1.0), ([LATE, BEST], 6.25), ([BEST], 6.25)], ids=["late", "late and kept", "kept"]
)
def test_platforms_that_add_up_points_come_to_the_score_that_counts(items, counted):
    texts = {name: format.write(judged(*items, counted=counted)) for name, format in FORMATS.items()}
    feedback, result = autolab(texts["autolab"])
    jsonschema.validate(feedback, SEMANTIC)
    jsonschema.validate(result, AUTORESULT)
    assert sum(result["scores"].values()) == counted and "other" in result["scores"]
    result = json.loads(texts["prairielearn"])
    jsonschema.validate(result, PRAIRIELEARN)
    assert result["score"] == pytest.approx(counted / 7.5)
    result = json.loads(readable("github-classroom", texts["github-classroom"]))
    jsonschema.validate(result, CLASSROOM)
    assert sum(test["score"] for test in result["tests"]) == counted
    suites = checked(texts["junit"]).findall("testsuite/properties/property[@name='score']")
    assert sum(float(score.get("value")) for score in suites) == counted
    assert f"Points {counted:g}/7.5" in texts["github-notices"]
    assert f"**{counted - 0.5:g} / 6 points**" in texts["markdown"]  # half a point belongs to tests that are not shown
    assert json.loads(texts["gradescope"])["score"] == counted


def test_students_read_what_the_policies_say_and_not_the_notes_for_staff():
    for name, format in FORMATS.items():
        text = readable(name, format.write(judged(LATE, counted=1.0)))
        assert ("Lateness" in text) == (name != "github-notices")
        assert (SECRET in text) == (format.readers != "students")


def test_what_has_not_run_costs_no_attempt_on_prairielearn_and_says_why():
    result = outcome(*RECORDS)
    result.not_run = f"work.zip is no zip {NASTY}"
    document = json.loads(FORMATS["prairielearn"].write(result))
    jsonschema.validate(document, PRAIRIELEARN)
    assert document["gradable"] is False and "work.zip is no zip" in document["format_errors"][0]


# Gradescope


def test_gradescopes_file_is_the_document_of_the_outcome():
    result = outcome(*EVERYTHING)
    assert json.loads(FORMATS["gradescope"].write(result)) == document(result)


# Autolab


def autolab(text):
    """(feedback, autoresult) as Autolab's controllers read them: the line before the last one, and the last one.

    Unquoted keys are quoted first, by a pattern that knows no strings.
    """
    lines = text.rstrip().split("\n")
    return json.loads(lines[-2]), json.loads(re.sub(r"([a-zA-Z0-9]+):", r'"\1":', lines[-1]))


AUTORESULT = {
    "type": "object",
    "required": ["scores"],
    "additionalProperties": False,
    "properties": {
        "scores": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "number"}},
        "scoreboard": {"type": "array", "items": {"type": ["number", "string", "null"]}},
    },
}
SEMANTIC = {
    "type": "object",
    "required": ["_presentation", "stages"],
    "properties": {"_presentation": {"const": "semantic"}, "stages": {"type": "array", "items": {"type": "string"}}},
    "additionalProperties": {
        "type": "object",
        "propertyNames": {"pattern": "^[^_]"},  # others are not shown
        "additionalProperties": {
            "type": "object",
            "required": ["passed"],
            "additionalProperties": False,
            "properties": {"passed": {"type": "boolean"}, "hint": {"type": "string", "minLength": 1}},
        },
    },
}


@pytest.mark.parametrize("records", [[], RECORDS, EVERYTHING, FLOOD], ids=["no tests", "some", "everything", "a flood"])
def test_autolab_parses_the_last_two_lines(records):
    text = written("autolab", *records, remarks=[NASTY])
    feedback, result = autolab(text)
    jsonschema.validate(feedback, SEMANTIC)
    jsonschema.validate(result, AUTORESULT)
    assert set(feedback["stages"]) == set(feedback) - {"_presentation", "stages"}
    assert len(text.encode()) <= 200_000
    assert sum(result["scores"].values()) == outcome(*records).score[0]


def test_autolabs_problems_are_the_parts_with_the_points_of_all_tests():
    feedback, result = autolab(written("autolab", *EVERYTHING))
    assert result == {"scores": {"1 Layers - all": 2.5, "10 Training": 0.5}, "scoreboard": ["12-30"]}
    assert feedback["stages"] == ["1 Layers - all", "10 Training", "other"]
    assert feedback["10 Training"] == {
        "10.1 Broken": {"passed": False, "hint": NEUTRAL},
        "10.2 Quiet": {"passed": False, "hint": "Not right"},
    }


def test_autolabs_problems_do_not_depend_on_what_a_submission_does():
    lost = [replace(record, score=0, status="failed") for record in RECORDS]
    assert autolab(written("autolab", *lost))[1]["scores"].keys() == autolab(written("autolab", *RECORDS))[1]["scores"].keys()


def test_an_assignment_without_parts_is_one_problem_for_autolab():
    _, result = autolab(written("autolab", *RECORDS, assignment=replace(ASSIGNMENT, parts=())))
    assert result == {"scores": {"autograded": 2.5}}


def test_tests_of_the_same_name_are_all_in_autolabs_table():
    same = [replace(PASSED, nodeid=str(i)) for i in range(3)]
    feedback, _ = autolab(written("autolab", *same))
    assert len(feedback["1 Layers - all"]) == 3


def test_what_a_submission_prints_is_not_autolabs_last_line():
    spoof = '{"scores": {"1 Layers - all": 100}}\n' * 3
    _, result = autolab(written("autolab", replace(PARTLY, printed=spoof, reason=spoof)))
    assert result["scores"]["1 Layers - all"] == 0.5


@given(st.text())
def test_no_name_breaks_autolabs_last_line(name):
    line = json.dumps({plain(name): 1})
    assert json.loads(re.sub(r"([a-zA-Z0-9]+):", r'"\1":', line)) == {plain(name): 1}


# PrairieLearn

TEXT = {"type": "string"}
POINTS = {"type": "number", "minimum": 0}
PRAIRIELEARN = {
    "type": "object",
    "properties": {
        "gradable": {"type": "boolean"},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "message": TEXT,
        "output": TEXT,
        "format_errors": {"anyOf": [TEXT, {"type": "array", "items": TEXT}]},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "points", "max_points"],  # where one lacks points, those of none are shown
                "additionalProperties": False,
                "properties": {
                    **dict.fromkeys(("name", "description", "message", "output"), TEXT),
                    **dict.fromkeys(("points", "max_points"), POINTS),
                },
            },
        },
    },
    "additionalProperties": False,
    "if": {"properties": {"gradable": {"const": False}}, "required": ["gradable"]},
    "else": {"required": ["score"]},
}  # fmt: skip


@pytest.mark.parametrize("records", [RECORDS, EVERYTHING, FLOOD], ids=["some", "everything", "a flood"])
def test_prairielearn_gets_a_valid_file_whose_points_agree_with_its_score(records):
    text = written("prairielearn", *records, remarks=["a remark"])
    result = json.loads(text)
    jsonschema.validate(result, PRAIRIELEARN)
    reached, possible = (sum(test[key] for test in result["tests"]) for key in ("points", "max_points"))
    assert result["score"] == pytest.approx(reached / possible)
    assert (reached, possible) == outcome(*records).score
    assert result["message"] == "a remark"
    assert len(text.encode()) <= 1_000_000


def test_a_test_for_prairielearn_keeps_reason_and_output_apart():
    (test,) = json.loads(written("prairielearn", replace(PARTLY, reason="why", printed="what\x1b[31m")))["tests"]
    assert test == {
        "name": "1.10 _Backward: ∂L/∂b", "description": "1 Layers: all", "points": 0.5, "max_points": 2,
        "message": "why", "output": "what\\u001b[31m",
    }  # fmt: skip


def test_extra_points_do_not_take_prairielearns_score_above_one():
    assert json.loads(written("prairielearn", replace(PASSED, score=3)))["score"] == 1


def test_a_result_without_any_verdict_costs_no_attempt_on_prairielearn():
    broken = [replace(record, status="broken", score=0) for record in (PARTLY, PASSED, BROKEN)]
    result = json.loads(written("prairielearn", *broken, UNWEIGHTED))
    jsonschema.validate(result, PRAIRIELEARN)
    assert result == {"gradable": False, "format_errors": [NEUTRAL]}
    assert json.loads(written("prairielearn", *broken, PASSED))["gradable"]


# GitHub Classroom

CLASSROOM = {
    "type": "object",
    "required": ["version", "status", "max_score", "tests"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": 1},
        "status": {"enum": ["pass", "fail", "error"]},
        "max_score": {"type": "number"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "status", "score", "message", "test_code", "filename", "line_no", "duration"],
                "additionalProperties": False,
                "properties": {
                    "name": TEXT,
                    "status": {"enum": ["pass", "fail", "error"]},
                    "score": {"type": "number"},
                    "message": {"type": ["string", "null"]},
                    "test_code": TEXT,
                    "filename": TEXT,
                    "line_no": {"type": "integer"},
                    "duration": {"type": "number"},
                },
            },
        },
    },
}


@pytest.mark.parametrize("records", [[], RECORDS, EVERYTHING, FLOOD], ids=["no tests", "some", "everything", "a flood"])
def test_the_reporter_of_github_classroom_adds_up_the_points(records):
    text = written("github-classroom", *records)
    name, _, value = text.rstrip("\n").partition("=")
    assert name == "result" and "\n" not in value and len(f"RUNNER_RESULTS={value}") < 128 * 1024
    result = json.loads(base64.b64decode(value, validate=True).decode())
    jsonschema.validate(result, CLASSROOM)
    assert (sum(test["score"] for test in result["tests"]), result["max_score"]) == outcome(*records).score


@pytest.mark.parametrize(
    "records, status",
    [
        ([PASSED], "pass"),
        ([PARTLY, PASSED], "fail"),
        ([PASSED, BROKEN], "error"),
        ([PASSED, WITHHELD[0]], "pass"),
        (WITHHELD, "fail"),
    ],
)
def test_the_status_for_github_classroom_is_the_worst_one(records, status):
    assert json.loads(readable("github-classroom", written("github-classroom", *records)))["status"] == status


def test_an_error_on_github_classroom_names_its_test_since_the_reporter_does_not():
    (test,) = json.loads(readable("github-classroom", written("github-classroom", BROKEN)))["tests"]
    assert test["message"] == f"10.1 Broken: {NEUTRAL}"


def test_the_notices_are_the_ones_that_classroom_looks_for():
    assert written("github-notices", *RECORDS, *WITHHELD) == (
        "::notice title=Autograding complete::Points 3/7.5\n"
        '::notice title=Autograding report::{"totalPoints":3,"maxPoints":7.5}\n'
    )


# JUnit

# junit-10.xsd of Jenkins' xunit plugin: element -> (attributes, those of them that are required, elements in it).
JUNIT = {
    "testsuites": ("name time tests failures errors", "", "testsuite"),
    "testsuite": (
        "name tests failures errors group time skipped timestamp hostname id package file log url",
        "name tests failures errors",
        "testsuite properties testcase system-out system-err",
    ),
    "properties": ("", "", "property"),
    "property": ("name value", "name value", ""),
    "testcase": ("name time classname group", "name", "skipped error failure system-out system-err"),
    "failure": ("type message", "", ""),
    "error": ("type message", "", ""),
    "system-out": ("", "", ""),
}
SUREFIRE_TIME = r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?"
MIXED = ("failure", "error", "system-out")


def junit(*records, **options):
    return checked(written("junit", *records, **options))


def checked(text):
    """The report, parsed and checked against the schema's rules."""
    root = ET.fromstring(text.encode())
    assert root.tag == "testsuites"
    for element in root.iter():
        attributes, required, children = (set(names.split()) for names in JUNIT[element.tag])
        assert set(required) <= set(element.attrib) <= set(attributes), ET.tostring(element)
        assert {child.tag for child in element} <= children
        assert element.tag in MIXED or not (element.text or "").strip()
        assert element.tag == "testcase" or re.fullmatch(SUREFIRE_TIME, element.get("time", ""))
    for element in root.iter("testsuite"):
        cases = element.findall("testcase")
        assert [int(element.get(name)) for name in ("tests", "failures", "errors", "skipped")] == [
            len(cases), sum(case.find("failure") is not None for case in cases),
            sum(case.find("error") is not None for case in cases), 0,
        ]  # fmt: skip
    return root


@pytest.mark.parametrize("records", [[], RECORDS, EVERYTHING, FLOOD[:3]], ids=["no tests", "some", "everything", "a flood"])
def test_junit_holds_every_test_once_and_keeps_to_jenkins_schema(records):
    root = junit(*records, remarks=[NASTY])
    assert len(list(root.iter("testcase"))) == len(records) == int(root.get("tests"))


def test_a_junit_test_is_called_as_in_pytests_reports_with_number_and_title():
    cases = junit(*[PARTLY, PASSED]).findall("testsuite/testcase")
    assert [(case.get("classname"), case.get("name")) for case in cases] == [
        ("tests.public.test_a.TestA", "test_f: 1.2 Forward"),
        ("tests.public.test_a", "test_b[10]: 1.10 _Backward: ∂L/∂b"),
    ]
    assert [case.get("time") for case in cases] == ["0.000", "0.123"]


def test_junit_tells_failures_from_errors_and_keeps_points_and_texts():
    root = junit(*EVERYTHING, remarks=["a remark"])
    failure, error = root.find(".//failure"), root.find(".//error")
    assert failure.get("message").startswith("</code></details><script>")
    assert "# heading" in failure.text and "\\u001b[31m" in failure.text
    assert error.get("message") == f"Traceback: {SECRET}"
    assert root.find(".//testcase[failure]/system-out").text.startswith("Points: 0.5 / 2\n</code>")
    assert "Leaderboard: speed 12:30" in [case.findtext("system-out") for case in root.iter("testcase")]
    assert root.find("testsuite/system-out").text == f"Submission: a remark\nNote: a note with {SECRET}"
    properties = {element.get("name"): element.get("value") for element in root.findall("testsuite[1]/properties/property")}
    assert (properties["score"], properties["max_score"], properties["sandbox"]) == ("2.5", "5", "A")


# Markdown

GFM = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def tokens(text):
    for token in GFM.parse(text):
        yield token
        yield from token.children or ()


@pytest.mark.parametrize("records", [[], RECORDS, EVERYTHING, FLOOD], ids=["no tests", "some", "everything", "a flood"])
def test_nothing_of_a_submission_becomes_markup_in_a_comment(records):
    nasty = [replace(record, name=NASTY) for record in records]
    text = written("markdown", *nasty, remarks=[NASTY, "~~~\n```\n</details>"])
    assert len(text) <= 65_536
    for token in tokens(text):
        assert token.type not in ("link_open", "image", "html_inline", "em_open", "code_block")
        if token.type == "html_block":
            inner = re.sub(r"^<details>\n<summary>(.*)</summary>\n$|^</details>\n?$", r"\1", token.content)
            assert "<" not in inner and ">" not in inner
    headings = [
        token.content for token in GFM.parse(text) if token.type == "inline" and token.level == 1 and "Toy" in token.content
    ]
    assert len(headings) == 1


def test_a_comment_has_the_points_of_each_part_and_the_reasons_behind_a_click():
    text = written("markdown", *RECORDS, *WITHHELD)
    rows = [token.content for token in GFM.parse(text) if token.type == "inline" and token.level == 4]
    assert [re.sub(r"\\(\W)", r"\1", row) for row in rows] == [
        "Part", "Points", "1 Layers: all", "2.5 / 4", "10 Training", "0 / 2", "other", "0 / 0",
    ]  # fmt: skip
    assert "**2.5 / 6 points**, 1 of 5 tests passed" in text
    assert "Not in this: 3 tests whose results are not shown, 1.5 points." in text
    assert "<summary>✗ 10.2 Quiet (0 / 1)</summary>\n\n```text\nNot right\n```\n\n</details>" in text
    assert "Forward" not in text


@given(st.text(alphabet=st.sampled_from("`~\n x>#|<")))
def test_a_fence_cannot_be_closed_from_within(words):
    (token,) = [token for token in GFM.parse(fenced(words)) if token.type != "inline"]
    assert (token.type, token.content) == ("fence", words + "\n")


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
def test_an_escaped_line_reads_as_it_was_written(words):
    """In a paragraph, after a letter, so that it begins nothing."""
    (token,) = [token for token in GFM.parse(f"a{escaped(words)}") if token.type == "inline"]
    assert "".join(child.content for child in token.children) == "a" + " ".join(words.split())
