"""Emulate Gradescope on this machine, to try an autograder before it is uploaded.

    emulation = emulate(zip_of(load(Path())), [Path("student")], Occasion())

    /tmp/autograder-x/          as /autograder is there, and gone afterwards
        source/                 the zip, unpacked
        run_autograder          of the zip
        submission/  results/  submission_metadata.json
        environment/  tmp/      elsewhere on the platform: /opt/autograder, /tmp

The limits are kept by `supervisor`, the result is treated by `harness` as the platform does, and `views` shows who sees what.
"""

import contextlib
import importlib.util
import io
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from autograder.archive import zip_bytes
from autograder.assignment import Assignment, load
from autograder.errors import AutograderError, SubmissionError
from autograder.gradescope import metadata
from autograder.gradescope.autograder_zip import PROGRAMS, gradescope_files
from autograder.gradescope.harness import Stored, stored
from autograder.gradescope.policies import deadline
from autograder.gradescope.supervisor import Completed, PlatformLimits, contained
from autograder.gradescope.wording import plural, when

UNPACKED_MB = 1024  # of a zip that is handed in; more is a mistake or a trap
LEAST_MB = 64  # of memory; what watches over the rest needs some of it
TOOL = "tool/autograder"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
LOG_LINES = 15  # of a setup.sh that fails
SITE_PACKAGES = """
import json, sys
print(json.dumps([path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]))
"""


@dataclass(frozen=True)
class Occasion:
    """Who hands in, and when, by which the policies go.

    Attributes:
        students: ids; several are a group.
        created_at: None for now.
        due: None for a week later, at the end of the day.
        late_due: None for none.
        previous: how many submissions came before, an hour apart, with 0 points each.
    """

    students: Sequence[str] = ("1234567",)
    created_at: datetime | None = None
    due: datetime | None = None
    late_due: datetime | None = None
    previous: int = 0


@dataclass(frozen=True)
class Emulation:
    """What has come of it.

    Attributes:
        assignment: that of the zip.
        stored: what the platform keeps of the result.
        run: how run_autograder went.
        limits: those that it ran in.
        handed_in: None where the metadata do not say it.
        dates: those that count for whoever hands in, in words; how many submissions came before.
        stage: 0 before the last due date, 1 after it: what students see at once; see `views`.
    """

    assignment: Assignment
    stored: Stored
    run: Completed
    limits: PlatformLimits
    handed_in: datetime | None
    dates: tuple[str, ...]
    stage: int

    @property
    def valid(self) -> bool:
        """Whether a result came out that the platform takes as it is."""
        return not self.stored.error


def zip_of(assignment: Assignment) -> bytes:
    """Return the autograder zip of an assignment as it is now; AssignmentError where it is not sound."""
    return zip_bytes(gradescope_files(assignment), frozenset(PROGRAMS))


def emulate(
    archive: bytes,
    sources: Sequence[Path],
    about: Occasion | Path,
    reuse: Path | None = None,
    limits: PlatformLimits = PlatformLimits(),  # noqa: B008  it is frozen
    on_step: Callable[[str], object] = lambda text: None,
) -> Emulation:
    """Have a submission graded as on the platform.

    Args:
        archive: the autograder zip.
        sources: a folder, a zip or files.
        about: what the metadata are made of, or a file that holds them.
        reuse: an environment with the packages that the zip needs; without one its setup.sh makes one.
        on_step: called with what is done next.

    Raises:
        AutograderError: the zip or the environment cannot be used, or this is not Linux.
        SubmissionError: the submission cannot be handed in.
    """
    if sys.platform != "linux":
        raise AutograderError("emulate runs run_autograder as Gradescope does, which needs Linux; use a container, or: grade")
    for value, least, name in (
        (limits.seconds, 1, "--platform-seconds"),
        (limits.memory_mb, LEAST_MB, "--memory-mb"),
        (limits.cpus, 0.01, "--cpus"),
    ):
        if not least <= value < float("inf"):
            raise AutograderError(f"{name} is {value:g}; it must be {least:g} at least")
    with platform_folder() as root:
        on_step("unpacking")
        unpack(archive, root)
        assignment = load(root / "source" / "assignment")
        hand_in(sources, root / "submission")
        if isinstance(about, Path):
            content = metadata_file(about)
        else:
            content = json.dumps(metadata_of(assignment, about), indent=2).encode()
        (root / metadata.FILE).write_bytes(content)
        environment = root / "environment"
        on_step("making the environment" if reuse else "running setup.sh")
        if reuse:
            borrow(reuse, environment, root / "source" / TOOL)
        else:
            set_up(root, environment)
        on_step("grading")
        variables = {"PATH": PATH, "HOME": str(root), "TMPDIR": str(root / "tmp")}
        variables |= {"AUTOGRADER_ROOT": str(root), "AUTOGRADER_ENVIRONMENT": str(environment)}
        command, output = [str(root / "run_autograder")], root / "results" / "stdout"
        run = contained(command, root, variables, output, limits)
        return Emulation(assignment, stored(root / "results", run, limits.seconds), run, limits, *times(root))


