"""The lists of equivalent mutants of the assignments in this repository fit their references."""

import pytest
from places import ROOT

from autograder.assignment import load
from autograder.audit.equivalent import read_equivalents
from autograder.audit.mutants import mutants_of
from autograder.grading.mistakes.library import EQUIVALENT

PATHS = [ROOT / EQUIVALENT, *sorted(ROOT.glob(f"assignments/*/{EQUIVALENT}"))]
FOLDERS = [path.parents[1] for path in PATHS if path.is_file()]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_listed_equivalent_is_a_mutant_of_the_reference(folder):
    assignment = load(folder)
    entries = read_equivalents(folder)
    reference = folder / str(assignment.reference)
    made = {file: mutants_of(reference, file).mutants for file in {entry.file for entry in entries}}
    for entry in entries:
        assert any(entry.fits(mutant) for mutant in made[entry.file]), (
            f"{folder / EQUIVALENT}: {entry.before!r} -> {entry.after!r}"
        )
