"""Remarks about a file that uses something the assignment does not allow."""

import sys
from collections.abc import Collection, Sequence

from autograder.assignment import Restriction
from autograder.intake.remark import Remark, shown
from autograder.patterns import matches
from autograder.sandbox.restrictions import Rule, allowed


def remarks_on_uses(
    name: str, uses: Sequence[tuple[int, str]], restrictions: Sequence[Restriction], own: Collection[str]
) -> list[Remark]:
    """One remark for each library and each function that a file uses against a restriction, with the first line.

    Args:
        uses: of `intake.uses`.
        own: modules at top level that are no libraries: of the submission and of the assignment.
    """
    found: dict[str, Remark] = {}
    for restriction in restrictions:
        if not matches(name, restriction.files):
            continue
        end = ". Tests that use it fail" if restriction.enforce else ""
        for line, dotted in uses:
            library = dotted.partition(".")[0]
            if restriction.libraries is not None and not {library} & {*restriction.libraries, *own, *sys.stdlib_module_names}:
                rule = Rule(frozenset(restriction.libraries))
                message = f"This imports {shown(library)}; in this file {allowed(rule)}{end}"
                found.setdefault(library, Remark(name, line, None, message, fatal=False))
            if dotted in restriction.forbidden or any(dotted.startswith(f"{each}.") for each in restriction.forbidden):
                message = f"{shown(dotted)} is not allowed in this file{end}"
                found.setdefault(dotted, Remark(name, line, None, message, fatal=False))
    return sorted(found.values(), key=lambda remark: remark.line or 0)
