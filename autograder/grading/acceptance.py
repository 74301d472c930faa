"""Whether a submission may be graded here: the limits of this process, the layers of the sandbox, its self-test."""

import os
import sys
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from autograder.assignment import Assignment
from autograder.errors import AutograderError
from autograder.grading.inside.loading import modules_for_inside
from autograder.patterns import expression
from autograder.sandbox.client import Launched, Sandbox, SandboxError, start_program
from autograder.sandbox.ladder import Ladder, rungs
from autograder.sandbox.limits import Limits

SandboxMode = Literal["strict", "auto", "off"]
LEVELS = {"strict": "A", "auto": "ABC"}
ANSWERS = ("mistakes", "solutions")  # folders of an assignment that give its reference away
SERVER_FILES = 128  # that the fork server may have open; the rules for a submission's files are among them


def require_limits(limits: Limits) -> None:
    """Refuse to grade where this process may use less than is promised to a test.

    The processes of a submission inherit its limits, and right ones would fail.
    """
    try:
        import resource
    except ImportError:  # Windows, which has no such limits
        return
    promised = [
        ("NOFILE", "n", max(limits.open_files, SERVER_FILES), 1, "open files", "open_files"),
        ("AS", "v", limits.memory_mb, 1 << 20, "MB of memory", "memory_mb"),
        ("DATA", "d", limits.memory_mb, 1 << 20, "MB of memory", "memory_mb"),
        ("FSIZE", "f", limits.file_mb, 1 << 20, "MB in a file", "file_mb"),
    ]
    if os.geteuid() != 0:
        promised.append(("NPROC", "u", limits.processes, 1, "processes", "processes"))
    for name, option, wanted, unit, what, key in promised:
        allowed, _ = resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))
        if allowed != resource.RLIM_INFINITY and allowed < wanted * unit:
            raise AutograderError(
                f"a test is promised {wanted} {what}, and the limit of this process is {allowed // unit}: raise it (ulimit "
                f"-{option}), or lower {key} in the [limits] of assignment.toml"
            )


def start_sandbox(
    assignment: Assignment, readable: Sequence[Path], launched: Launched | None, scratch: Path | None = None
) -> Ladder:
    """Start the sandbox for an assignment; its servers get ready while this process goes on.

    Args:
        readable: folders that a submission may read; the first one is to hold its files.
        launched: servers that run already, one for each of the assignment's rungs or one for all; None to start a program.
        scratch: a folder that they delete should this process be killed.
    """
    packages = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *filter(os.path.isabs, sys.path)]
    secrets = {suite.name: str(suite.path) for suite in assignment.suites}
    if assignment.reference:
        secrets["the reference"] = str(assignment.folder / assignment.reference)
    found = [(name, assignment.folder / name) for name in ANSWERS]
    twins = [twin for part in assignment.parts for twin in part.twins.items()]
    found += [(f"the twin of {name}", assignment.folder / place) for name, place in twins]
    secrets |= {name: str(path) for name, path in found if path.exists()}
    if assignment.variants:
        secrets["the secret of the variants"] = str(assignment.folder / assignment.variant_secret)
    whole = [*assignment.sandbox.preload, *modules_for_inside(assignment)]
    launched = launched or start_program()
    steps = [*rungs(assignment.sandbox.preload)[:-1], whole] if len(launched) > 1 else [whole]
    common: dict[str, Any] = {
        "readable": [str(folder) for folder in readable],
        "hidden": [*secrets.values()],
        "withheld": [
            path
            for folder in packages
            for path in (os.path.join(folder, name) for name in assignment.sandbox.hidden)
            if os.path.exists(path)
        ],
        "restrictions": restrictions_in(readable[0], assignment) if readable else None,
        "secrets": secrets,
    }
    made: list[Sandbox] = []
    try:
        for number, (server, modules) in enumerate(zip(launched, steps, strict=True)):
            late = [module for module in whole if module not in modules]
            own = str(scratch) if scratch and number == 0 else None
            place = (number, len(steps))
            made.append(Sandbox(assignment.limits, modules, **common, scratch=own, server=server, late=late, rung=place))
    except BaseException:
        for sandbox in made:
            sandbox.close()
        raise
    return Ladder(made)


def restrictions_in(stage: Path, assignment: Assignment) -> dict[str, Any] | None:
    """Return the restrictions that are enforced, as the sandbox takes them; None where there are none."""
    rules = [
        {
            "files": [expression(pattern).pattern for pattern in restriction.files],
            "libraries": None if restriction.libraries is None else list(restriction.libraries),
            "forbidden": list(restriction.forbidden),
        }
        for restriction in assignment.restrictions
        if restriction.enforce
    ]
    return {"stage": str(stage), "rules": rules, "support": list(assignment.support)} if rules else None


def report_of(sandbox: Ladder) -> dict[str, Any]:
    """Return what the sandbox reports about its layers and its self-test; wait until it is ready."""
    try:
        return sandbox.report()
    except SandboxError as error:
        raise AutograderError(f"the sandbox could not be started: {error}") from error


def require_level(report: dict[str, Any], mode: SandboxMode) -> None:
    """Refuse to grade behind a sandbox that is too weak, or that does not do what it says."""
    if report["level"] not in LEVELS[mode]:
        missing = ", ".join(name for name, layer in report["layers"].items() if not layer["on"])
        raise AutograderError(
            f"the sandbox reaches level {report['level']} here and --sandbox {mode} asks for "
            f"{' or '.join(LEVELS[mode])} (missing: {missing}). Grade as root, in a container with Docker 20.10.18 or newer, "
            "or on Linux 5.13 or newer; --sandbox off runs code that you trust"
        )
    if report["unreachable"]:
        raise AutograderError(
            f"the user that runs submissions cannot enter {report['unreachable']}, where Python or its packages lie; "
            "install them where everybody may read (make the environment with /usr/bin/python3, outside of a home directory)"
            f"{'; showing it to that user alone failed: ' + report['private_folders'] if report['private_folders'] else ''}"
        )
    probes = report["canary"]["probes"]
    exposed = [name for name, outcome in probes.items() if name.startswith("read secret") and outcome.startswith("NOT")]
    if exposed:
        raise AutograderError(
            f"a submission could read the tests here (self-test: {', '.join(exposed)}): this kernel has no Landlock, so their "
            "modes must hide them; chmod -R go-rwx these folders"
        )
    failures = report["canary"]["failures"]
    if failures and all(failure.startswith(("allowed: ", "canary: ")) for failure in failures):
        raise AutograderError(
            f"the sandbox's self-test could not do what submissions may ({', '.join(failures)}): see to room in the temporary "
            "folder, which TMPDIR names, and to the limits of this process (ulimit -a); no untrusted code was run"
        )
    if failures:
        raise AutograderError(f"the sandbox's self-test was not stopped at: {', '.join(failures)}; no untrusted code was run")
