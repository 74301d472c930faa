"""In each folder of assignments/, known submissions get exactly their verdicts, the reference all points, the skeleton none."""

import pytest
from known import Corpus
from places import ROOT
from verdicts import asked_for, check_corpus, graded, mark_of

CORPORA = {path.parent.name: Corpus(path.parent) for path in sorted((ROOT / "assignments").glob("*/assignment.toml"))}
MODULE = {"scope": "module", "indirect": ["gradings"]}  # one pool of processes for all tests of an assignment


def known_submissions():
    """Assignment and name of each, marked."""
    for assignment, corpus in CORPORA.items():
        for place, name in enumerate(corpus.submissions):
            yield pytest.param(assignment, name, marks=mark_of(place))


def without_sandbox():
    """Assignment, name, mode: a wrong submission of each assignment."""
    for assignment, corpus in CORPORA.items():
        for name in list(corpus.mistakes)[:1]:
            yield assignment, name, "off"


def folders():
    """Assignment and folder of each: the reference in the sandbox and without, and the skeleton; the points that they get."""
    for name, corpus in CORPORA.items():
        assignment = corpus.assignment
        points = sum(part.points for part in assignment.parts)
        yield name, assignment.reference, "auto", points
        yield name, assignment.reference, "off", points
        yield name, assignment.skeleton, "auto", 0


@pytest.fixture(scope="module")
def gradings(request, tmp_path_factory):
    """Those of an assignment, in this run."""
    items = (item for item in request.session.items if item.path == request.path)
    asked = asked_for(items, "gradings", gradings=request.param)
    with graded(CORPORA[request.param], asked, tmp_path_factory.mktemp(request.param)) as begun:
        yield begun


@pytest.mark.parametrize(("gradings", "name"), list(known_submissions()), **MODULE)
def test_known_submission_gets_exactly_its_verdicts(gradings, name):
    gradings.check(name)


@pytest.mark.parametrize("assignment", CORPORA)
def test_the_corpus_holds_mistakes_that_cost_points_and_other_solutions(assignment):
    check_corpus(CORPORA[assignment], mistakes=25, solutions=4)


@pytest.mark.slow
@pytest.mark.parametrize("gradings", CORPORA, **MODULE)
def test_every_test_fails_for_a_submission_that_passes_most_others(gradings):
    gradings.check_that_every_test_fails()


@pytest.mark.slow
@pytest.mark.parametrize(("gradings", "name", "mode", "points"), list(folders()), **MODULE)
def test_the_reference_gets_all_points_and_the_skeleton_none(gradings, name, mode, points):
    gradings.check_folder(name, points, mode)


@pytest.mark.slow
@pytest.mark.parametrize(("gradings", "name", "mode"), list(without_sandbox()), **MODULE)
def test_verdicts_without_a_sandbox_are_the_same(gradings, name, mode):
    gradings.check(name, mode)
