"""Gradescope on one's own machine: its limits, what it makes of a result, who sees what."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import gradescope_utils
import pytest
from doubling import FILES, RIGHT, TOML, WRONG, suite_with
from files import write_files
from places import ROOT
from rich.console import Console
from waiting import until

from autograder.archive import zip_bytes
from autograder.assignment import load
from autograder.errors import AutograderError, SubmissionError
from autograder.gradescope import emulation as module
from autograder.gradescope import metadata, supervisor, views
from autograder.gradescope.autograder_zip import PROGRAMS
from autograder.gradescope.emulation import Emulation, Occasion, emulate, time_of, zip_of
from autograder.gradescope.harness import Stored, stored
from autograder.gradescope.supervisor import Completed, PlatformLimits, contained
from autograder.text import MAX_OUTPUT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Gradescope's machines run Linux")

SETTINGS = f"""{TOML}
[policies]
late_percent_per_day = 10
max_submissions = 3
"""
DONE = Completed(0, 1.5, 0.5, 100.0)
NOON = datetime(2026, 11, 14, 12, tzinfo=timezone.utc)
VISIBILITIES = ("visible", "after_due_date", "after_published", "hidden")


@pytest.fixture(scope="module")
def folder():
    """The folder of a sound assignment, which other users may enter."""
    with tempfile.TemporaryDirectory() as work:
        Path(work).chmod(0o755)
        suite = suite_with(visibility="after_due_date")
        write_files(Path(work), FILES | {"assignment.toml": SETTINGS, "tests/test_double.py": suite})
        yield Path(work)


@pytest.fixture(scope="module")
def archive(folder):
    return zip_of(load(folder))


@pytest.fixture
def temporary(monkeypatch, tmp_path):
    """A folder for everything temporary, of which nothing may be left."""
    with tempfile.TemporaryDirectory() as work:
        Path(work).chmod(0o755)
        monkeypatch.setattr(tempfile, "tempdir", work)
        yield Path(work)
        assert list(Path(work).iterdir()) == []


def with_files(archive, **files):
    """The zip with other files: run_autograder or setup.sh."""
    with zipfile.ZipFile(io.BytesIO(archive)) as file:
        content = {name: file.read(name) for name in file.namelist()}
    return zip_bytes(content | {name: text.encode() for name, text in files.items()}, frozenset(PROGRAMS))


def handed_in(folder, **files):
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return [folder]


def points(document):
    return {item.get("number", item["name"]): item.get("score") for item in document["tests"]}


# The whole of it


def test_a_submission_is_graded_by_the_tool_of_the_zip(archive, temporary, tmp_path):
    other = with_files(archive, **{"tool/autograder/__init__.py": '__version__ = "7.0 of the zip"\n'})
    steps = []
    found = emulate(other, handed_in(tmp_path / "work", double=WRONG), Occasion(), Path(sys.prefix), on_step=steps.append)
    assert found.valid, found.stored
    document = found.stored.document
    assert points(document) == {"Submission 1 of at most 3": None, "1.1": 4, "1.2": 0}
    assert document["extra_data"]["autograder"] == "7.0 of the zip"
    assert "sandbox level" in found.stored.stdout
    assert found.stored.remarks == ()
    assert steps == ["unpacking", "making the environment", "grading"]


@pytest.mark.slow
def test_what_the_assignment_hides_of_packages_is_hidden_where_they_are_borrowed_too(folder, temporary, tmp_path):
    secret = Path(gradescope_utils.__file__).parent / "autograder_utils/files.py"
    own = shutil.copytree(folder, tmp_path / "own")
    with open(own / "assignment.toml", "a") as file:
        file.write('[sandbox]\nhidden = ["gradescope_utils/autograder_utils/files.py"]\n')
    reads = f"def double(x):\n    return 2 * x if open({str(secret)!r}).read() else 0\n"
    submission = handed_in(tmp_path / "work", double=reads)
    for assignment, expected in ((folder, {"1.1": 4, "1.2": 6}), (own, {"1.1": 0, "1.2": 0})):
        emulation = emulate(zip_of(load(assignment)), submission, Occasion(), Path(sys.prefix))
        found = points(emulation.stored.document)
        assert {number: found[number] for number in expected} == expected


@pytest.mark.slow
def test_policies_go_by_who_hands_in_and_when(archive, temporary, tmp_path):
    late = Occasion(["a", "b"], created_at=NOON, due=NOON - timedelta(hours=30), previous=2)
    found = emulate(archive, handed_in(tmp_path / "work", double=RIGHT), late, Path(sys.prefix))
    assert points(found.stored.document) == {"Lateness": -2, "Submission 3 of at most 3": None, "1.1": 4, "1.2": 6}
    assert found.stored.document["score"] == 8
    assert (found.handed_in, found.stage) == (NOON, 1)
    assert found.dates == ("due 13 Nov 2026, 06:00 UTC", "2 submissions before")


def test_metadata_of_ones_own_are_taken_as_they_are(archive, temporary, tmp_path):
    file = tmp_path / "metadata.json"
    data = module.metadata_of(load_title(), Occasion(created_at=NOON, previous=3))
    file.write_text(json.dumps(data))
    found = emulate(archive, handed_in(tmp_path / "work", double=RIGHT), file, Path(sys.prefix))
    assert found.stored.document["tests"][0]["name"] == "Not graded"


def test_metadata_that_say_nothing_leave_the_policies_to_a_human(archive, temporary, tmp_path):
    file = tmp_path / "metadata.json"
    file.write_text("{}")
    found = emulate(archive, handed_in(tmp_path / "work", double=RIGHT), file, Path(sys.prefix))
    assert found.handed_in is None
    assert "created_at is missing" in found.stored.stdout
    with pytest.raises(AutograderError, match=r"gone\.json: No such file"):
        emulate(archive, [tmp_path], tmp_path / "gone.json")


def load_title():
    return replace(load(ROOT), title="Doubling")


def test_made_metadata_have_what_real_ones_have():
    data = module.metadata_of(load_title(), Occasion(["1", "2"], NOON, late_due=NOON + timedelta(days=9), previous=3))
    found = metadata.parse(json.loads(json.dumps(data)))
    assert metadata.student_ids(found) == ["1", "2"]
    assert found.created_at == NOON and found.assignment.group_size == 2
    assert data["assignment"]["total_points"] == "100.0"
    assert found.users[0].dates == found.assignment.dates
    assert found.assignment.dates.release < NOON < found.assignment.dates.due < found.assignment.dates.late_due
    assert [entry.time for entry in found.previous] == [NOON - timedelta(hours=hours) for hours in (3, 2, 1)]
    assert [entry.results is None for entry in found.previous] == [True, True, False]
    assert found.id not in {entry.id for entry in found.previous}
    assert len({entry.id for entry in found.previous}) == 3


def test_a_time_without_an_offset_is_that_of_this_machine():
    assert time_of("2026-11-14T12:00+00:00") == NOON
    assert time_of("2026-11-14T12:00") == datetime(2026, 11, 14, 12).astimezone()
    with pytest.raises(ValueError, match="soon"):
        time_of("soon")


LIST_FILES = """#!/bin/sh
cd "$AUTOGRADER_ROOT" && find submission -type f | sort && pwd && ls "$AUTOGRADER_ENVIRONMENT"
echo '{"score": 1}' > results/results.json
"""
MAKE_FILE = '#!/bin/sh\nmkdir "$AUTOGRADER_ENVIRONMENT"\ntouch "$AUTOGRADER_ENVIRONMENT/made"\necho "of $PYTHON"\n'


def listed(archive, sources):
    """What lies in submission/."""
    program = with_files(archive, **{"run_autograder": LIST_FILES, "setup.sh": MAKE_FILE})
    printed = emulate(program, sources, Occasion()).stored.stdout.splitlines()
    assert printed[-1] == "made", "setup.sh was not run"
    return [line.removeprefix("submission/") for line in printed[:-2]]


def test_a_zip_is_unpacked_as_on_upload_and_a_damaged_one_is_not(archive, temporary, tmp_path):
    (tmp_path / "work.zip").write_bytes(zip_bytes({"double.py": b"", "more/notes.txt": b"", "../../out.py": b""}))
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 this is no zip")
    (tmp_path / "a.py").write_text("")
    assert listed(archive, [tmp_path / "work.zip"]) == ["double.py", "more/notes.txt", "out.py"]
    assert listed(archive, [tmp_path / "broken.zip", tmp_path / "a.py"]) == ["a.py", "broken.zip"]


def test_nothing_is_taken_of_a_zip_that_is_damaged_in_its_middle(archive, temporary, tmp_path):
    content = zip_bytes({"a.py": b"a = 1", "b.py": b"b = 2"})
    (tmp_path / "work.zip").write_bytes(content.replace(b"b = 2", b"b = 3"))
    assert listed(archive, [tmp_path / "work.zip"]) == ["work.zip"]


def test_what_is_no_file_is_not_handed_in(archive, temporary, tmp_path):
    (work,) = handed_in(tmp_path / "work", double=RIGHT)
    os.mkfifo(work / "pipe")
    (work / "inner").mkdir(mode=0o755)
    (work / "inner/secret").symlink_to("/etc/passwd")  # find -type f does not list a link that is kept as one
    assert listed(archive, [work]) == ["double.py"]
    with pytest.raises(SubmissionError, match="gone does not exist"):
        listed(archive, [tmp_path / "gone"])


def test_a_zip_that_would_fill_the_disk_is_refused(archive, temporary, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "UNPACKED_MB", 0.5)
    (tmp_path / "work.zip").write_bytes(zip_bytes({"double.py": bytes(1 << 20)}))
    with pytest.raises(SubmissionError, match=r"work\.zip unpacks to 1 MB"):
        emulate(archive, [tmp_path / "work.zip"], Occasion())


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"no zip", "cannot be read"), (zip_bytes({"autograder/setup.sh": b""}), r"has no setup\.sh at its root")],
)
def test_what_is_no_autograder_zip_is_refused(content, words, temporary, tmp_path):
    with pytest.raises(AutograderError, match=words):
        emulate(content, [tmp_path], Occasion())


def test_an_environment_that_is_none_is_refused(archive, temporary, tmp_path):
    with pytest.raises(AutograderError, match="has no bin/python"):
        emulate(archive, handed_in(tmp_path / "work", double=RIGHT), Occasion(), tmp_path)


def test_a_setup_that_fails_shows_its_last_words(archive, temporary, tmp_path):
    program = with_files(archive, **{"setup.sh": "echo first\necho the index is down >&2\nexit 3\n"})
    with pytest.raises(AutograderError, match=r"(?s)status 3.*the index is down"):
        emulate(program, [tmp_path], Occasion())


def test_other_systems_are_told_what_to_do(archive, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(AutograderError, match="needs Linux"):
        emulate(archive, [], Occasion())


def test_points_of_a_run_that_takes_too_long_are_lost(archive, temporary, tmp_path):
    program = with_files(
        archive,
        **{
            "setup.sh": MAKE_FILE,
            "run_autograder": """#!/bin/sh
            echo '{"score": 10}' > results/results.json; echo done; sleep 1000 & sleep 1000
            """,
        },
    )
    found = emulate(program, [tmp_path], Occasion(), limits=PlatformLimits(seconds=1))
    assert not found.valid
    assert found.stored.document["score"] == 0 and found.stored.stdout == "done\n"


def test_a_program_that_cannot_be_started_is_a_failure_of_the_autograder(archive, temporary, tmp_path):
    windows = with_files(archive, **{"setup.sh": MAKE_FILE, "run_autograder": "#!/bin/sh\r\ntrue\r\n"})
    found = emulate(windows, [tmp_path], Occasion())
    assert found.stored.error == "missing"
    assert "run_autograder cannot be started: No such file" in found.stored.stdout


@pytest.mark.parametrize(
    "limits",
    [PlatformLimits(**limits) for limits in ({"seconds": 0}, {"memory_mb": 8}, {"cpus": -1}, {"cpus": float("nan")})],
)
def test_limits_that_mean_nothing_are_refused(archive, limits):
    with pytest.raises(AutograderError, match=r"--[a-z-]+ is .* at least"):
        emulate(archive, [], Occasion(), limits=limits)


def test_ctrl_c_leaves_nothing(archive, temporary, tmp_path):
    program = with_files(archive, **{"setup.sh": MAKE_FILE, "run_autograder": "#!/bin/sh\nsleep 98765\n"})
    (tmp_path / "gradescope.zip").write_bytes(program)
    code = """
