"""Arrays that both sides hold: what one writes, the other sees; in process and sandboxed."""

import types

import numpy as np
import pytest
from submitted import LAYER

pytest_plugins = ["sandboxes"]


def test_a_central_difference_loop_perturbs_the_submissions_parameters(submission):
    layer = submission(LAYER).Linear(3, 2)
    rng = np.random.default_rng(0)
    x, dout, h = rng.normal(size=(5, 3)), rng.normal(size=(5, 2)), 1e-5
    numeric = np.zeros((2, 3))
    for i in range(2):
        for j in range(3):
            layer.params["weight"][i, j] += h
            plus = (layer.forward(x) * dout).sum()
            layer.params["weight"][i, j] -= 2 * h
            minus = (layer.forward(x) * dout).sum()
            layer.params["weight"][i, j] += h
            numeric[i, j] = (plus - minus) / (2 * h)
    assert np.allclose(numeric, dout.T @ x)


@pytest.mark.parametrize(
    "write",
    [
        "W[...] = 7", "W += 1", "W *= -2", "np.add(W, 1, out=W)", "W.T[0] = 5", "W[1:, ::2] = 3", "W.flat[3] = 9", "W.sort()",
        "W[::-1].sort(axis=0)", "rng.shuffle(W)", "W.fill(2)", "W[W > 3] = 0", "np.copyto(W, -1)", "W.ravel()[:2] = 8",
        "W[0], W[1] = W[1].copy(), W[0].copy()", "np.put(W, 0, 4)", "W.itemset(3) if hasattr(W, 'itemset') else W.put(1, 3)",
        "W[0, 0] = -0.0", "W[0, 0] = np.nan", "W.view(np.int64)[0, 0] = 1", "layer.params['weight'] = W * 2",
        "layer.params['weight'] -= 0.5 * W", "np.matmul(W, W, out=W)", "W.partition(1)", "W.resize((3, 3), refcheck=False)",
    ],
)  # fmt: skip
def test_every_way_to_write_into_an_array_reaches_the_submission(submission, write):
    modules = submission("""
        import numpy as np
        class Layer:
            def __init__(self): self.params = {"weight": np.array([[5.0, 1, 4], [2, 8, 0], [3, 7, 6]])}
            def digest(self): return self.params["weight"].tobytes()
    """)
    layer, rng = modules.Layer(), np.random.default_rng(1)
    W = layer.params["weight"]
    exec(write, {"W": W, "np": np, "rng": rng, "layer": layer})
    assert layer.digest() == layer.params["weight"].tobytes()
    expected = np.array([[5.0, 1, 4], [2, 8, 0], [3, 7, 6]])
    space = types.SimpleNamespace(params={"weight": expected})
    exec(write, {"W": expected, "np": np, "rng": np.random.default_rng(1), "layer": space})
    assert layer.digest() == space.params["weight"].tobytes()


KEEPER = """
    import numpy as np
    class Box:
        def keep(self, x): self.x = x
        def double(self): self.x *= 2
        def total(self): return float(self.x.sum())
        def view(self): return self.x[1:]
        def both(self): return self.x, self.x.T
        def replace(self): self.x = np.full(3, 9.0)
        def protect(self): self.x.flags.writeable = False
        def reshape(self): self.x.shape = (1, -1)
    def add_one(x): x += 1
    def fill_second(a, b): b[...] = 5; return float(a.sum())
    def same(a, b): return a is b
    def protected():
        x = np.arange(3.0)
        x.flags.writeable = False
        return x
    class Big:
        def __init__(self, n, dtype): self.x = np.arange(n, dtype=dtype)[::-1].copy()
        def at(self, i): return self.x[i].item()
        def set(self, i, value): self.x[i] = value
"""


def test_an_array_that_the_submission_keeps_stays_in_step(submission):
    box, x = submission(KEEPER).Box(), np.arange(3.0)
    box.keep(x)
    x[0] = 100
    assert box.total() == 103 and box.x is x
    box.double()
    assert x.tolist() == [200, 2, 4]
    box.x[1] = 0
    assert x[1] == 0 and box.total() == 204
    box.replace()
    assert x.tolist() == [200, 0, 4] and box.x.tolist() == [9, 9, 9]


def test_an_argument_changed_during_the_call_is_changed_here(submission):
    modules = submission(KEEPER)
    x = np.zeros((2, 3))
    modules.add_one(x)
    assert (x == 1).all()
    modules.add_one(x.T)
    modules.add_one(x[:, 1])
    assert x.tolist() == [[2, 3, 2]] * 2
    read_only = np.zeros(2)
    read_only.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        modules.add_one(read_only)
    assert not read_only.any()


