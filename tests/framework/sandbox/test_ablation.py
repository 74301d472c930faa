"""With a layer off: the self-test notices, and what still stops the attacks. See ablation.py."""

import os
import sys

import ablation
import pytest
from ablation import ALL, all_gains, gains_without
from attacks import attacks

from autograder.sandbox import client
from autograder.sandbox.client import Sandbox
from autograder.sandbox.limits import Limits

pytestmark = pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="layers are turned off as root")
ATTACKS = {attack.name.partition("_")[0]: attack for attack in attacks()}
# Attacks that one layer alone stops, by their numbers. Those of the grader's side are parts of the split itself.
RESTS_ON = {
    "02": {"comparisons here"},
    "03": {"emptiness"},
    "04": {"emptiness"},
    "06": {"comparisons here", "made-up values"},
    "23": {"seccomp"},  # a ring can be made; what it opens is held back as ever
    "24": {"descriptors"},  # those of Landlock's rules, which stand for public folders and cannot be read
    "25": {"rlimits"},  # a dump in its own box, of its own memory
    "27": {"comparisons here"},
    "38": {"seccomp"},  # sockets can be made; in a network of their own they reach nobody
    "39": {"uid", "seccomp"},  # a uid 0 without capabilities; a user namespace without rights outside
    "44": {"comparisons here"},
    "110": {"emptiness"},
    "111": {"comparisons here"},
    "113": {"comparisons here"},
    "114": {"comparisons here"},
    "117": {"emptiness"},
    "120": {"emptiness"},
    "128": {"access times"},
    "129": {"comparisons here"},
    "47": {"landlock"},  # any user may read command lines; nothing secret belongs there
}
LEFT = {"a file that stays", "a process that stays"}  # of no use to an attack on verdicts or secrets


@pytest.mark.parametrize("layer", ["descriptors", "rlimits", "process limit", "landlock", "seccomp"])
def test_the_self_test_notices_that_a_layer_is_off(layer, monkeypatch):
    program = ablation.PROGRAM.replace("LAYERS", repr({layer})).replace("SELF_TEST", "True")
    monkeypatch.setattr(client, "PROGRAM", program)
    sandbox = Sandbox(Limits(), secrets={"the suite": __file__})
    try:
        assert sandbox.report()["canary"]["failures"]
    finally:
        sandbox.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "layer"),
    [("02", "comparisons here"), ("03", "emptiness"), ("06", "made-up values"), ("47", "landlock"), ("20", ALL)],
)
def test_an_attack_gains_something_where_nothing_stops_it(number, layer):
    """So the attacks are real, and the layers are what stops them."""
    assert gains_without(ATTACKS[number], layer)


@pytest.mark.thorough
def test_every_attack_on_verdicts_and_secrets_is_stopped_by_two_layers_but_for_those_named_here():
    found = {}
    for name, gained in all_gains().items():
        alone = {layer for layer, what in gained.items() if set(what) - LEFT and layer != ALL}
        if alone:
            found[name.partition("_")[0]] = alone
    assert found == RESTS_ON
