"""Known submissions get by the autograder zip, on a machine like Gradescope's, what they get when they are graded directly.

A grading there takes all parts, so several submissions that no test looks at together are handed in as one.
"""

import shutil
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from known import TEST_SECONDS, WINDOWS_ZIP, Corpus, short_id, zipped
from places import ROOT
from platforms import Platform
from reach import suite_of

pytest_plugins = ["own_zip"]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Gradescope's machines run Linux")

CORPUS = Corpus(ROOT)
KNOWN = CORPUS.submissions
SPREAD = (
    "linear_bias_gradient_averaged",
    "torch_mlp_softmax_at_the_end",
    "torch_function_backward_without_mean_term",
    "answers_without_the_first_bias",
    "derivations_softmax_diagonal_only",
    "decay_on_biases",
    "torch_training_returns_the_last_model",
    "answers_hold_code",
    "derivations_trace_all_ones",
    "experiments_parameters_counted_twice",
    "training_tests_the_last_model",
    WINDOWS_ZIP,
)


def graded(group, folder, prepared):
    """Hand in what is said of a group; return the points of each test by its short id."""
    machine = Platform(folder, prepared / "gradescope.zip", prepared / "environment")
    settings = folder / "source/assignment/assignment.toml"
    text = settings.read_text()
    assert 'stands_on = ["1"] ' in text
    text = text.replace('stands_on = ["1"] ', "")  # what is expected is what a submission's own files give
    settings.write_text(text)
    for seconds in (TEST_SECONDS[known.name] for known in group if known.name in TEST_SECONDS):
        assert text.count("test_seconds = 10\n") == 1
        settings.write_text(text.replace("test_seconds = 10\n", f"test_seconds = {seconds}\n"))
    contents = CORPUS.contents_of(group)
    if any(known.name == WINDOWS_ZIP for known in group):
        with zipfile.ZipFile(zipped(contents, folder)) as archive:
            archive.extractall(folder / "submission")  # as the platform does when it is uploaded
    else:
        machine.hand_in(contents)
    _, document = machine.run()
    shutil.rmtree(folder)
    assert document["extra_data"]["needs_human"] is False
    return {short_id(item["extra_data"]["id"]): (item["score"], item["max_score"]) for item in document["tests"]}


def surprises(groups, tmp_path, prepared):
    """Grade two groups at a time; return the tests that did not get what they must, and the parts that lost points."""
    tmp_path.chmod(0o755)
    with ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda job: graded(job[1], tmp_path / str(job[0]), prepared), enumerate(groups))
        found, lost = [], set()
        for group, points in zip(groups, results, strict=True):
            all_tests = {name: possible for name, (_, possible) in points.items()}
            expected = {name: (possible, possible) for name, possible in all_tests.items()}
            for known in group:
                reached = {short_id(suite) for suite in CORPUS.reached(known)}
                limits = known.expected(all_tests)
                expected |= {name: limits[name] for name in limits if suite_of(name) in reached}
            lost |= {part_of(name) for name, (score, possible) in points.items() if score < possible}
            found += [
                f"{', '.join(known.name for known in group)}: {name} has {points[name][0]:g} points, not {low:g} to {high:g}"
                for name, (low, high) in expected.items()
                if not low <= points[name][0] <= high
            ]
    return found, lost


def part_of(name):
    return name.split("_")[1]


@pytest.mark.slow
def test_a_spread_of_known_submissions_gets_the_same_points_by_the_zip(own_environment, tmp_path):
    found, lost = surprises(CORPUS.together(KNOWN[name] for name in SPREAD), tmp_path, own_environment)
    assert found == []
    assert lost == {part.number for part in CORPUS.assignment.parts}, "the spread is to reach every part"


@pytest.mark.thorough
def test_every_known_submission_gets_the_same_points_by_the_zip(own_environment, tmp_path):
    """Takes half an hour."""
    found, _ = surprises(CORPUS.together(KNOWN.values()), tmp_path, own_environment)
    assert found == []
