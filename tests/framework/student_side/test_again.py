"""`run_tests.py` again and again: what changed since the last run, the tests that failed, a run after each change."""

import json

import pytest

from autograder.student_side import last_run
from autograder.student_side.public_tests import main
from autograder.student_side.watch import watch


def write_solution(handout, *replaced):
    path = handout / "rescaling.py"
    text = path.read_text(encoding="utf-8")
    assert replaced[0] in text
    path.write_text(text.replace(*replaced), encoding="utf-8")


def printed_by(handout, capsys, *arguments):
    assert main(handout, list(arguments)) == 0
    return " ".join(capsys.readouterr().out.split())


def test_a_run_says_which_tests_pass_and_fail_unlike_in_the_last_run(handout, capsys):
    assert "Since the last run" not in printed_by(handout, capsys)
    assert "Since the last run" not in printed_by(handout, capsys), "nothing has changed"
    write_solution(handout, "2 * x.max(axis=0)", "x.max(axis=0)")
    write_solution(handout, "return low + share", "return 1 + low + share")
    printed = printed_by(handout, capsys)
    assert "Since the last run: 1 test now fails (1.1) These are the public tests" in printed
    write_solution(handout, "return 1 + low + share", "return low + share")
    assert "Since the last run: 1 test now passes (10.1) These" in printed_by(handout, capsys, "10"), "only this one ran"
    assert "Since the last run: 1 test now passes (1.1) These" in printed_by(handout, capsys), "known from the run before"


def test_the_tests_that_failed_run_alone_and_all_run_where_none_failed(handout, capsys):
    assert " 3 tests passed" in printed_by(handout, capsys, "--failed"), "there is no run yet"
    assert "0 of 1 tests passed" in printed_by(handout, capsys, "--failed")
    assert "1 of 1 tests passed" in printed_by(handout, capsys, "--failed", "1"), "none of part 1 failed"
    write_solution(handout, "2 * x.max(axis=0)", "x.max(axis=0)")
    assert "1 of 1 tests passed" in printed_by(handout, capsys, "--failed")
    assert "3 of 3 tests passed" in printed_by(handout, capsys, "--failed")


@pytest.mark.parametrize("content", ["", "[]", '{"version": "x"}', '{"version": "VERSION", "tests": {"a": 1}}', "\udce9"])
def test_a_damaged_file_of_the_last_run_is_as_none(handout, capsys, content):
    version = (handout / "VERSION").read_text(encoding="utf-8").strip()
    (handout / last_run.FILE).write_bytes(content.replace("VERSION", version).encode("utf-8", "surrogateescape"))
    assert "1 of 1 tests passed" in printed_by(handout, capsys, "--failed", "2")


def test_a_test_that_failed_and_is_not_there_any_more_does_not_end_the_run(handout, capsys):
    printed_by(handout, capsys)
    path = handout / last_run.FILE
    path.write_text(path.read_text(encoding="utf-8").replace("test_the_largest", "test_a_former"), encoding="utf-8")
    assert "2 of 3 tests passed" in printed_by(handout, capsys, "--failed")


def test_json_for_other_programs_leaves_the_last_run_as_it_was(handout, capsys):
    main(handout, ["--json"])
    assert not (handout / last_run.FILE).exists() and json.loads(capsys.readouterr().out)["tests"]


# A run after each change


def test_after_each_change_those_that_failed_run_and_then_all(handout, capsys):
    version = (handout / "VERSION").read_text(encoding="utf-8").strip()
    runs, verdicts = [], iter([False, False, True, True])
    edits = iter([("rescaling.py", "a = 1\n"), ("tools.py", "b = 1\n")])

    def run(arguments):
        runs.append(list(arguments))
        tests = {"test": last_run.Known("10.1", next(verdicts))}
        last_run.write(handout, version, tests, [])
        return 0

    def wait(seconds):
        waits.append(seconds)
        if len(waits) % 2:  # each change is followed by a look at files that stay as they are
            name, text = next(edits, (None, ""))
            if name is None:
                raise KeyboardInterrupt
            (handout / name).write_text(text, encoding="utf-8")

    waits = []
    assert watch(handout, ["10"], ["-x"], run, wait) == 0
    assert runs == [["10", "-x"], ["10", "-x", "--failed"], ["10", "-x", "--failed"], ["10", "-x"]]
    printed = capsys.readouterr().out
    assert "Changed: rescaling.py" in printed and "Changed: tools.py" in printed and "Ctrl-C ends this" in printed


def test_files_of_the_tool_and_of_environments_do_not_start_a_run(handout, capsys):
    (handout / "env").mkdir()
    (handout / "env/pyvenv.cfg").write_text("", encoding="utf-8")
    (handout / ".git").mkdir()
    rounds = iter(["env/a.py", ".git/b.py", "autograder/c.py", "notes.txt", last_run.FILE])

    def wait(seconds):
        name = next(rounds, None)
        if name is None:
            raise KeyboardInterrupt
        (handout / name).write_text("", encoding="utf-8")

    runs = []
    assert watch(handout, [], run=lambda arguments: runs.append(arguments) or 0, wait=wait) == 0
    assert runs == [[]]


def test_a_run_that_cannot_be_ends_the_watch(handout):
    assert watch(handout, ["77"], run=lambda arguments: 2, wait=None) == 2
