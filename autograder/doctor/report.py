"""Report which layers protect the grading on this machine, which are missing, and what to do about it.

The report is not a guess: it starts the sandbox as for a grading, with its self-test, and ends it again.
"""

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from autograder.assignment import Assignment
from autograder.doctor import machine
from autograder.doctor.machine import Finding
from autograder.errors import AutograderError
from autograder.grading.acceptance import require_level, start_sandbox
from autograder.results.terminal import PLAIN_WIDTH
from autograder.sandbox.client import Sandbox, SandboxError
from autograder.sandbox.limits import Limits
from autograder.text import clean

MARKS = {"on": ("✓", "green"), "off": ("✗", "red"), "aside": ("–", "dim")}
LEVELS = {
    "A": "a submission reaches neither the tests, nor other processes, nor the network",
    "B": "like A, but only by users and file modes: without Landlock, a submission can read what everybody can read",
    "C": "like A, but submissions run as the grader's user and count against its number of processes",
    "E": "a submission could read the tests",
    "F": "a submission could do whatever you can",
}
PURPOSES = {
    "uid": "a separate user for each test, which does not own the grader's files and processes",
    "user namespace": "replaces separate users if the grader is not root",
    "net namespace": "a separate network without other machines",
    "ipc namespace": "no shared memory or message queues of others",
    "uts namespace": "a host name of its own",
    "access times": "no test can see which files another one has read",
    "subreaper": "what a test leaves running is found and ended",
    "not dumpable": "no process of the same user can read the memory of the fork server",
    "session": "one signal ends a test with all that it has started",
    "descriptors": "no file of the grader is open in a test",
    "signals": "signals work as in a fresh Python",
    "box": "one folder to write in, removed after the test",
    "oom score": "when memory runs out, the test ends before the grader does",
    "rlimits": "limits on memory, processor time, sizes and numbers of files",
    "capabilities": "no rights of root are left",
    "process limit": "a fork bomb ends with its test",
    "parent death": "tests end when the fork server does",
    "no_new_privs": "sudo and the like give no rights",
    "landlock": "of all files, only the interpreter, libraries and the submission can be read",
    "last descriptors": "closes the descriptors that the layers needed",
    "seccomp": "no network, no tracing of processes, no memory that is not counted",
    "signal scope": "signals reach only the test's own processes",
}
ADVICE = {
    "uid": "grade as root: with sudo, or in a container; in a rootless one give it a range of users (/etc/subuid), and "
    "where root lacks capabilities, those that are named here (docker run --cap-add)",
    "user namespace": "grade as root, or let users have namespaces: sysctl kernel.apparmor_restrict_unprivileged_userns=0 on "
    "Ubuntu from 23.10, kernel.unprivileged_userns_clone=1 on older Debian, user.max_user_namespaces above 0 elsewhere; "
    "Docker's default has none, be root there",
    "rlimits": "raise the hard limits of this shell (ulimit -H -a), or lower [limits] in assignment.toml",
    "process limit": "give tests users of their own: root, or a rootless container with a range of users (/etc/subuid)",
    "landlock": "Linux 5.13 or newer, with landlock in /sys/kernel/security/lsm (else boot with lsm=landlock,...); Docker "
    "20.10.18 or newer, or docker run --security-opt seccomp=PROFILE with one that lets it through; gVisor has none",
    "seccomp": "a 64-bit Linux on x86-64 or ARM, built with CONFIG_SECCOMP_FILTER",
    "oom score": "let /proc be writable",
}
UNUSUAL = "this works on every Linux from 5.13 on; the text beside it is the kernel's message"
NARROW = 80  # columns below which a table has no room for two columns of sentences
# Bonus layers: where they are missing, seccomp and users or Landlock hold back the same, or little is lost.
BONUS = ("net namespace", "ipc namespace", "uts namespace", "signal scope", "oom score", "access times")


@dataclass(frozen=True)
class Report:
    """What was found.

    Attributes:
        level: of the sandbox, "A" to "F".
        refusal: why `grade --sandbox auto` would refuse to run untrusted code; empty where it would not.
        layers: of the sandbox, and its self-test.
        surroundings: Python, packages, memory and the like.
    """

    level: str
    refusal: str
    layers: tuple[Finding, ...]
    surroundings: tuple[Finding, ...]

    @property
    def status(self) -> int:
        """Exit status of the command: 0 if submissions can be graded here."""
        return 1 if self.refusal else 0


def examine(assignment: Assignment | None = None) -> Report:
    """Look at this machine.

    Args:
        assignment: whose tests must be out of reach, with its limits and libraries; without one, the defaults.
    """
    surroundings = list(machine.look(assignment))
    if sys.platform != "linux":
        why = (
            f"the sandbox needs Linux, and this is {machine.system()}. Here, use grade --sandbox off, only for code that you "
            "trust; grade other people's code in a container or a virtual machine with Linux"
        )
        return Report("F", why, (), tuple(surroundings))
    try:
        found = sandbox_report(assignment)
    except (SandboxError, AutograderError, OSError) as error:
        return Report("F", f"the sandbox does not start: {error}", (), tuple(surroundings))
    return Report(
        found["level"],
        refusal(found),
        (*layers(found["layers"]), *self_test(found["canary"])),
        (*surroundings, *of_sandbox(found)),
    )


