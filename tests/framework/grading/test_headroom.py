"""What a submission's shapes make a suite allocate costs its test and not the grading."""

import sys

import numpy as np
import pytest
from toys import toy

from autograder.grading import headroom
from autograder.grading.headroom import bounded_memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
SUITE = """
    import numpy as np
    from gradescope_utils.autograder_utils.decorators import weight
    from modules import distances, double

    @weight(1)
    def test_distances():
        expected = np.zeros(20_000)
        assert np.abs(distances() - expected).max() < 1e-9

    @weight(1)
    def test_double():
        assert double(3) == 6
"""


def test_more_than_half_of_the_machines_memory_is_refused_and_only_meanwhile(monkeypatch):
    monkeypatch.setattr(headroom, "memory_mb", lambda: 800.0)
    with bounded_memory():
        assert np.ones(30 << 20, np.uint8).all()
        with pytest.raises(MemoryError):
            np.empty(500 << 20, np.uint8)
    assert np.empty(500 << 20, np.uint8).nbytes


@pytest.mark.parametrize("found", [None, 1e9])
def test_nothing_is_refused_where_the_memory_is_large_or_not_known(monkeypatch, found):
    monkeypatch.setattr(headroom, "memory_mb", lambda: found)
    with bounded_memory():
        assert np.empty(500 << 20, np.uint8).nbytes


def test_a_column_where_a_row_is_expected_costs_its_own_test(tmp_path, monkeypatch):
    monkeypatch.setattr(headroom, "memory_mb", lambda: 1000.0)
    tmp_path.chmod(0o755)
    graded = toy(
        tmp_path,
        SUITE,
        "import numpy as np\n\ndef distances():\n    return np.zeros((20_000, 1))\n\ndef double(x):\n    return 2 * x\n",
    )
    assert graded.verdicts() == {"test_distances": ("failed", 0, 1), "test_double": ("passed", 1, 1)}
    assert "the test could not use what your code gave back" in graded["test_distances"].reason
