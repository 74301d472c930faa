"""The beginning of a mistake.toml, for a group that no known mistake explains."""

from autograder.course.findings import Group
from autograder.course.model import Row
from autograder.grading.records import number


def stub(group: Group, row: Row, anonymous: bool) -> str:
    """The text of the file, but for what only a person can say: the description, and which lines of the reference are replaced.

    Args:
        row: the group's representative.
        anonymous: leave out what was handed in.
    """
    written = group.lines[0] if group.lines and not anonymous else None
    lines = [
        f'describe = "{quoted(group.sentence)}"',
        'hint = ""',
        "",
        "[[replace]]",
        f'file = "{written.file if written else "FILE"}"',
        *multiline("old", "THE LINES OF THE REFERENCE"),
        *multiline("new", written.text if written else "THE LINES THAT ARE WRONG"),
        "",
        "[fails]",
    ]
    scores = {record.nodeid: record.score or 0.0 for record in row.outcome.records} if row.outcome else {}
    return "\n".join([*lines, *(f'"{quoted(short(test))}" = {float(number(scores.get(test, 0.0)))}' for test in group.tests)])


def short(test: str) -> str:
    """A test's id without the folder of its file."""
    file, colons, rest = test.partition("::")
    return f"{file.rpartition('/')[2]}{colons}{rest}"


def quoted(text: str) -> str:
    """A text as it stands in a string of TOML."""
    return (
        "".join(character if character.isprintable() else " " for character in text).replace("\\", "\\\\").replace('"', '\\"')
    )


def multiline(key: str, text: str) -> list[str]:
    """A key of several lines, in the quotes that the text has none of."""
    quotes = '"""' if "'''" in text else "'''"
    body = text.replace("\\", "\\\\").replace('"""', '\\"""') if quotes == '"""' else text
    return [f"{key} = {quotes}", *body.split("\n"), quotes]