def test_one_array_passed_twice_is_one_array_over_there(submission):
    modules = submission(KEEPER)
    x = np.ones(3)
    assert modules.same(x, x) and not modules.same(x, x.copy())
    assert modules.fill_second(x, x) == 15 and x.tolist() == [5, 5, 5]


def test_two_views_of_one_array_bring_their_own_changes(submission):
    box = submission(KEEPER).Box()
    box.keep(np.zeros((2, 2)))
    x, transposed = box.both()
    x[0, 1] = 1
    transposed[1, 1] = 2
    assert box.total() == 3
    assert box.x.tolist() == [[0, 1], [0, 2]]
    box.view()[0, 0] = 4
    assert box.total() == 7


def test_two_objects_that_share_an_array_share_what_is_written(submission):
    modules = submission(KEEPER)
    a, b = modules.Box(), modules.Box()
    a.keep(np.ones(3))
    b.keep(a.x)
    a.x[0] = 5
    assert b.total() == 7 and a.x is b.x
    b.double()
    assert a.x[0] == 10


def test_what_is_written_just_before_the_last_reference_goes_arrives(submission):
    box = submission(KEEPER).Box()
    box.keep(np.ones(3))
    box.x[0] = 50
    assert box.total() == 52
    x = np.zeros(2)
    box.keep(x)
    x[1] = 3
    del x
    assert box.total() == 3


def test_protected_arrays_stay_protected(submission):
    modules = submission(KEEPER)
    with pytest.raises(ValueError, match="read-only"):
        modules.protected()[0] = 1
    box, x = modules.Box(), np.ones(2)
    box.keep(x)
    box.reshape()
    box.protect()
    assert box.total() == 2


@pytest.mark.parametrize("dtype", ["f8", "f4", "u1"])
def test_large_arrays_are_kept_in_step_too(submission, dtype):
    n = 6_000_001 if dtype == "u1" else 1_200_001
    big = submission(KEEPER).Big(n, dtype)
    x = big.x
    x[n - 2] = 77
    assert big.at(n - 2) == 77
    big.set(5, 99)
    assert x[5] == 99
    x.sort()
    assert big.at(0) == x[0]
    assert big.at(n - 1) == x[n - 1]
    assert big.at(n // 2) == x[n // 2]


DIFFERENCES = """
    import numpy as np
    class Layer:
        def __init__(self): self.w = np.arange(1.0, 81).reshape(8, 10)
        def keep(self, x): self.x, self.first, self.across = x, x[0], x.T
        def total(self): return float((self.x * self.w).sum())
        def parts(self): return self.x.tolist(), self.first.tolist(), self.across.tolist()
        def set(self, i, j, value): self.x[i, j] = value
"""


def test_one_item_changed_at_a_time_is_seen_on_the_other_side_by_all_views(submission):
    layer, x = submission(DIFFERENCES).Layer(), np.zeros((8, 10))
    layer.keep(x)
    gradient = np.zeros_like(x)
    for i, j in np.ndindex(x.shape):
        x[i, j] = 1
        gradient[i, j] = layer.total()
        x[i, j] = 0
    assert gradient.tolist() == layer.w.tolist()
    row, x[0, 3] = x[0], 5
    assert layer.parts() == (x.tolist(), row.tolist(), x.T.tolist())
    layer.set(0, 4, 6)
    row[5] = 7
    assert layer.parts() == (x.tolist(), row.tolist(), x.T.tolist()) and row[3:6].tolist() == [5, 6, 7]


def test_of_an_array_that_changes_in_one_item_only_this_crosses(sandboxed, monkeypatch):
    layer, x = sandboxed(DIFFERENCES).Layer(), np.zeros((8, 10))
    layer.keep(x)
    layer.total()
    connection = sandboxed.keeper.current().connection
    sent, original = [], connection.send_packed
    monkeypatch.setattr(
        connection, "send_packed", lambda packed, arrays: (sent.append((packed, arrays)), original(packed, arrays))
    )
    for value in (1.0, 2.0):
        x[3, 3] = value
        total = layer.total()  # by itself: where it is asserted, pytest looks at the method first
        assert total == 34 * value
    assert [len(arrays) for _, arrays in sent] == [0, 0] and all(len(packed) < 100 for packed, _ in sent)


def test_two_tests_that_share_an_array_of_a_fixture_each_tell_their_own_process(sandboxed):
    modules = sandboxed(DIFFERENCES)
    x = np.zeros((8, 10))
    with sandboxed.running("module", "fixture"):
        layer = modules.Layer()
        layer.keep(x)
    for node in ("first", "second"):
        with sandboxed.test(node):
            assert layer.total() == 0
            x[1, 1] = 1
            assert layer.total() == 12
            x[1, 1] = 0
            assert layer.total() == 0
            x[1, 1] = 2
