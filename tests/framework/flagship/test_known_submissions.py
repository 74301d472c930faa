"""Known submissions, right and wrong, get exactly the verdicts that their files ask for."""

import pytest
from known import WINDOWS_ZIP, Corpus
from places import ROOT
from verdicts import asked_for, check_corpus, graded, mark_of

CORPUS = Corpus(ROOT)
KNOWN = CORPUS.submissions
POINTS = sum(part.points for part in CORPUS.assignment.parts)
QUICK = (  # in the default test run; some others in CI, all in the thorough one
    "confusion_matrix_transposed",
    "crash_by_segmentation_fault",
    "curves_never_drawn",
    "decay_on_biases",
    "elu_masks_by_multiplication",
    "exit_at_import",
    "float32",
    "hang_in_clear_cache",
    "hard_exit_in_a_method",
    "linear_bias_gradient_averaged",
    "missing_file",
    "mlp_needs_a_hidden_layer",
    "own_sequential",
    "returns_an_object_that_lies",
    "softmax_maximum_of_the_batch",
    "syntax_error",
    "torch_batch_norm_after_relu",
    "torch_blocks",
    "torch_data_loader",
    "torch_function_backward_without_mean_term",
    "torch_mlp_constructor_raises",
    "torch_mlp_softmax_at_the_end",
    "torch_training_returns_the_last_model",
    "training_tests_the_last_model",
    WINDOWS_ZIP,
)
WITHOUT_SANDBOX = ("linear_bias_gradient_averaged", "softmax_maximum_of_the_batch", "decay_on_biases")


@pytest.fixture(scope="module")
def gradings(request, tmp_path_factory):
    """Those of this run."""
    asked = asked_for((item for item in request.session.items if item.path == request.path), "gradings")
    with graded(CORPUS, asked, tmp_path_factory.mktemp("known")) as begun:
        yield begun


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in QUICK else mark_of(place)) for place, name in enumerate(KNOWN)]
)
def test_known_submission_gets_exactly_its_verdicts(name, gradings):
    gradings.check(name)


def test_the_corpus_holds_mistakes_that_cost_points_and_other_solutions():
    check_corpus(CORPUS, mistakes=25, solutions=6)
    assert {*QUICK} <= KNOWN.keys()


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
