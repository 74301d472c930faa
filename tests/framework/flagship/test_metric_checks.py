"""What the hidden suites take for the right metrics is what scikit-learn takes for them."""

import sys

import numpy as np
import pytest
from places import ROOT
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support


@pytest.fixture(scope="module")
def metric_checks():
    folders = [str(ROOT / "tests/hidden"), str(ROOT / "tests/public")]
    sys.path[:0] = folders
    try:
        import metric_checks

        return metric_checks
    finally:
        for folder in folders:
            sys.path.remove(folder)
        for module in ("metric_checks", "returned"):
            sys.modules.pop(module, None)


@pytest.mark.parametrize("seed", range(20))
def test_counts_and_f_beta_are_those_of_scikit_learn(metric_checks, seed):
    counts, f_betas = metric_checks.counts_and_f_beta(np.random.default_rng(seed), (0.1, 1, 10))
    targets, answers = metric_checks.random_answers(np.random.default_rng(seed))
    assert counts.tolist() == confusion_matrix(targets, answers, labels=range(10)).tolist()
    assert list(f_betas) == [0.1, 1, 10]
    for beta, found in f_betas.items():
        np.testing.assert_allclose(found, precision_recall_fscore_support(targets, answers, beta=beta)[2], rtol=1e-12)
