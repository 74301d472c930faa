"""JUnit XML, as CI systems read it: for the course staff, since it holds the hidden tests and their tracebacks too.

There is no official description. This keeps to the schema that Jenkins checks reports against, which is stricter than others
(https://github.com/jenkinsci/xunit-plugin, junit-10.xsd), and names tests as pytest's own reports do.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from autograder import __version__
from autograder.grading.outcome import Outcome
from autograder.grading.records import Record, number, total
from autograder.results.excerpts import points, policy_items
from autograder.results.gradescope import entry, rounded
from autograder.text import MAX_NAME, MAX_OUTPUT, as_painted, block, line

NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2


def write(outcome: Outcome) -> str:
    everything = [*policy_items(outcome), *outcome.records]
    root = ET.Element("testsuites", {"name": attribute(outcome.assignment.title), **counts(everything)})
    for suite in dict.fromkeys(record.suite for record in everything):
        records = [record for record in everything if record.suite == suite]
        element = ET.SubElement(root, "testsuite", {"name": attribute(suite) or "tests", **counts(records), "skipped": "0"})
        score, possible = map(number, total(records))
        properties = ET.SubElement(element, "properties")
        for name, value in (("score", score), ("max_score", possible), ("sandbox", outcome.level), ("autograder", __version__)):
            ET.SubElement(properties, "property", {"name": name, "value": attribute(str(value))})
        for record in records:
            add_test(element, record)
    notes = [*outcome.notes, *(outcome.policies or ())]
    remarks = [*(f"Submission: {remark}" for remark in outcome.remarks), *(f"Note: {note}" for note in notes)]
    if remarks and len(root):
        ET.SubElement(root[0], "system-out").text = content("\n".join(remarks))
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def counts(records: Sequence[Record]) -> dict[str, str]:
    return {
        "tests": str(len(records)),
        "failures": str(sum(record.status == "failed" for record in records)),
        "errors": str(sum(record.status == "broken" for record in records)),
        "time": seconds(sum(record.seconds for record in records)),
    }


def add_test(suite: ET.Element, record: Record) -> None:
    """Add a `testcase`. Its points stand in what it printed: the schema has no properties here."""
    file, *names = record.nodeid.split("::")
    place = ".".join([file.removesuffix(".py").replace("/", "."), *names[:-1]])
    name = f"{names[-1] if names else file}: {record.number or ''} {record.name}"
    case = ET.SubElement(
        suite, "testcase", {"classname": attribute(place), "name": attribute(name), "time": seconds(record.seconds)}
    )
    if record.status != "passed":
        words = (record.full_reason or record.reason).strip() or record.staff.strip().rpartition("\n")[2] or record.status
        tag = (
            "error" if record.status == "broken" else "failure"
        )  # JUnit's names for what is not the tested code's fault, and what is
        named = record.named.told() if record.named else ""
        failure = ET.SubElement(case, tag, {"type": record.status, "message": attribute(words.partition("\n")[0])})
        failure.text = content("\n\n".join(filter(None, (record.full_reason or record.reason, named, record.staff))))
    out = [f"Points: {points([record])}"] if record.max_score is not None else []
    if record.leaderboard:
        out.append("Leaderboard: {name} {value}".format(**entry(record)))
    if record.printed:
        out.append(as_painted(record.printed))
    if out:
        ET.SubElement(case, "system-out").text = content("\n".join(out))


def attribute(text: str) -> str:
    return NOT_XML.sub("�", line(block(text, MAX_NAME)))


def content(text: str) -> str:
    return NOT_XML.sub("�", block(text, MAX_OUTPUT))


def seconds(value: float) -> str:
    return f"{rounded(value, 3):.3f}"
