"""The parts of the new assignment: submitted files, support files, and files of the tests."""

from collections.abc import Iterator
from pathlib import Path

from autograder.authoring.adopt.data import take_data_of_solution, take_data_of_test
from autograder.authoring.adopt.decisions import REFERENCE, Decisions, Plan
from autograder.authoring.adopt.folder import OldAutograder
from autograder.authoring.adopt.imports import Imports
from autograder.authoring.adopt.modules import without_parents
from autograder.authoring.adopt.suites import Suites
from autograder.errors import AutograderError
from autograder.sandbox.limits import Limits

SHOWN = 10  # of what the tests import


def plan(old: OldAutograder, solution: Path | None = None) -> Plan:
    """Decide what becomes of each file.

    Raises:
        AutograderError: nothing is submitted, or a file cannot be read.
    """
    if solution and not solution.is_dir():
        raise AutograderError(f"{solution} is not a folder; name the one that holds the files of the solution")
    known = Decisions(old, solution.resolve() if solution else None)
    suites = Suites(old, known.solution)
    conftests = list(suites.conftests())
    for place, source in conftests:
        known.copy(place, source.path)
        if not suites.holds(source.path):
            known.include.add(place)
    for place, path in suites.files():
        known.copy(place, path)
    for name in old.submitted:
        known.submit(name)
    imports = Imports(known, suites)
    imports.follow_tests([*old.tests, *(source for _, source in conftests)])
    for source, names in imports.sources:
        take_data_of_test(source, names, known, suites)
    take_data_of_solution(imports.follow_solution(), known)
    return made_of(known, suites, set(imports.packages))


def made_of(known: Decisions, suites: Suites, packages: set[str]) -> Plan:
    """Return the plan.

    Args:
        packages: top-level names of what is installed.
    """
    if not known.submitted:
        imported = sorted({each.module for source in known.old.tests for each in source.imports() if each.module})
        raise AutograderError(
            f"the tests in {known.old.folder} use no file of a submission; they import"
            f" {', '.join(imported[:SHOWN]) or 'nothing'}"
            + (f", and {known.solution} has none of these" if known.solution else "")
        )
    support = {name: path for name, path in known.support.items() if name not in known.submitted}
    place = f"{REFERENCE}/" if known.solution else ""
    known.drop_doubles()
    root = known.common_root()
    submitted = {f"{root}/{name}" if root and name.endswith(".py") else name: path for name, path in known.submitted.items()}
    copies = dict(known.copies)
    copies |= {f"{place}{name}": path for name, path in submitted.items() if path and known.solution}
    copies |= {f"{place}{name}": path for name, path in support.items()}
    limits = {}
    if known.old.test_seconds and known.old.test_seconds > Limits.test_seconds:
        limits["test_seconds"] = known.old.test_seconds
    if known.old.total_seconds:
        limits["total_seconds"] = known.old.total_seconds
    return Plan(
        suites=suites.paths(),
        files=sorted(submitted),
        root=root,
        support=sorted(support),
        include=sorted(known.include),
        preload=without_parents(name for name in known.libraries if name.partition(".")[0] in packages),
        copies=copies,
        limits=limits,
        visibility=known.old.visibility if known.old.visibility != "visible" else None,
        notes=list(notes(known, sorted(support), packages)),
        reference=REFERENCE if known.solution else None,
    )


def notes(known: Decisions, support: list[str], packages: set[str]) -> Iterator[str]:
    """Yield what a person should know."""
    old = known.old
    for name in sorted({name.partition(".")[0] for name in known.libraries} - packages):
        yield f"{name} is imported and not installed here; install it before grading"
    for name in sorted(known.lost):
        yield f"{name} is imported by the tests, and neither {old.folder.name} nor the solution has it"
    if old.requirements:
        yield f"requirements.txt: {', '.join(old.requirements)}; versions that matter belong into a constraints.txt here"
    if old.system_packages:
        yield f"setup.sh: installs {', '.join(old.system_packages)} by apt-get, which must be there where tests run"
    if old.post_processor:
        yield "run_tests.py changes the results by a post_processor, which is not used; for late days see the table [policies]"
    if old.given_solution:
        yield f"{old.given_solution}/ looks like a solution; give it with --solution, and the tests are tried on it"
    for name in support:
        if name.endswith(".py"):
            yield f"{name} supports submissions, which can read it; make sure that it contains no answers"
