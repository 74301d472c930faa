"""Confinement of a process that runs a student's code: the layers, in the order that works, and which of them are on.

The fork server prepares a Confinement once; each child it forks enters it before any untrusted code runs. Layers that
the machine does not have are left out and reported; a layer that was there when preparing and fails later is an error.
"""

import errno
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any

from autograder.sandbox import kernel
from autograder.sandbox.confine import boxes, probe, steps
from autograder.sandbox.confine.landlock import FileRules
from autograder.sandbox.confine.mounts import keep_access_times
from autograder.sandbox.confine.paths import closed_folder
from autograder.sandbox.confine.seccomp import build_filter, this_machine
from autograder.sandbox.limits import Limits

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

UID_SPAN = 1024  # uids of one fork server; serials beyond start over
PROBE_SERIAL = -1
LINUX_ONLY = (
    *("oom score", "rlimits", "uid", "capabilities", "process limit"),
    *("parent death", "no_new_privs", "landlock", "seccomp", "access times"),
)


class Confinement:
    """What the children of one fork server are confined by. Made by `prepare`.

    Attributes:
        layers: layer name -> {"on": bool, "detail": str}, plain data for the record.
        level: from "A", all of it, to "F", fit for one's own code only. B and E: no Landlock. C and E: the grader's uid.
        uid_base: child `serial` runs as uid and gid `uid_base + serial`; None where it keeps ours.
        process_base: processes that count against a child's limit without being its own.
        late_mb: memory for libraries that a child may load although others share them.
    """

    def __init__(self, boxes: str, limits: Limits) -> None:
        self.boxes = os.path.realpath(boxes)
        self.limits = limits
        self.layers: dict[str, dict[str, Any]] = {}
        self.uid_base: int | None = None
        self.claim: socket.socket | None = None  # of the uids, as long as it is open
        self.process_base = 0
        self.late_mb = 0
        self.file_rules: FileRules | None = None
        self.machine = this_machine()
        self.filter_program = build_filter(self.machine, shared_uid=True, own_pid=None) if self.machine else b""
        self.server_pid = os.getpid()
        self.changed_signals = steps.changed_signals()

    @classmethod
    def prepare(
        cls, *, readable: list[str], hidden: list[str], boxes: str, limits: Limits, withheld: Sequence[str] = ()
    ) -> "Confinement":
        """Set up this process, a fork server with a single thread, and find out which layers work.

        Args:
            readable: files and folders that children may read and run; see `paths.default_readable`.
            hidden: nothing in these is readable by Landlock's rules, wherever they lie.
            withheld: the same for files of libraries, which can be imported all the same.
            boxes: the folder in which each child gets its own to write in; created if missing.

        Raises:
            OSError: the boxes cannot be made, or not be reached by the children's uids; the message names the folder.
        """
        self = cls(boxes, limits)
        if not os.path.isdir(self.boxes):
            os.makedirs(self.boxes)
            os.chmod(self.boxes, 0o711)  # noqa: S103  children of any uid pass through, and none lists the boxes
        if not kernel.LINUX:
            for layer in LINUX_ONLY:
                self.note(layer, f"needs Linux, this is {sys.platform}")
            return self
        self.choose_uids()
        self.join_namespaces()
        self.note("access times", error_of(keep_access_times))
        self.protect_server()
        try:
            self.file_rules = FileRules(readable, hidden, self.boxes, withheld)
        except OSError as error:
            self.note("landlock", probe.failure(error))
        self.try_layers()
        return self

    @property
    def level(self) -> str:
        """One letter for what the layers together hold back."""
        if not self.is_on("seccomp") or not self.is_on("rlimits"):
            return "F"
        if self.is_on("landlock"):
            apart = self.is_on("uid") or self.is_on("user namespace")
            return "A" if apart and self.is_on("process limit") else "C"
        return "B" if self.is_on("uid") else "E"

    @property
    def memory_mb(self) -> int:
        """What a child may take on top of what it shares."""
        return self.limits.memory_mb + self.late_mb

    @property
    def shares_uid(self) -> bool:
        """Whether children have the grader's uid."""
        return self.uid_base is None

    def make_box(self, serial: int) -> str:
        """Create the folder in which child `serial` may write and return its path.

        Raises:
            OSError: a box of this serial is still there, or it cannot be created or given away.
        """
        path = self.box_of(serial)
        boxes.make(path, self.uid_of(serial))
        return path

    def remove_box(self, serial: int) -> bool:
        """Delete the box of a child that has ended, whatever it holds; True if it is gone. Never raises."""
        return boxes.remove(self.box_of(serial))

    def enter(self, serial: int, box: str, keep_fds: int, cpu_seconds: float | None = None) -> None:
        """Confine this process, a fresh child of the fork server with a single thread, for good.

        Args:
            serial: the number that its box was made with.
            box: becomes the current, home and temporary folder.
            keep_fds: descriptors below this stay open, all others are closed.
            cpu_seconds: processor time that it may need; None: as much as a test.

        Raises:
            OSError: a layer that worked when preparing failed; the message names the layer.
        """
        for layer, step in self.steps_for(serial, box, keep_fds, cpu_seconds):
            if layer in self.layers and not self.is_on(layer):
                continue
            try:
                step()
            except OSError as error:
                raise OSError(error.errno, f"confinement, {layer}: {error.strerror or error}") from error

    # Preparing

    def note(self, layer: str, problem: str, detail: str = "") -> None:
        self.layers[layer] = {"on": not problem, "detail": problem or detail}

    def is_on(self, layer: str) -> bool:
        return bool(self.layers.get(layer, {}).get("on"))

    def choose_uids(self) -> None:
        if os.geteuid() != 0:
            self.note("uid", "not root: children keep the uid of the grader")
            return
        if missing := probe.missing_capabilities():
            self.note("uid", f"root without {missing}: children keep the uid of the grader")
            return
        try:
            base, self.claim = probe.claim_uids(UID_SPAN)
            closed = closed_folder(self.box_of(0), base)
            error = probe.report_of_child(lambda: error_of(lambda: steps.become(base)))
        except OSError as problem:
            error, closed = probe.failure(problem), None
        if closed and not error:
            raise PermissionError(errno.EACCES, f"{closed} must be open to other users (chmod o+x): boxes lie below", closed)
        self.note("uid", error, "" if error else f"{base} + serial")
        self.uid_base = None if error else base
        if self.machine:
            self.filter_program = build_filter(self.machine, self.shares_uid, own_pid=None)

    def join_namespaces(self) -> None:
        if not self.shares_uid:
            found = probe.join_namespaces()
            self.note("user namespace", "not needed: children have uids of their own")
        else:
            alone = False
            count = self.processes_of_others()
            try:
                user = probe.report_of_child(probe.try_user_namespace)
                if not user["error"]:
                    probe.join_user_namespace()
                    alone = user["own_count"]
            except OSError as error:
                user = {"error": probe.failure(error)}
            self.note("user namespace", user["error"], "uid and gid mapped to themselves")
            found = probe.join_namespaces()
            self.process_base = 1 if alone else count  # 1: the fork server
        for name, problem in found.items():
            self.note(f"{name} namespace", problem)

    def processes_of_others(self) -> int:
        """Processes of our user, as the kernel counts them: not all need be in sight."""
        seen = probe.processes_of(os.getuid())
        try:
            return int(probe.report_of_child(lambda: probe.processes_counted(seen)))
        except OSError:
            return seen

    def protect_server(self) -> None:
        for layer, step in (
            ("subreaper", kernel.become_subreaper),
            ("not dumpable", lambda: kernel.set_dumpable(False)),
        ):
            self.note(layer, error_of(step))

    def try_layers(self) -> None:
        self.remove_box(PROBE_SERIAL)
        box = self.make_box(PROBE_SERIAL)

        def work() -> dict[str, str]:
            errors = {
                layer: error_of(step)
                for layer, step in self.steps_for(PROBE_SERIAL, box, probe.REPORT_DESCRIPTOR + 1, None)
                if layer not in self.layers or self.is_on(layer)
            }
            if not errors["process limit"] and not probe.process_limit_holds():
                errors["process limit"] = "the kernel does not enforce it for this user"
            return errors

        try:
            for layer, error in probe.report_of_child(work).items():
                self.note(layer, error, self.layers.get(layer, {}).get("detail", ""))
        finally:
            self.remove_box(PROBE_SERIAL)
        if self.is_on("landlock") and self.file_rules:
            self.layers["landlock"]["detail"] = f"ABI {self.file_rules.abi}, {self.file_rules.count} shared rules"
        self.note("signal scope", "" if self.signals_are_scoped() else "Landlock has none here")

    def signals_are_scoped(self) -> bool:
        landlock_failed = "landlock" in self.layers and not self.is_on("landlock")
        return self.file_rules is not None and bool(self.file_rules.scopes & kernel.SCOPE_SIGNAL) and not landlock_failed

    # In the child

    def box_of(self, serial: int) -> str:
        return os.path.join(self.boxes, str(serial))

    def uid_of(self, serial: int) -> int | None:
        if self.uid_base is None:
            return None
        return self.uid_base + (serial if serial < 0 else serial % UID_SPAN)

    def steps_for(
        self, serial: int, box: str, keep_fds: int, cpu_seconds: float | None
    ) -> list[tuple[str, Callable[[], None]]]:
        """The layers in their order; the wrong order fails silently, so each place has its reason."""
        return [
            ("session", os.setsid),  # one process group, which killpg ends; leaving it is forbidden below
            ("descriptors", lambda: self.close_descriptors(keep_fds)),
            ("signals", lambda: steps.reset_signals(self.changed_signals)),
            ("box", lambda: steps.move_to(box)),  # while the folders above it are still open to us
            ("oom score", steps.die_first),  # needs our own uid
            ("rlimits", lambda: self.limit_resources(cpu_seconds)),  # any uid can lower hard limits, only root can raise them
            ("uid", lambda: steps.become(self.uid_of(serial))),
            ("capabilities", lambda: kernel.drop_capabilities(self.machine.capset if self.machine else None)),
            ("process limit", self.limit_processes),  # counts by uid, and not at all for root
            ("parent death", self.end_with_server),  # a change of uid clears it
            ("no_new_privs", kernel.set_no_new_privileges),
            ("landlock", self.confine_files),
            ("last descriptors", lambda: kernel.close_descriptors(keep_fds)),
            ("seccomp", self.filter_calls),  # last: it forbids some of the calls above
        ]

    def close_descriptors(self, keep: int) -> None:
        ours = self.file_rules.descriptors if self.file_rules else []  # Landlock's rules still need them
        kernel.close_descriptors(keep, min(ours, default=0xFFFFFFFF + 1) - 1)
        if ours:
            kernel.close_descriptors(max(ours) + 1)

    def limit_resources(self, cpu_seconds: float | None) -> None:
        steps.limit_resources(self.limits, self.memory_mb, cpu_seconds or self.limits.test_seconds)

    def limit_processes(self) -> None:
        count = self.process_base + self.limits.processes
        steps.lower_limit(resource.RLIMIT_NPROC, count, count)

    def end_with_server(self) -> None:
        kernel.set_parent_death_signal(signal.SIGKILL)
        if os.getppid() != self.server_pid:  # it ended before the line above
            raise ProcessLookupError(errno.ESRCH, "the fork server has ended")

    def confine_files(self) -> None:
        assert self.file_rules is not None
        self.file_rules.enforce()

    def filter_calls(self) -> None:
        if self.machine is None:
            raise OSError(errno.ENOSYS, f"no table of system calls for {os.uname().machine}")
        if self.shares_uid and not self.signals_are_scoped():
            self.filter_program = build_filter(self.machine, True, own_pid=os.getpid())
        kernel.install_filter(self.filter_program)


def error_of(step: Callable[[], Any]) -> str:
    """Run a step; an empty text, or why it failed."""
    try:
        step()
    except OSError as error:
        return probe.failure(error)
    return ""
