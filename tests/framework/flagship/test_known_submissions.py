"""Known submissions, right and wrong, get exactly the verdicts that their submission.toml asks for."""

import pytest
from known import Corpus
from places import ROOT
from verdicts import asked_for, check_corpus, graded

CORPUS = Corpus(ROOT)
KNOWN = CORPUS.submissions
POINTS = sum(part.points for part in CORPUS.assignment.parts)
WITHOUT_SANDBOX = ("linear_bias_gradient_averaged", "softmax_maximum_of_the_batch", "decay_on_biases")


@pytest.fixture(scope="module")
def gradings(request, tmp_path_factory):
    """Those of this run."""
    asked = asked_for((item for item in request.session.items if item.path == request.path), "gradings")
    with graded(CORPUS, asked, tmp_path_factory.mktemp("known")) as begun:
        yield begun


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if known.quick else pytest.mark.slow) for name, known in KNOWN.items()]
)
def test_known_submission_gets_exactly_its_verdicts(name, gradings):
    gradings.check(name)


def test_the_corpus_holds_wrong_and_right_submissions():
    """and nothing else"""
    check_corpus(CORPUS, wrong=25, right=6)


def test_every_test_fails_for_a_submission_that_passes_most_others(gradings):
    gradings.check_that_every_test_fails()


@pytest.mark.parametrize(("name", "points"), [("reference", POINTS), ("student", 0)])
def test_the_reference_gets_all_points_and_the_skeleton_none(name, points, gradings):
    gradings.check_folder(name, points)


@pytest.mark.parametrize(("name", "mode"), [("reference", "off")])
def test_the_reference_gets_all_points_without_a_sandbox(name, mode, gradings):
    gradings.check_folder(name, POINTS, mode)


@pytest.mark.parametrize("mode", ["off"])
@pytest.mark.parametrize("name", WITHOUT_SANDBOX)
def test_verdicts_without_a_sandbox_are_the_same(name, mode, gradings):
    gradings.check(name, mode)
