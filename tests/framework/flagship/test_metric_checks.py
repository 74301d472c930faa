"""What the hidden suites take for the right metrics is what scikit-learn takes for them."""

import sys

import numpy as np
import pytest
from places import ROOT
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support


@pytest.fixture(scope="module")
def metric_checks():
    sys.path.insert(0, str(ROOT / "tests/hidden"))
    try:
        import metric_checks

        return metric_checks
    finally:
        sys.path.remove(str(ROOT / "tests/hidden"))
        sys.modules.pop("metric_checks", None)


@pytest.mark.parametrize("seed", range(20))
def test_counts_and_f_beta_are_those_of_scikit_learn(metric_checks, seed):
    counts, f_betas = metric_checks.counts_and_f_beta(np.random.default_rng(seed), (0.1, 1, 10))
    targets, answers = metric_checks.random_answers(np.random.default_rng(seed))
    assert counts.tolist() == confusion_matrix(targets, answers, labels=range(5)).tolist()
    assert list(f_betas) == [0.1, 1, 10]
    for beta, found in f_betas.items():
        np.testing.assert_allclose(found, precision_recall_fscore_support(targets, answers, beta=beta)[2], rtol=1e-12)
