"""A machine that has other things to do changes no verdict: the reference keeps all its points."""

import subprocess
import sys
from contextlib import contextmanager

import pytest
from gradings import grade_folder, grade_tests, graders
from known import Corpus
from places import ROOT

CORPUS = Corpus(ROOT)
BUSY = 8  # processes that do nothing but use the processor, on a machine of few processors
PATIENCE = 1000  # seconds
TESTS = {  # which use half a second or more of the processor
    "tests/public/test_4_training.py::test_save_curves_draws_a_figure",
    "tests/hidden/test_4_training_hidden.py::test_seed_decides_the_result",
}


@contextmanager
def busy_machine():
    """While this lasts, the machine has other things to do."""
    processes = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(BUSY)]
    try:
        yield
        assert all(process.poll() is None for process in processes)
    finally:
        for process in processes:
            process.kill()
            process.wait()


def lost_by(outcome):
    return {record.nodeid: record.reason or record.staff for record in outcome.records if record.status != "passed"}


@pytest.mark.slow
def test_two_seconds_are_enough_for_the_reference_beside_eight_busy_processes():
    """By the clock on the wall they are not: each test has a fifth of a processor."""
    with graders(["numpy"]) as pool:
        pool.apply(int)  # what all of them load has been loaded
        with busy_machine():
            outcome = pool.apply_async(grade_tests, (CORPUS, "reference", TESTS, 2.0)).get(PATIENCE)
    assert lost_by(outcome) == {}
    assert {record.nodeid for record in outcome.records} == TESTS


@pytest.mark.slow
def test_the_reference_gets_all_points_beside_eight_busy_processes():
    with graders(CORPUS.assignment.sandbox.preload) as pool, busy_machine():
        outcome = pool.apply_async(grade_folder, (ROOT, "reference")).get(PATIENCE)
    assert lost_by(outcome) == {}
    assert round(sum(record.score for record in outcome.records), 6) == 100
