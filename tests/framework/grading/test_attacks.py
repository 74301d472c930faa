"""Hostile submissions: none comes to a point, a secret or a change that it has no right to; see tests/attacks/README.md."""

import sys

import pytest
from attacks import ENVIRONMENTS, HERE, RIGHT, attacks, grade, run, wrong

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's")
CASES = [
    pytest.param(attack, name, id=f"{attack.name}-{name}")
    for attack in attacks()
    for name in ENVIRONMENTS
    if name in (attack.environments or ENVIRONMENTS)
]


QUICK = [attack for attack in attacks() if attack.quick]
FIRST_OF_ITS_KIND = {attack.kind: attack.name for attack in reversed(QUICK)}


@pytest.mark.parametrize(
    "attack",
    [
        pytest.param(attack, id=attack.name, marks=() if attack.name in FIRST_OF_ITS_KIND.values() else pytest.mark.slow)
        for attack in QUICK
    ],
)
def test_an_attack_gains_nothing(attack):
    assert wrong(attack, grade(attack, HERE)) == []


@pytest.mark.thorough
@pytest.mark.parametrize(("attack", "name"), CASES)
def test_an_attack_gains_nothing_in_any_environment_and_the_next_one_is_graded_as_ever(attack, name):
    if missing := ENVIRONMENTS[name].missing():
        pytest.skip(missing)
    assert run(attack, ENVIRONMENTS[name]) == []


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_right_solution_gets_everything(name):
    if missing := ENVIRONMENTS[name].missing():
        pytest.skip(missing)
    assert wrong(RIGHT, grade(RIGHT, ENVIRONMENTS[name])) == []
