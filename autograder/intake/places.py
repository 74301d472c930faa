"""Messages for students about names and places of files: taken, missing, ambiguous or in the way."""

import difflib
import importlib.machinery
import re
import sys
import sysconfig
import unicodedata
from collections.abc import Sequence

from autograder.intake.entries import SubmissionEntry, name_key, of_the_same_name
from autograder.intake.remark import Remark, shown

SHOWN_NAMES = 8  # of a list of file names
COMPARED_NAMES = 200  # with the name of a missing file, letter by letter


def remarks_on_place(name: str, entry: SubmissionEntry) -> list[Remark]:
    found = "/".join(entry.parts)
    if found == name:
        return []
    if name_key(entry.parts) == name_key(name.split("/")):
        why = "upper and lower case matter to Python's import on other computers"
    else:
        why = "the assignment wants it in another folder"
    message = f"It was found as {quoted(entry.name)} and taken; {why}. Rename it"
    return [Remark(name, None, None, message, fatal=False)]


def unusable_file(name: str, candidates: Sequence[SubmissionEntry]) -> Remark:
    if len(candidates) == 1:
        message = f"{quoted(candidates[0].name)} {candidates[0].refusal} and was not opened. Hand in the file itself"
    elif len({entry.name for entry in candidates}) == 1:
        message = f"The submission holds it {len(candidates)} times. Hand in one"
    else:
        message = f"Unclear which file is meant: {listed(candidates)}. Hand in one of them, with the name {name}"
    return Remark(name, None, None, message, fatal=True)


def missing_files(
    absent: Sequence[str], entries: Sequence[SubmissionEntry], asked: Sequence[str], exact_places: bool = False
) -> list[Remark]:
    """One remark for each missing file: what resembles it and is no other file asked for, and what to do.

    Args:
        exact_places: one in another folder does not count.
    """
    if not absent:
        return []
    names = {name_key(name.split("/")[-1:]) for name in asked}
    extras = [entry for entry in entries if name_key(entry.parts[-1:]) not in names][:COMPARED_NAMES]
    meant = {id(entry): most_like(entry.name, asked) for entry in extras}
    remarks = []
    for name in absent:
        near = [entry for entry in extras if meant[id(entry)] == name]
        misplaced = of_the_same_name(name, entries) if exact_places else []
        what_to_do = f"Found {listed(misplaced)}: {only_as(name)}" if misplaced else remedy(name, near, extras, entries)
        message = f"The file is missing. {what_to_do}"
        remarks.append(Remark(name, None, None, message, fatal=True))
    return remarks


def misplaced_files(taken: Sequence[str], entries: Sequence[SubmissionEntry]) -> list[Remark]:
    """One remark for each file of which there are others, in folders where they do not count."""
    remarks = []
    for name in taken:
        others = [entry for entry in of_the_same_name(name, entries) if name_key(entry.parts) != name_key(name.split("/"))]
        if others:
            remarks.append(Remark(name, None, None, f"Ignored {listed(others)}: {only_as(name)}", fatal=False))
    return remarks


def only_as(name: str) -> str:
    where = "" if "/" in name else ", at the top of the submission and not in a sub-directory"
    return f"the file counts as {quoted(name)} only{where}"


def remedy(
    name: str, near: Sequence[SubmissionEntry], extras: Sequence[SubmissionEntry], entries: Sequence[SubmissionEntry]
) -> str:
    notebooks = with_ending(near, ".ipynb") if near else with_ending(extras, ".ipynb")
    archives = with_ending(near or extras, ".zip", ".rar", ".7z", ".gz", ".tar", ".tgz")
    if notebooks and name.endswith(".py"):
        how = "export it as a Python script (File > Save and Export As > Executable Script)"
        return f"Found the notebook {listed(notebooks)}: {how} named {name} and hand that in"
    if archives:
        return f"Found {listed(archives)}, which was not opened: hand in the files themselves or one zip"
    if near and with_ending(near, ".pyc") == near:
        return f"Found {listed(near)}, which is compiled: hand in the source, {name}"
    if near:
        return f"Found {listed(near)}: rename the right one to {name} and hand it in again"
    return f"Found only {listed(entries)}" if entries else "The submission is empty"