import sys, tempfile
from pathlib import Path
from autograder.gradescope.emulation import Occasion, emulate
tempfile.tempdir = sys.argv[2]
emulate(Path(sys.argv[1]).read_bytes(), [Path(sys.argv[1])], Occasion(), on_step=lambda text: print(text, flush=True))
"""
    command = [sys.executable, "-c", code, tmp_path / "gradescope.zip", temporary]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert until(lambda: process.stdout.readline() == "grading\n")
    (root,) = temporary.iterdir()
    assert until(lambda: running(str(root)))
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == -signal.SIGINT
    assert not running(str(root))  # and that the folder has gone is what `temporary` looks at


def running(marker):
    """The processes that have this in their arguments or their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (process / "cmdline").read_bytes() + (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return [pid for pid in found if pid != os.getpid()]


@pytest.mark.slow
def test_the_skeleton_of_this_repository_gets_nothing_and_every_test_is_shown(temporary):
    found = emulate(zip_of(load(ROOT)), [ROOT / "student"], Occasion(), Path(sys.prefix))
    assert found.valid and found.stored.remarks == ()
    assert views.total(found) == 0
    assert len(found.stored.document["tests"]) > 200
    assert found.run.memory_kills == 0


# Limits


def python(tmp_path, code, limits=None, arguments=()):
    command = [sys.executable, "-c", code, *arguments]
    return contained(command, tmp_path, {"PATH": os.environ["PATH"]}, tmp_path / "out", limits)


def test_all_processes_together_have_their_share_of_a_processor(tmp_path):
    code = "import os, time\nos.fork()\nend = time.monotonic() + 2\nwhile time.monotonic() < end: pass"
    run = python(tmp_path, code, PlatformLimits(cpus=0.1))
    assert 0 < run.cpu_seconds / run.seconds < 0.15
    assert run.status == 0


def test_what_is_not_limited_may_have_all_of_it(tmp_path):
    run = python(tmp_path, "print('all of it')")
    assert (run.status, run.memory_mb) == (0, 0)
    assert (tmp_path / "out").read_text() == "all of it\n"


def test_whoever_uses_more_memory_than_there_is_is_killed(tmp_path):
    code = """
import subprocess, sys, time
hog = "import time\\nkept = []\\nfor _ in range(300): kept.append(b'x' * 1_000_000); time.sleep(0.002)\\ntime.sleep(60)"
print(subprocess.run([sys.executable, "-c", hog]).returncode)
"""
    run = python(tmp_path, code, PlatformLimits(memory_mb=150, cpus=4))
    assert (tmp_path / "out").read_text() == "-9\n"
    assert run.status == 0 and run.memory_kills
    assert run.memory_mb > 150


@pytest.mark.slow
def test_the_memory_of_all_processes_counts_and_what_they_share_counts_once(tmp_path):
    code = """
import os, time
kept = b"x" * 60_000_000  # which both have, and which is there once
child = os.fork()
more = b"y" * int(os.environ["MORE"]) if not child else b""
time.sleep(1)
"""
    for more, killed in (("1", False), ("60000000", True)):
        command, variables = [sys.executable, "-c", code], {"PATH": os.environ["PATH"], "MORE": more}
        run = contained(command, tmp_path, variables, tmp_path / "out", PlatformLimits(memory_mb=110, cpus=4))
        if not run.memory_exact:
            pytest.skip("only root may see how much memory processes share")
        assert bool(run.memory_kills) == killed
        assert (run.memory_mb > 110) == killed and run.memory_mb > 60


def test_whoever_may_not_see_what_processes_share_goes_by_the_largest(monkeypatch):
    def refused(pid):
        raise PermissionError

    sizes, killed = {11: 70.0, 12: 90.0}, []
    monkeypatch.setattr(supervisor, "descendants", lambda: sizes)
    monkeypatch.setattr(supervisor, "proportional_mb", refused)
    monkeypatch.setattr(supervisor, "resident_mb", sizes.get)
    monkeypatch.setattr(supervisor, "out_of_memory_score", sizes.get)
    monkeypatch.setattr(supervisor, "send", lambda pid, number: killed.append(pid))
    for limit, expected in ((100.0, []), (80.0, [12])):
        memory = supervisor.Memory(limit)
        memory.step()
        assert (memory.highest_mb, memory.exact, killed) == (90.0, False, expected)


def test_a_process_that_stops_itself_is_not_woken_by_the_throttle(tmp_path):
    code = """
import os, signal, time
child = os.fork()
if not child:
    os.kill(os.getpid(), signal.SIGSTOP)
    os._exit(3)
end = time.monotonic() + 0.6
while time.monotonic() < end: pass
print(os.waitpid(child, os.WNOHANG))
"""
    python(tmp_path, code, PlatformLimits(cpus=0.1))
    assert (tmp_path / "out").read_text() == "(0, 0)\n"


DAEMON = """
import os, sys, time
if not os.fork():
    os.setsid()
    if not os.fork():
        time.sleep(1000)
    os._exit(0)
if sys.argv[1] == "stay": time.sleep(1000)
"""


@pytest.mark.parametrize("arguments", [["go"], ["stay"]])
def test_nothing_that_was_started_is_left(tmp_path, arguments):
    ends = arguments == ["go"]
    run = python(tmp_path, DAEMON, PlatformLimits(seconds=60 if ends else 1), arguments=[*arguments, str(tmp_path)])
    assert run.status == (0 if ends else None)
    assert not running(str(tmp_path))


def test_nothing_is_left_when_whoever_asked_for_it_is_killed(tmp_path):
    code = """
import sys
from pathlib import Path
from autograder.gradescope.supervisor import contained
contained([sys.executable, "-c", sys.argv[1], "stay", sys.argv[2]], Path(sys.argv[2]), {}, Path(sys.argv[2], "out"))
"""
    caller = subprocess.Popen([sys.executable, "-c", code, DAEMON, tmp_path])
    assert until(lambda: len(running(str(tmp_path))) >= 4)  # the caller, the supervisor, the command and its daemon
    caller.kill()
    caller.wait()
    assert until(lambda: not running(str(tmp_path)))


# What the platform makes of a result


@pytest.fixture
def results(tmp_path):
    """A function that writes results.json and what was printed, and returns what is kept."""

    def keep(content, printed=b"graded\n", run=DONE):
        if content is not None:
            (tmp_path / "results.json").write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        (tmp_path / "stdout").write_bytes(printed)
        return stored(tmp_path, run, 600)

    return keep


SOUND = {"score": 3, "tests": [{"name": "a", "score": 3, "max_score": 3, "status": "passed"}]}


def test_a_sound_result_is_kept_as_it_is(results):
    assert results(SOUND) == Stored(SOUND, "graded\n")


def test_after_the_time_limit_a_result_is_worth_nothing(results):
    found = results(SOUND, run=replace(DONE, status=None))
    assert found.error == "timeout"
    assert found.document["score"] == 0 and "tests" not in found.document


def test_no_result_is_a_failure_of_the_autograder(results):
    found = results(None)
    assert (found.error, found.document, found.stdout) == ("missing", None, "graded\n")


@pytest.mark.parametrize("content", [b'{"score": 1', b"[1, 2]", b"null", b"[" * 100_000])
def test_what_is_no_result_gives_no_points_and_is_shown_to_staff(results, content):
    found = results(content)
    assert (found.error, found.document["score"]) == ("invalid_json", 0)
    assert found.stdout.startswith("graded\n") and found.stdout.endswith(content.decode()[-20:])


def test_a_result_without_any_score_is_a_failure(results):
    assert results({"tests": [{"name": "a", "status": "passed"}]}).error == "no_score"
    assert results({"tests": [{"name": "a", "score": 1}]}).error == ""


def test_long_texts_lose_their_middle(results):
    long = "a" * MAX_OUTPUT + "z"
    found = results({**SOUND, "output": long, "tests": [{**SOUND["tests"][0], "output": long}]}, long.encode())
    for text in (found.stdout, found.document["output"], found.document["tests"][0]["output"]):
        assert len(text) <= MAX_OUTPUT and text[0] == "a" and text[-1] == "z"
    assert len(found.remarks) == 3 and all("100,001 characters" in remark for remark in found.remarks)
    short = {**SOUND, "output": "a" * MAX_OUTPUT}
    assert results(short).document == short


def test_bytes_that_are_no_text_are_replaced(results):
    found = results(b'{"score": 1, "output": "a\\u0000"}', b"\xff\0")
    assert found.stdout == "\ufffd\ufffd"
    assert results(b'{"score": 1, "output": "\xff\0"}').document["output"] == "\ufffd\ufffd"


def test_what_is_odd_about_a_result_is_said(results):
    assert "status 3, which alone" in results(SOUND, run=replace(DONE, status=3)).remarks[0]
    assert "contains NaN" in results(b'{"score": 1, "tests": [{"name": "a", "status": "passed", "score": NaN}]}').remarks[0]
    assert (
        "invalid at tests/0/visibility" in results({"score": 1, "tests": [{**SOUND["tests"][0], "visibility": "x"}]}).remarks[0]
    )


# Who sees what


def emulation(document, stage=0, remarks=(), run=DONE):
    assignment = load_title()
    return Emulation(assignment, Stored(document, "", "", remarks), run, PlatformLimits(), NOON, ("due tomorrow",), stage)


def test_item(number="1.1", visibility=None, score=1.0, **more):
    """A test of results.json."""
    item = {"number": number, "name": f"test {number}", "score": score, "max_score": 1.0, **more}
    return item | ({"visibility": visibility} if visibility else {})


test_item.__test__ = False


def shown(document, every=False, **more):
    console = Console(width=100, file=io.StringIO(), record=True)
    views.show(emulation(document, **more), console, every)
    return console.export_text()


def marks(text):
    """What the four columns hold, by the words of a line before them."""
    found = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) > 4 and all(word in "✓–" or word.replace(".", "").isdecimal() for word in words[-4:]):
            found[" ".join(words[:-4])] = " ".join(words[-4:])
    return found


