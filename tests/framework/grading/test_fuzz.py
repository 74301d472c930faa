"""What strangers write is read by readers that never fail in a way of their own: the targets of tests/fuzz, on examples.

The same targets are fuzzed for as long as one likes, guided by coverage, by tests/fuzz/run.py.
"""

import importlib.util
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from places import ROOT

FOLDER = ROOT / "tests/fuzz"
sys.path.insert(0, str(FOLDER))
from targets import TARGETS, wire  # noqa: E402

sys.path.remove(str(FOLDER))

SEEDS = {name: list(target.seeds()) for name, target in TARGETS.items()}
# The intake writes files, and a zip that is taken starts an interpreter; the writer checks its schema.
EXAMPLES = {"wire": 600, "zip": 100, "source": 60, "folder": 60, "answers": 400, "metadata": 400, "results": 60}
REPRODUCIBLE = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


@st.composite
def damaged(draw, seeds):
    """Bytes of a seed with some of them changed, left out, repeated or put in from another seed."""
    content = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(1, 5))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 6)))
        other = draw(st.sampled_from(seeds))
        content[start:end] = draw(
            st.binary(max_size=4)
            | st.sampled_from([content[start:end] * 3, b"", other[start:end], other[: end - start], b"\xff" * 4, b"0" * 9])
        )
    return bytes(content)


@pytest.mark.parametrize("name", TARGETS)
def test_a_reader_takes_or_refuses_any_bytes_in_a_documented_way(name):
    target = TARGETS[name]

    @settings(REPRODUCIBLE, max_examples=EXAMPLES[name])
    @given(damaged(SEEDS[name]) | st.binary(max_size=200))
    def run(data):
        target.run(data)

    for content in SEEDS[name]:
        target.run(content)
    run()


@pytest.mark.thorough
def test_a_million_replies_are_taken_or_refused_in_little_memory_without_a_hang():
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("needs atheris")
    subprocess.run([sys.executable, FOLDER / "run.py", "wire", "--inputs", "1000000"], check=True)


def test_the_replies_that_fuzzing_starts_from_are_taken():
    outcomes = [wire(content) for content in SEEDS["wire"]]
    assert outcomes.count("value") >= 60 and outcomes.count("exception") == 6 and outcomes.count("refused") == 1


def test_a_reply_to_another_request_is_refused_and_a_second_one_is_waited_for():
    first, second = SEEDS["wire"][0], SEEDS["wire"][0][1:]
    assert wire(first) == "value"
    assert wire(first[: 3 + first[1]]) == "refused"
    assert wire(bytes([first[0] & ~1]) + second) == "refused"