def with_ending(entries: Sequence[SubmissionEntry], *endings: str) -> list[SubmissionEntry]:
    return [entry for entry in entries if entry.name.lower().endswith(endings)]


def most_like(found: str, asked: Sequence[str]) -> str | None:
    """Which of the names asked for this one is a variant of: "modules (1).py", "modules.py.txt", "moduels.py"."""
    likeness, name = max(((likeness_of(found, name), name) for name in asked), default=(0.0, ""))
    return name if likeness else None


def likeness_of(found: str, name: str) -> float:
    """0 for different names; from 1 to 2 for a name inside the other; below 1 for a slip of the pen."""
    base = unicodedata.normalize("NFKC", found.rsplit("/", 1)[-1]).casefold()
    theirs = re.sub(r"[\W_]", "", base.split(".")[0])
    ours = re.sub(r"[\W_]", "", name.rsplit("/", 1)[-1].casefold().split(".")[0])
    if ours and (ours == theirs or (len(ours) > 2 and ours in theirs)):
        return 1 + len(ours) / len(theirs)
    ratio = difflib.SequenceMatcher(None, theirs[:64], ours, autojunk=False).ratio()
    return ratio if ratio >= 0.8 else 0.0


def refused_entries(entries: Sequence[SubmissionEntry]) -> list[Remark]:
    """One remark for each entry that is never opened; a flood of them is cut off."""
    refused = [entry for entry in entries if entry.refusal]
    remarks = [
        Remark(shown(entry.name), None, None, f"This {entry.refusal}; it was not opened", fatal=False)
        for entry in refused[:SHOWN_NAMES]
    ]
    if more := len(refused) - len(remarks):
        message = f"{more} more entries like this were not opened"
        remarks.append(Remark(remarks[-1].file, None, None, message, fatal=False))
    return remarks


def shadowing_files(taken_or_missing: Sequence[str], ignored: Sequence[SubmissionEntry]) -> list[Remark]:
    """Remarks on files that hide a library from every import on the student's own computer."""
    remarks = []
    for name in taken_or_missing:
        if library := hidden_library([*name.split("/")]):
            message = f"The file has the name of {library}; an import may find either of them"
            remarks.append(Remark(name, None, None, message, fatal=False))
    for entry in ignored:
        if not entry.refusal and len(entry.parts) <= 2 and (library := hidden_library(list(entry.parts))):
            message = (
                f"The file has the name of {library} and hides it on your computer. The assignment does not "
                "use it, so it is ignored; rename it"
            )
            remarks.append(Remark(shown(entry.name), None, None, message, fatal=False))
    return remarks[: 2 * SHOWN_NAMES]


def hidden_library(parts: list[str]) -> str | None:
    """The library that NAME.py or NAME/__init__.py hides, in words."""
    if len(parts) == 2 and parts[1] == "__init__.py":
        module = parts[0]
    elif len(parts) == 1 and parts[0].endswith(".py"):
        module = parts[0].removesuffix(".py")
    else:
        return None
    if module in sys.stdlib_module_names or module == "test":  # the names leave out the library's own tests
        return f"Python's own module {module}"
    installed = [
        sysconfig.get_path("purelib"),
        sysconfig.get_path("platlib"),
    ]  # not sys.path: it may hold the submission
    spec = importlib.machinery.PathFinder.find_spec(module, installed) if module.isidentifier() else None
    return f"the library {module}" if spec is not None and spec.origin is not None else None


def quoted(name: str) -> str:
    return f'"{shown(name)}"'


def listed(entries: Sequence[SubmissionEntry]) -> str:
    names = [quoted(entry.name) for entry in entries[:SHOWN_NAMES]]
    more = len(entries) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
