import random

import numpy as np
import pytest
import values_random as work


def test_roll_with_the_same_seed():
    expected = random.Random(1)
    assert work.roll(random.Random(1), 5) == [expected.randint(1, 6) for _ in range(5)]


def test_roll_advances_the_generator():
    rng = random.Random(1)
    assert work.roll(rng, 10) + work.roll(rng, 10) == work.roll(random.Random(1), 20)


def test_generator_of_the_suite_has_moved_on():
    rng, same = random.Random(3), random.Random(3)
    work.roll(rng, 4)
    for _ in range(4):
        same.randint(1, 6)
    assert rng.random() == same.random()


def test_shuffled_leaves_the_list():
    items = list(range(10))
    result = work.shuffled(items, random.Random(0))
    assert items == list(range(10))
    assert sorted(result) == items


def test_shuffled_with_a_stub():
    class Reverse:
        def shuffle(self, items):
            items.reverse()

    assert work.shuffled([1, 2, 3], Reverse()) == [3, 2, 1]


def test_sample():
    lines = [f"line {i}" for i in range(20)]
    assert work.sample_lines(lines, 3, seed=5) == random.Random(5).sample(lines, 3)


def test_walk():
    steps = np.random.default_rng(0).choice([-1, 1], size=50)
    np.testing.assert_array_equal(work.walk(np.random.default_rng(0), 50), np.cumsum(steps))


def test_numpy_generator_has_moved_on():
    rng, same = np.random.default_rng(0), np.random.default_rng(0)
    work.walk(rng, 5)
    same.choice([-1, 1], size=5)
    assert rng.random() == same.random()


@pytest.fixture
def data():
    X = np.arange(20).reshape(10, 2)
    return X, X[:, 0] // 2


def test_split_sizes(data):
    parts = work.split(*data, 0.7, np.random.default_rng(0))
    assert [len(part) for part in parts] == [7, 3, 7, 3]


def test_split_keeps_pairs_together(data):
    X_train, X_test, y_train, y_test = work.split(*data, 0.7, np.random.default_rng(0))
    np.testing.assert_array_equal(X_train[:, 0] // 2, y_train)
    np.testing.assert_array_equal(X_test[:, 0] // 2, y_test)


def test_split_loses_no_row(data):
    X_train, X_test, _, _ = work.split(*data, 0.5, np.random.default_rng(4))
    assert sorted(np.concatenate([X_train, X_test])[:, 0]) == list(range(0, 20, 2))


def test_init_weights():
    expected = np.random.default_rng(2).normal(0.0, 0.5, size=(8, 3))
    np.testing.assert_allclose(work.init_weights((8, 3), np.random.default_rng(2)), expected)


def test_dropout_scales():
    x = np.ones((50, 50))
    out = work.dropout(x, 0.5, np.random.default_rng(0))
    assert set(np.unique(out)) == {0.0, 2.0}


def test_dropout_leaves_x():
    x = np.ones(10)
    work.dropout(x, 0.9, np.random.default_rng(0))
    np.testing.assert_array_equal(x, np.ones(10))


def test_generator_made_by_the_submission():
    rng = work.make_rng(7)
    assert isinstance(rng, np.random.Generator)
    np.testing.assert_array_equal(rng.integers(10, size=5), np.random.default_rng(7).integers(10, size=5))


def test_random_made_by_the_submission():
    assert work.make_random(7).random() == random.Random(7).random()


def test_legacy_seed():
    np.testing.assert_array_equal(work.legacy(3, 4), np.random.RandomState(3).rand(4))


def test_global_seed_set_by_the_suite():
    np.random.seed(5)
    first = work.make_random(1).random(), np.random.rand()
    np.random.seed(5)
    assert first == (random.Random(1).random(), np.random.rand())


def test_seeded():
    rng = random.Random(9)
    assert work.seeded(9, 2) == [rng.random(), rng.random()]


def test_estimate_pi():
    assert work.estimate_pi(20000, np.random.default_rng(0)) == pytest.approx(np.pi, abs=0.05)


def test_bandit_uses_the_generator_it_was_given():
    bandit = work.Bandit([0.0, 10.0], np.random.default_rng(1))
    assert bandit.pull(1) == 10.0 + np.random.default_rng(1).standard_normal()