def of_each_visibility(*chosen):
    return {"score": 2.5, "tests": [test_item(f"1.{index}", name, 0.5) for index, name in enumerate(chosen)]}


def test_each_visibility_begins_at_its_own_time():
    assert marks(shown(of_each_visibility(*VISIBILITIES), every=True)) == {
        "✗ 1.0 test 1.0 0.5 / 1": "✓ ✓ ✓ ✓",
        "✗ 1.1 test 1.1 0.5 / 1": "✓ – ✓ ✓",
        "✗ 1.2 test 1.2 0.5 / 1": "✓ – – ✓",
        "✗ 1.3 test 1.3 0.5 / 1": "✓ – – –",
        "total 2.5 / 4": "2.5 – – –",
        "what run_autograder prints": "✓ – – –",
    }


@pytest.mark.parametrize(
    ("chosen", "seen"),
    [
        (("visible",), "2.5 2.5 2.5 2.5"),
        (("visible", "after_due_date"), "2.5 – 2.5 2.5"),
        (("visible", "after_published"), "2.5 – – 2.5"),
        (("visible", "hidden"), "2.5 – – –"),
    ],
)
def test_students_see_no_total_while_a_test_is_hidden_from_them(chosen, seen):
    text = shown(of_each_visibility(*chosen))
    assert marks(text)[f"total 2.5 / {len(chosen)}"] == seen
    assert ("no total while any test is hidden" in text) == (len(chosen) > 1)
    assert ("1 test never shown" in text) == ("hidden" in chosen)