def zip_content(path: Path) -> bytes:
    """Return the autograder zip that lies in a file."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise AutograderError(f"{path}: {error.strerror}; make it with: autograder build gradescope") from error


@contextmanager
def platform_folder() -> Iterator[Path]:
    """Yield a folder like /autograder, which goes away with all that is left in it."""
    root = Path(tempfile.mkdtemp(prefix="autograder-")).resolve()
    try:
        root.chmod(0o755)  # submissions run as another user, who must come to the environment
        for name in ("source", "submission", "results", "tmp"):
            (root / name).mkdir()
        (root / "tmp").chmod(0o1777)  # as /tmp is
        yield root
    finally:
        for folder, names, _ in os.walk(root):
            for name in names:  # what has no rights does not let its entries go
                with contextlib.suppress(OSError):
                    if not os.path.islink(os.path.join(folder, name)):
                        os.chmod(os.path.join(folder, name), stat.S_IRWXU)
        shutil.rmtree(root)


def unpack(archive: bytes, root: Path) -> None:
    """Put the autograder zip where the platform puts it."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as file:
            names = set(file.namelist())
            missing = [name for name in (*PROGRAMS, f"{TOOL}/__init__.py") if name not in names]
            if missing:
                raise AutograderError(
                    f"the autograder zip has no {missing[0]} at its root; make it with: autograder build gradescope"
                )
            file.extractall(root / "source")
    except zipfile.BadZipFile as error:
        raise AutograderError(
            f"the autograder zip cannot be read: {error}; make it with: autograder build gradescope"
        ) from error
    shutil.copyfile(root / "source" / "run_autograder", root / "run_autograder")
    (root / "run_autograder").chmod(0o755)


def hand_in(sources: Sequence[Path], into: Path) -> None:
    """Put a submission where the platform puts it: a zip is unpacked on upload, and what is no file does not come along."""
    for source in sources:
        try:
            if source.is_dir():
                copy(source, into)
            elif not source.is_file():
                raise SubmissionError(f"{source} does not exist, or is neither a file nor a folder")
            elif not unpacked(source, into):
                shutil.copyfile(source, into / source.name)
        except OSError as error:
            raise SubmissionError(f"{source} cannot be handed in: {error}") from error


def copy(folder: Path, into: Path) -> None:
    shutil.copytree(folder, into, symlinks=True, ignore=no_files, dirs_exist_ok=True)


def no_files(folder: str, names: list[str]) -> set[str]:
    """Those names that stand for pipes, devices and the like."""
    modes = {name: os.lstat(os.path.join(folder, name)).st_mode for name in names}
    return {name for name, mode in modes.items() if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode))}


def unpacked(path: Path, into: Path) -> bool:
    """Unpack a zip; say whether it is one that can be unpacked."""
    if path.suffix.lower() != ".zip":
        return False
    with tempfile.TemporaryDirectory(dir=into.parent) as fresh:
        try:
            with zipfile.ZipFile(path) as file:
                size_mb = sum(entry.file_size for entry in file.infolist()) / (1 << 20)  # no more is read than this says
                if size_mb > UNPACKED_MB:
                    raise SubmissionError(f"{path} unpacks to {size_mb:,.0f} MB; at most {UNPACKED_MB:,} MB are allowed")
                file.extractall(fresh)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError):  # damaged or encrypted
            return False
        copy(Path(fresh), into)
    return True


# The environment


def set_up(root: Path, environment: Path) -> None:
    """Run the zip's setup.sh, as the platform does once, when it makes the image."""
    if importlib.util.find_spec("ensurepip") is None:  # setup.sh would install it in the system
        raise AutograderError(f"{sys.executable} cannot make environments; install python3-venv, or use --reuse")
    # The platform's network is its own, so what leads to packages here is kept.
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    variables |= {"PYTHON": sys.executable, "AUTOGRADER_ENVIRONMENT": str(environment), "TMPDIR": str(root / "tmp")}
    log = root / "tmp" / "setup.log"
    run = contained(["sh", str(root / "source" / "setup.sh")], root, variables, log)
    if run.status:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
        raise AutograderError("\n".join([f"setup.sh of the autograder zip ended with status {run.status}:", *lines]))


