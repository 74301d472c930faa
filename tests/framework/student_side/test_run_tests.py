"""`run_tests.py` in the folder that students get: which tests it runs, and what it says of a folder that is not as it was."""

import json
import os
import subprocess
import sys

import pytest
from programs import with_few_characters

from autograder.printing import print_anything
from autograder.student_side.public_tests import main


def result_of(capsys, folder, *arguments):
    """What the JSON says: number -> (status, score, max_score), and which files were changed."""
    assert main(folder, [*arguments, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    return {test["number"]: (test["status"], test["score"], test["max_score"]) for test in result["tests"]}, result["changed"]


# Which tests


def test_all_run_in_the_order_of_their_numbers(handout, capsys):
    found, changed = result_of(capsys, handout)
    assert list(found) == ["1.1", "2.1", "10.1"] and changed == []
    assert [status for status, _, _ in found.values()] == ["passed", "passed", "failed"]


@pytest.mark.parametrize(("numbers", "run"), [(["1.1"], ["1.1"]), (["1"], ["1.1"]), (["10", "2"], ["2.1", "10.1"])])
def test_those_of_some_numbers_run_alone(handout, capsys, numbers, run):
    assert list(result_of(capsys, handout, *numbers)[0]) == run
    assert main(handout, numbers) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert f"only a part was graded ({' '.join(numbers)}): {len(run)} of 3 tests" in printed


def test_a_number_that_no_test_has_is_named_with_those_that_there_are(handout, capsys):
    assert main(handout, ["1.1", "3.3"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("run_tests.py: 3.3: no test has this number")
    assert all(number in said for number in ("1.1", "2.1", "10.1"))


def test_with_x_nothing_runs_after_the_first_that_fails(handout, capsys):
    (handout / "rescaling.py").write_text("def rescale(x, low, high):\n    return x\n", encoding="utf-8")
    found, _ = result_of(capsys, handout, "-x")
    assert {number: status for number, (status, _, _) in found.items()} == {"2.1": "passed", "10.1": "failed"}
    assert main(handout, ["-x"]) == 0
    assert "the grading ended at the first test that failed: 2 of 3 tests; 1 with 1 points" in " ".join(
        capsys.readouterr().out.split()
    )


def test_with_x_all_run_where_none_fails(built, handout, capsys):
    (handout / "rescaling.py").write_bytes((built / "reference/rescaling.py").read_bytes())
    assert [status for status, _, _ in result_of(capsys, handout, "-x")[0].values()] == ["passed"] * 3


def test_the_zip_to_upload_takes_no_numbers(handout, capsys):
    with pytest.raises(SystemExit) as caught:
        main(handout, ["--zip", "1.1"])
    assert caught.value.code == 2 and "--zip runs no tests" in capsys.readouterr().err


# A folder that is not as it was


def test_a_changed_file_is_named_and_line_ends_are_no_change(handout, capsys):
    tools = handout / "tools.py"
    tools.write_bytes(tools.read_bytes().replace(b"\n", b"\r\n"))
    (handout / "requirements.txt").write_bytes((handout / "requirements.txt").read_bytes() + b"# mine\n")
    assert result_of(capsys, handout)[1] == []
    tools.write_bytes(tools.read_bytes() + b"# mine\n")
    assert result_of(capsys, handout)[1] == ["tools.py"]
    assert main(handout, ["1"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert (
        "tools.py differs from what was handed out: unpack the zip again, or undo the change. The grader takes its own"
        in printed
    )


def test_weights_that_were_edited_do_not_look_like_points_that_count(handout, capsys):
    suite = handout / "tests/public/test_more.py"
    suite.write_text(suite.read_text(encoding="utf-8").replace("@weight(0.5)", "@weight(500)"), encoding="utf-8")
    assert main(handout, []) == 0
    assert "tests/public/test_more.py differs from what was handed out" in " ".join(capsys.readouterr().out.split())


def test_what_a_broken_handed_out_file_costs_counts_nothing_of_its_points_and_blames_nobody_else(handout, capsys):
    (handout / "tests/public/cases.py").write_text("import no_such_module\n", encoding="utf-8")
    found, changed = result_of(capsys, handout)
    assert changed == ["tests/public/cases.py"]
    assert [found[part] for part in ("1", "2", "10")] == [("failed", 0, 1), ("failed", 0, 0.5), ("failed", 0, 0.5)]
    assert main(handout, []) == 0
    printed = capsys.readouterr().out
    assert "0 of 2 points" in printed and "problem on our side" not in printed
    assert "Features: tests that could not be read" in printed


def test_a_missing_file_of_the_zip_is_named_with_what_to_do(handout, capsys):
    for name in ("tools.py", "tests/public/cases.py", "assignment.toml"):
        content = (handout / name).read_bytes()
        (handout / name).unlink()
        for arguments in ([], ["--zip"]):
            assert main(handout, arguments) == 3
            said = capsys.readouterr().err
            assert said == f"run_tests.py: {name} is missing in {handout}; unpack the zip that you got again, all of it\n"
        (handout / name).write_bytes(content)
    (handout / "README.md").unlink()
    assert main(handout, ["--zip"]) == 0


def test_a_missing_folder_of_the_tool_is_not_taken_for_a_package_to_install(handout):
    (handout / "autograder").rename(handout / "elsewhere")
    command = [sys.executable, "-I", "-S", "run_tests.py"]
    done = subprocess.run(command, cwd=handout, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == f"autograder is missing in {handout}; unpack the zip that you got again, all of it\n"


def test_a_file_under_another_name_is_found_and_named(handout, capsys):
    (handout / "rescaling.py").rename(handout / "rescaling (1).py")
    assert main(handout, []) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert 'Found "rescaling (1).py": rename the right one to rescaling.py' in printed
    assert main(handout, ["--zip"]) == 0
    assert "rescaling (1).py is not in it either: rename it to rescaling.py if" in capsys.readouterr().out
    (handout / "answers.toml").unlink()
    assert main(handout, ["--zip"]) == 1
    assert "rescaling (1).py has to be renamed to rescaling.py" in capsys.readouterr().err


# Where it prints


def test_marks_differ_on_a_terminal_that_has_few_characters(tmp_path):
    class Terminal:
        def isatty(self):
            return True

        def reconfigure(self, errors):
            self.errors = errors

    stream = Terminal()
    print_anything(stream)
    assert "✓ ✗ − α".encode("cp1252", stream.errors) == b"+ x - ?"


@pytest.mark.slow
def test_a_file_gets_utf8_and_a_reader_who_has_seen_enough_ends_it(handout):
    environment = with_few_characters()
    command = [sys.executable, "run_tests.py", "10"]
    done = subprocess.run(command, cwd=handout, capture_output=True, env=environment, timeout=120)
    assert done.returncode == 0 and "✗ 10.1  rescale: the largest of each column" in done.stdout.decode()
    reads, writes = os.pipe()
    os.close(reads)
    done = subprocess.run(command, cwd=handout, stdout=writes, stderr=subprocess.PIPE, env=environment, timeout=120)
    os.close(writes)
    assert (done.returncode, done.stderr) == (141, b"")