def test_after_the_due_date_students_see_at_once_what_begins_then():
    seen = marks(shown(of_each_visibility(*VISIBILITIES[:3]), stage=1))
    assert seen["✗ 1.1 test 1.1 0.5 / 1"] == "✓ ✓ ✓ ✓"
    assert seen["✗ 1.2 test 1.2 0.5 / 1"] == "✓ – – ✓"
    assert seen["total 2.5 / 3"] == "2.5 – – 2.5"


def test_a_test_may_differ_from_what_holds_for_all():
    document = {
        "score": 1,
        "visibility": "hidden",
        "stdout_visibility": "visible",
        "tests": [test_item(score=0), test_item("1.2", "visible", 0)],
    }
    seen = marks(shown(document))
    assert seen["✗ 1.1 test 1.1 0 / 1"] == "✓ – – –"
    assert seen["✗ 1.2 test 1.2 0 / 1"] == "✓ ✓ ✓ ✓"
    assert seen["what run_autograder prints"] == "✓ ✓ ✓ ✓"


def test_without_a_score_of_its_own_a_result_has_the_sum_of_its_tests():
    assert "total 1.5 / 2" in marks(shown({"tests": [test_item(), test_item("1.2", score=0.5)]}))


def test_what_is_equal_for_students_shares_a_line():
    tests = [test_item(f"1.{index}") for index in range(8)] + [
        test_item("2.1"),
        test_item("1.8", score=0),
        test_item("1.9", "hidden"),
    ]
    document = {"score": 9, "tests": [*tests, {"name": "Lateness", "score": -1, "max_score": 0, "status": "failed"}]}
    assert [line.partition(" / ")[0].split() for line in shown(document).splitlines() if line[:1] in "✓✗" and line] == [
        ["✗", "Lateness", "-1"],
        ["✓", "1", "Layers:", "8", "tests", "passed", "8"],
        ["✗", "1.8", "test", "1.8", "0"],
        ["✓", "1.9", "test", "1.9", "1"],
        ["✓", "2.1", "test", "2.1", "1"],
    ]
    assert len(marks(shown(document, every=True))) == len(tests) + 3


