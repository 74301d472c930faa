"""The command line before anything runs: first steps, help, errors with what to type instead, completion."""

import importlib.util
import os
import shlex

import pytest
from programs import run, run_python

from autograder.commands.cli import main, parser
from autograder.commands.parser import EXIT_STATUS, FIRST_STEPS, first_steps


def commands(of):
    """Words of a command -> its parser, for all that are listed in a help."""
    found = {}
    for action in of._actions:
        listed = {each.dest for each in getattr(action, "_choices_actions", ())}
        for name, command in (action.choices or {}).items() if listed else ():
            if name in listed:
                found |= {(name,): command} | {(name, *below): each for below, each in commands(command).items()}
    return found


COMMANDS = commands(parser())


def test_without_a_command_the_first_steps_are_shown(capsys):
    assert main([]) == 2
    printed, errors = capsys.readouterr()
    assert printed == "" and all(command in errors and words in errors for command, words in FIRST_STEPS)


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_the_first_steps_fit_into_the_window(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    assert max(len(line) for line in first_steps().splitlines()) <= columns


@pytest.mark.parametrize("command", [command for command, _ in FIRST_STEPS])
def test_each_first_step_is_a_command(command):
    assert parser().parse_args(shlex.split(command)[1:]).run


def test_the_help_lists_the_exit_statuses(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0 and EXIT_STATUS in capsys.readouterr().out


def test_all_commands_that_are_listed_are_looked_at():
    assert {("grade",), ("class",), ("build", "handout"), ("demo",)} <= set(COMMANDS) and ("job",) not in COMMANDS


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_help_has_an_example_that_can_be_typed(words):
    start, _, example = COMMANDS[words].epilog.partition("example: ")
    assert start == "" and COMMANDS[words].description
    if words != ("completion",):
        assert shlex.split(example)[: len(words) + 1] == ["autograder", *words]
        assert parser().parse_args(shlex.split(example)[1:]).run


@pytest.mark.parametrize(
    ("typed", "told", "where"),
    [
        ("grade x --fromat junit", "unrecognized argument --fromat; did you mean --format?", "autograder grade"),
        ("build skeleton --chek", "unrecognized argument --chek; did you mean --check?", "autograder build skeleton"),
        ("check --zzz=3", "unrecognized argument --zzz", "autograder check"),
        ("check here", "unexpected argument here", "autograder check"),
        ("grad x", "argument COMMAND: 'grad' is no choice; did you mean grade?", "autograder"),
        ("build handuot", "argument WHAT: 'handuot' is no choice; did you mean handout?", "autograder build"),
        ("class x --format moodl", "argument --format: 'moodl' is no choice; did you mean moodle?", "autograder class"),
        ("completion tcl", "argument SHELL: 'tcl' is no choice; choose from bash, zsh, fish", "autograder completion"),
        ("grade", "missing: SUBMISSION", "autograder grade"),
        ("grade x --jobs 0", "argument --jobs: '0' is not a whole number of 1 or more", "autograder grade"),
    ],
)
def test_an_error_says_what_to_type_instead_and_where_to_read(capsys, typed, told, where):
    with pytest.raises(SystemExit) as ended:
        main(typed.split())
    assert ended.value.code == 2
    assert capsys.readouterr().err == f"autograder: {told}\nsee: {where} --help\n"


needs_argcomplete = pytest.mark.skipif(importlib.util.find_spec("argcomplete") is None, reason="needs argcomplete")


@needs_argcomplete
@pytest.mark.parametrize(
    ("line", "offered"),
    [("autograder gr", {"grade ", "gradescope "}), ("autograder build skeleton --ch", {"--check "})],
)
def test_a_shell_completes_commands_and_options(tmp_path, line, offered):
    out = tmp_path / "offered"
    asked = {"_ARGCOMPLETE": "1", "COMP_LINE": line, "COMP_POINT": str(len(line)), "_ARGCOMPLETE_STDOUT_FILENAME": str(out)}
    assert run_python("-m", "autograder", env={**os.environ, **asked}).status == 0
    assert {f"{each.strip()} " for each in out.read_text().split("\v")} == offered


@needs_argcomplete
def test_bash_takes_the_script(capsys):
    assert main(["completion", "bash"]) == 0
    script = capsys.readouterr().out
    assert run("bash", "-c", f"{script}\ncomplete -p autograder").out.split()[-1] == "autograder"
