"""What is known of a submission before its tests run: the keeper of its processes, and which libraries these will use."""

import ast
import contextlib
import functools
import importlib
from pathlib import Path

from autograder import outline
from autograder.assignment import Assignment
from autograder.grading.endings import words_for
from autograder.grading.libraries import Libraries
from autograder.intake.stage import Stage
from autograder.intake.uses import uses_of
from autograder.sandbox.ladder import Ladder
from autograder.standins.classes import Classes
from autograder.standins.keeper import Keeper
from autograder.standins.places import Places


def libraries_of(assignment: Assignment, stage: Stage, sandbox: Ladder) -> Libraries | None:
    """Return what tells which libraries the process of a test will use; None where all processes have the same."""
    if len(sandbox.rungs) == 1:
        return None
    imported = stage.uses()
    for name, file in assignment.support_files().items():
        if name.endswith(".py"):
            with contextlib.suppress(SyntaxError, ValueError):  # whoever imports it will see
                imported[name] = {used.partition(".")[0] for _, used in uses_of(ast.parse(file.read_bytes()))}
    imported |= {assignment.module_name(name): found for name, found in imported.items()}
    suites = [suite.path if suite.path.is_dir() else suite.path.parent for suite in assignment.suites]
    return Libraries(sandbox.libraries[-1], imported, [*suites, *{file.parent for file in assignment.support_files().values()}])


def keeper_for(
    assignment: Assignment, sandbox: Ladder, stage: Stage, places: Places, libraries: Libraries | None = None
) -> Keeper:
    """Return the keeper of the submission's processes."""
    if "torch" in assignment.sandbox.preload:
        with contextlib.suppress(ImportError):  # the suite that needs it will say so
            importlib.import_module("autograder.standins.tensors")
    known = reference_outlines(assignment)
    defined = [*outline.inherited_specials(known), *outline.computed_attributes(known)]
    return Keeper(
        sandbox,
        stage=str(stage.path),
        budget_bytes=assignment.limits.reply_mb << 20,
        operators=frozenset(defined) if assignment.reference else None,
        words=lambda ending, time: words_for(ending, time, assignment.limits),
        copy_arguments=assignment.sandbox.copy_arguments,
        classes=Classes(outlines(assignment, stage)),
        places=places,
        roots=[assignment.root] if assignment.root else [],
        libraries=libraries.of if libraries else lambda owner, keeper: None,
        may_swallow=not assignment.reference or any(module.swallows for module in known.values()),
    )


def outlines(assignment: Assignment, stage: Stage) -> dict[str, outline.Outline]:
    """What the submission's modules define, those of the reference where its own cannot be read."""
    own = {assignment.module_name(file): found for file, found in stage.outlines().items()}
    return {**reference_outlines(assignment), **own}


def reference_outlines(assignment: Assignment) -> dict[str, outline.Outline]:
    """Return what the reference's modules define."""
    return outlines_of(tuple((assignment.module_name(name), file.read_bytes()) for name, file in sources(assignment).items()))


@functools.lru_cache(maxsize=1)  # a grading asks twice
def outlines_of(modules: tuple[tuple[str, bytes], ...]) -> dict[str, outline.Outline]:
    return outline.outlines_of(dict(modules))


def sources(assignment: Assignment) -> dict[str, Path]:
    """Return the reference's Python files, as far as there are any, by the names of the files that are handed in."""
    if not assignment.reference:
        return {}
    reference = assignment.folder / assignment.reference
    return {file: reference / file for file in assignment.files if file.endswith(".py") and (reference / file).is_file()}