def borrow(other: Path, environment: Path, tool: Path) -> None:
    """Make an environment with the tool of the zip and, of all else, what another environment has."""
    python = other / "bin" / "python"
    if not python.is_file():
        raise AutograderError(f"{other} is not a virtual environment: it has no bin/python; name one made by setup.sh or venv")
    packages = json.loads(ask(python, SITE_PACKAGES))
    subprocess.run([python, "-I", "-m", "venv", "--without-pip", environment], check=True)
    own = Path(ask(environment / "bin" / "python", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    shutil.copytree(tool, own / "autograder")
    (own / "borrowed.pth").write_text("".join(f"{path}\n" for path in packages), encoding="utf-8")
    for path in (environment, *environment.rglob("*")):  # whatever the caller's umask is
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))


def ask(python: Path, program: str) -> str:
    done = subprocess.run([python, "-I", "-c", program], capture_output=True, text=True, check=False)
    if done.returncode:
        raise AutograderError(f"{python} does not work: {done.stderr.strip()}")
    return done.stdout


# Metadata


def metadata_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise AutograderError(f"{path}: {error.strerror}; give Gradescope's {metadata.FILE}") from error


def metadata_of(assignment: Assignment, occasion: Occasion) -> dict[str, Any]:
    """Return the metadata of a submission as the platform writes them, with what it does not document."""
    created = occasion.created_at or datetime.now().astimezone()
    due = occasion.due or (created + timedelta(days=7)).replace(hour=23, minute=59, second=0, microsecond=0)
    release = min(created, due) - timedelta(days=14)
    dates = {"release_date": stamp(release), "due_date": stamp(due), "late_due_date": stamp(occasion.late_due)}
    points = sum(part.points for part in assignment.parts)
    earlier = [created - timedelta(hours=hours) for hours in range(occasion.previous, 0, -1)]
    return {
        "id": 87184652 + occasion.previous,
        "created_at": stamp(created),
        "assignment": {
            **dates,
            "id": 5301823,
            "course_id": 871290,
            "title": assignment.title,
            "total_points": f"{points:.1f}",
            "group_size": len(occasion.students) if len(occasion.students) > 1 else None,
            "group_submission": len(occasion.students) > 1,
            "outline": [{"id": 40271153, "type": "AutograderQuestion", "title": "Autograder", "weight": f"{points:.1f}"}],
        },
        "submission_method": "upload",
        "users": [
            {
                "id": 3102977 + index,
                "sid": student,
                "name": f"Student {student}",
                "email": f"{student}@example.edu",
                "sections": [],
                "assignment": dates,
            }
            for index, student in enumerate(occasion.students)
        ],
        "previous_submissions": [
            {
                "id": 87184652 + index,
                "assignment_id": None,
                "submission_time": stamp(time),
                "score": 0.0,
                "autograder_error": False,
                # The platform gives the results of the latest one only.
                "results": {"score": 0.0, "tests": []} if index == occasion.previous - 1 else None,
            }
            for index, time in enumerate(earlier)
        ],
    }


def stamp(time: datetime | None) -> str | None:
    """2026-11-12T23:59:00.000000+01:00, as the platform writes it."""
    return time.isoformat(timespec="microseconds") if time else None


def time_of(text: str) -> datetime:
    """Read a time that somebody has typed; without an offset it is one of this machine's time zone.

    Raises:
        ValueError: it is none.
    """
    return datetime.fromisoformat(text).astimezone()


def times(root: Path) -> tuple[datetime | None, tuple[str, ...], int]:
    """Return when it was handed in, the dates that count in words, and 1 if the last of them had passed by then, else 0."""
    try:
        found = metadata.load(root / metadata.FILE)
    except AutograderError:  # which run_autograder tells
        return None, (), 0
    dates = deadline(found)
    words = [f"due {when(dates.due)}" if dates.due else "no due date"]
    words += [f"late due date {when(dates.late_due)}"] if dates.late_due else []
    words += [f"{plural(len(found.previous), 'submission')} before"] if found.previous else []
    last = dates.late_due or dates.due
    passed = last is not None and found.created_at is not None and found.created_at > last
    return found.created_at, tuple(words), int(passed)
