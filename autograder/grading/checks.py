"""The words of a check that failed: what its author says, and what Python, pytest, unittest and NumPy add to that."""

import re
import traceback
from types import FrameType
from typing import Any

from autograder.standins.failures import SubmissionFailure

WRONG = "the result is not what the task asks for"
ASSERTING_LIBRARIES = ("unittest.", "numpy.", "contextlib", "_pytest.")
BETWEEN = "autograder.standins.emptiness"  # stands around functions of these, also where one calls another
MISMATCHED = re.compile(r"Mismatched elements: \d+ / \d+|\(shapes \([\d, ]*\), \([\d, ]*\) mismatch\)")
NOT_RAISED = re.compile(r"DID NOT RAISE (?:<class ')?(?:\w+\.)*(\w+)|(\w+) not raised")

# What pytest and unittest say to those who run them, and from where a name of the submission was imported.
NOISE = re.compile(
    r"\s*(Use -v to get more diff|\.{3}Full output truncated.*|Omitting \d+ identical items, use -vv to show"
    r"|Skipping \d+ identical (leading|trailing) characters in diff, use -v to show"
    r"|Diff is \d+ characters long\. Set self\.maxDiff to None to see it\."
    r"|\+\s+(where|and)\s+<submission's [^>]*> = [\w.]+)"
)
STANDIN = re.compile(r"<submission's (?:(?:class|function|method|module) )?([\w.]+)( object)?>")
WHERE = re.compile(r" \+\s+(?:where|and  )\s*(.*)")
TRUTH = re.compile(r"(?:not )?(True|False)")
NUMBERS = re.compile(r"[-+.\de]+ (?:[<>]=?|[!=]=) [-+.\de]+")  # two that were compared; the author says which they are
FOUND = re.compile(r"not [\[{('\"]")  # what a list of faults should have been; its author's message says what is in it
IN_WORDS = (
    (re.compile(r"(\s*)Left contains one more item: "), r"\1only on the left: "),
    (re.compile(r"(\s*)Right contains one more item: "), r"\1only on the right: "),
    (re.compile(r"(\s*)Left contains (\d+) more items, first extra item: "), r"\1\2 more on the left, the first: "),
    (re.compile(r"(\s*)Right contains (\d+) more items, first extra item: "), r"\1\2 more on the right, the first: "),
    (re.compile(r"(\s*)(Left contains \d+ more items?|Extra items in the left set):"), r"\1only on the left:"),
    (re.compile(r"(\s*)(Right contains \d+ more items?|Extra items in the right set):"), r"\1only on the right:"),
    (re.compile(r"(\s*)At index (\d+) diff: "), r"\1at index \2: "),
    (re.compile(r"(\s*)Differing items:"), r"\1different:"),
)


def text_of(error: BaseException) -> str:
    """str(error), for which the submission may be asked when it has put an object of its own into the exception."""
    try:
        return str(error)
    except (Exception, SubmissionFailure):
        return ""


def frames_of(error: BaseException) -> list[FrameType]:
    return [frame for frame, _ in traceback.walk_tb(error.__traceback__)]


def module_of(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def check_words(error: BaseException, shown: bool, author: str | None) -> str:
    """The message of a check that failed.

    The suite's author may have written one, for the student. What Python, pytest, unittest and NumPy write holds the
    values that were compared and the text of the suite, which a hidden suite does not show.
    """
    message = text_of(error).strip()
    library = asserting_frame(error)
    if shown:
        by_author = library is not None and library.f_code.co_name == "fail"
        return (message if by_author else plain_words(message)) or WRONG
    if library is None:
        return before_values(message) or WRONG
    if library.f_code.co_name == "fail" or module_of(library) == "_pytest.outcomes":
        given: Any = library.f_locals.get("msg", library.f_locals.get("reason"))
    elif module_of(library).startswith("unittest."):
        given = author
    else:
        given = library.f_locals.get("err_msg")
    if isinstance(given, str) and given.strip():
        return given.strip()
    missing = NOT_RAISED.match(message)
    if missing:
        return f"{missing[1] or missing[2]} was not raised"
    fact = MISMATCHED.search(message)
    return f"{WRONG} ({fact[0].strip('()')})" if fact else WRONG


def asserting_frame(error: BaseException) -> FrameType | None:
    """The call by which the suite entered the library that raised; None if the suite raised by itself."""
    entered = None
    for frame in reversed(frames_of(error)):
        if module_of(frame) == BETWEEN:
            continue
        if not module_of(frame).startswith(ASSERTING_LIBRARIES):
            break
        entered = frame
    return entered


def before_values(message: str) -> str:
    """The author's part of a message that pytest has extended by the values."""
    text = f"\n{message}".split("\nassert ")[0]
    return text.strip()


def plain_words(message: str) -> str:
    """The message of a check without what speaks of pytest: "assert 3 in (4, 5)" becomes "this is not true: 3 in (4, 5)"."""
    author, asserted, rest = f"\n{message}".partition("\nassert ")
    lines = [line for line in (rest if asserted else message).split("\n") if not NOISE.fullmatch(line)]
    if asserted:
        claim, *lines = lines
        truth, where = TRUTH.fullmatch(claim), WHERE.fullmatch(lines[0]) if lines else None
        if truth and where and where[1].startswith(f"{truth[1]} = "):  # assert is_even(3)
            claim, lines = claim.replace(truth[1], where[1].partition(" = ")[2]), lines[1:]
        compared = NUMBERS.fullmatch(claim) and re.search(r"\d", author)
        said = author and (FOUND.match(claim) or compared or (truth and not where))
        lines = [] if said else [f"this is not true: {claim}", *lines]
        lines[:0] = [author.strip()] if author else []
    return STANDIN.sub(standin_in_words, "\n".join(map(in_words, lines))).strip()


def in_words(line: str) -> str:
    """One line of what pytest adds to a check."""
    where = WHERE.fullmatch(line)
    if where:
        return f"  where {where[1]}"
    return next((pattern.sub(words, line, count=1) for pattern, words in IN_WORDS if pattern.match(line)), line)


def standin_in_words(label: re.Match[str]) -> str:
    return f"your {label[1]} object" if label[2] else label[1]