def sandbox_report(assignment: Assignment | None) -> dict[str, Any]:
    """What the fork server says of itself, as `Sandbox.report` returns it."""
    sandbox = start_sandbox(assignment, [], None) if assignment else Sandbox(Limits())
    try:
        return sandbox.report()
    finally:
        sandbox.close()


def refusal(found: dict[str, Any]) -> str:
    try:
        require_level(found, "auto")
    except AutograderError as error:
        return str(error)
    return ""


def layers(found: dict[str, dict[str, Any]]) -> Iterator[Finding]:
    """A finding for each layer of the sandbox, in the order in which they are put on."""

    def on(name: str) -> bool:
        return bool(found.get(name, {}).get("on"))

    stands_in = {"uid": on("user namespace"), "user namespace": on("uid"), **dict.fromkeys(BONUS, on("seccomp"))}
    for name, layer in found.items():
        state: Literal["on", "off", "aside"] = "on" if layer["on"] else "aside" if stands_in.get(name) else "off"
        advice = ADVICE.get(name, UNUSUAL) if state == "off" else ""
        yield Finding(name, state, layer["detail"], PURPOSES.get(name, ""), advice)


def self_test(canary: dict[str, Any]) -> Iterator[Finding]:
    """What a test tried to do that none may."""
    probes, failures = canary["probes"], canary["failures"]
    purpose = "before each grading, a process tries what no submission may do"
    if failures:
        secrets = [name for name in failures if name.startswith("read secret")]
        advice = (
            "chmod -R go-rwx what it could read" if secrets == failures else "do not grade other people's code on this machine"
        )
        yield Finding("self-test", "off", f"not stopped: {', '.join(failures)}", purpose, advice)
    else:
        yield Finding("self-test", "on", f"{len(probes)} attempts had the expected result", purpose)
    open_ones = [name for name, outcome in probes.items() if outcome.startswith("NOT") and name not in failures]
    if open_ones:
        yield Finding("not held back", "aside", ", ".join(open_ones), "what this level does not promise")


def of_sandbox(found: dict[str, Any]) -> Iterator[Finding]:
    """What only the running sandbox knows of its surroundings."""
    purpose = "the users that run submissions must be able to read Python and its packages"
    if found["unreachable"]:
        detail = f"closed: {found['unreachable']}"
        if found["private_folders"]:
            detail += f"; opening it to them alone failed: {found['private_folders']}"
        advice = "make the environment with /usr/bin/python3 outside of home directories, or chmod o+x the folders above it"
        yield Finding("folders", "off", detail, purpose, advice)
    else:
        yield Finding("folders", "on", "all can be reached", purpose)
    for problem in found["not_preloaded"]:
        module = problem.partition(":")[0]
        yield Finding("preload", "off", problem, "loaded once, not in each test", f"pip install the package with {module}")


def document_of(report: Report) -> dict[str, Any]:
    """The report as JSON has it."""
    return {
        "level": report.level,
        "graded_here": not report.refusal,
        "refusal": report.refusal,
        "sandbox": [asdict(finding) for finding in report.layers],
        "machine": [asdict(finding) for finding in report.surroundings],
    }


def show(report: Report, console: Console) -> None:
    """Print the tables and the verdict."""
    if not console.is_terminal:
        console.width = max(console.width, PLAIN_WIDTH)
    for title, findings in (("Sandbox", report.layers), ("Machine", report.surroundings)):
        if findings:
            console.print(table(title, findings, narrow=console.width < NARROW))
            console.print()
    level = f"Level {report.level}: {LEVELS[report.level]}."
    console.print(Text(level, style="bold"), highlight=False)
    if report.refusal:
        console.print(Text(f"Submissions would not be graded here: {clean(report.refusal)}.", style="red"), highlight=False)
    else:
        strict = "" if report.level == "A" else "; --sandbox strict, which requires level A, would refuse"
        console.print(Text(f"Submissions are graded here{strict}."), highlight=False)


def table(title: str, findings: tuple[Finding, ...], narrow: bool = False) -> Table:
    """A row for each: mark, name, what it is for, what was found and what to do about it; the last two together if narrow."""
    result = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    last: tuple[tuple[str, int | None], ...] = (("what for", 1), ("here", 1))
    for heading, ratio in (("", None), ("", None), *([("", 1)] if narrow else last)):
        result.add_column(heading, ratio=ratio, overflow="fold", no_wrap=ratio is None)
    for finding in findings:
        here = Text(clean(finding.detail), style="dim" if finding.state != "off" else "")
        if finding.advice:
            here.append(f"\n→ {clean(finding.advice)}" if finding.detail else f"→ {clean(finding.advice)}", style="yellow")
        told = [Text("\n").join(filter(None, (Text(finding.purpose), here)))] if narrow else [Text(finding.purpose), here]
        result.add_row(Text(*MARKS[finding.state]), Text(finding.name), *told)
    return result