def test_many_failures_share_a_line_and_the_first_are_read():
    tests = [test_item(f"1.{index}", score=0, output=f"reason {index}") for index in range(views.LISTED + 1)]
    text = shown({"score": 0, "tests": tests})
    assert f"Layers: {len(tests)} tests failed" in text
    assert "reason 4" in text and "reason 5" not in text and f"and {len(tests) - 5} failed tests more" in text
    assert "reason 20" in shown({"score": 0, "tests": tests}, every=True)


def test_what_students_read_now_is_what_they_see_now():
    tests = [test_item("1.1", None, 0, output="first"), test_item("1.2", "after_due_date", 0, output="second")]
    text = shown({"score": 0, "output": "to all", "tests": tests})
    assert "to all" in text and "first" in text and "second" not in text
    assert "second" in shown({"score": 0, "tests": tests}, stage=1)


def test_texts_of_a_result_are_shown_as_they_are():
    text = shown({"score": 0, "output": "[red]a\x1b[2J", "tests": [test_item(score=0, name="[b]n\x07", output="[i]\u202e")]})
    assert "[red]a\\u001b[2J" in text and "[b]n" in text and "[i]\\u202e" in text
    assert not any(char in text for char in "\x1b\x07\u202e")


def test_lines_fit_the_terminal():
    tests = [test_item(name="long words " * 30, score=0, output="reason " * 300)]
    assert max(map(len, shown({"score": 0, "tests": tests}, remarks=("odd " * 100,)).splitlines())) <= 100


def test_a_run_without_a_result_says_so():
    text = shown(None, remarks=("no results.json",))
    assert "the autograder failed" in text and "no results.json" in text and "total" not in text


def test_what_staff_must_look_at_is_shown():
    printed = "".join(f"line {number}\n" for number in range(100))
    for document, error in ((SOUND, ""), ({**SOUND, "extra_data": {"needs_human": True}}, ""), (None, "missing")):
        found = replace(emulation(document), stored=Stored(document, printed, error))
        console = Console(width=100, file=io.StringIO(), record=True)
        views.show(found, console)
        text = console.export_text()
        assert ("line 99" in text) == (document is not SOUND)
        assert "line 50" not in text


def test_how_the_limits_were_kept_is_said():
    text = shown(SOUND)
    assert "time: 1.5 of 600 s" in text and "memory: 100 of 768 MB\n" in text
    assert "0.5 s used; 0.5 of one, kept by stopping all processes" in text
    text = shown(SOUND, run=replace(DONE, memory_exact=False, memory_kills=2))
    assert "100 of 768 MB in the largest process; of all together only root can tell" in text
    assert "killed for using more: 2" in " ".join(text.split())
