"""Confinement of a process that runs a student's code: the layers, in the order that works, and which of them are on.

The fork server prepares a Confinement once; each child it forks enters it before any untrusted code runs. Layers that
the machine does not have are left out and reported; a layer that was there when preparing and fails later is an error.
"""

import errno
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from autograder.sandbox import kernel
from autograder.sandbox.confine import boxes, probe, steps
from autograder.sandbox.confine.files import FileRules, closed_folder, default_readable, unreachable
from autograder.sandbox.confine.seccomp import build_filter, this_machine
from autograder.sandbox.limits import Limits

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

__all__ = ["Confinement", "default_readable", "unreachable"]

_UID_SPAN = 4096  # uids of one fork server; serials beyond start over
_PROBE_SERIAL = -1
_LINUX_ONLY = (
    *("oom score", "rlimits", "uid", "capabilities", "process limit"),
    *("parent death", "no_new_privs", "landlock", "seccomp"),
)


class Confinement:
    """What the children of one fork server are confined by. Made by `prepare`.

    Attributes:
        layers: layer name -> {"on": bool, "detail": str}, plain data for the record.
        level: "A" (all) to "F" (fit for one's own code only). C and E: the uid is the grader's; B and E: no Landlock.
        uid_base: child `serial` runs as uid and gid `uid_base + serial`; None where it keeps ours.
        process_base: processes that count against a child's limit without being its own.
    """

    def __init__(self, boxes: str, limits: Limits):
        self.boxes = os.path.realpath(boxes)
        self.limits = limits
        self.layers: dict[str, dict[str, Any]] = {}
        self.uid_base: int | None = None
        self.process_base = 0
        self._files: FileRules | None = None
        self._machine = this_machine()
        self._filter = build_filter(self._machine, shared_uid=True, own_pid=None) if self._machine else b""
        self._server = os.getpid()

    @classmethod
    def prepare(cls, *, readable: list[str], hidden: list[str], boxes: str, limits: Limits) -> "Confinement":
        """Set up this process, a fork server with a single thread, and find out which layers work.

        Args:
            readable: files and folders that children may read and run; see default_readable.
            hidden: nothing in these is readable by Landlock's rules, wherever they lie.
            boxes: the folder in which each child gets its own to write in; created if missing.

        Raises:
            OSError: the boxes cannot be made, or not be reached by the children's uids; the message names the folder.
        """
        self = cls(boxes, limits)
        if not os.path.isdir(self.boxes):
            os.makedirs(self.boxes)
            os.chmod(self.boxes, 0o711)  # noqa: S103 - children of any uid pass through, and none lists the boxes
        if not kernel.LINUX:
            for layer in _LINUX_ONLY:
                self._note(layer, f"needs Linux, this is {sys.platform}")
            return self
        self._choose_uids()
        self._join_namespaces()
        self._protect_server()
        try:
            self._files = FileRules(readable, [*hidden, self.boxes])
        except OSError as error:
            self._note("landlock", probe.failure(error))
        self._try_layers()
        return self

    @property
    def level(self) -> str:
        """One letter for what the layers together hold back; D, a private root folder, is not built here."""
        if not self._on("seccomp") or not self._on("rlimits"):
            return "F"
        if self._on("landlock"):
            apart = self._on("uid") or self._on("user namespace")
            return "A" if apart and self._on("process limit") else "C"
        return "B" if self._on("uid") else "E"

    @property
    def shares_uid(self) -> bool:
        """Whether children have the grader's uid."""
        return self.uid_base is None

    def make_box(self, serial: int) -> str:
        """Create the folder in which child `serial` may write and return its path.

        Raises:
            OSError: a box of this serial is still there, or it cannot be created or given away.
        """
        path = self._box(serial)
        boxes.make(path, self._uid(serial))
        return path

    def remove_box(self, serial: int) -> bool:
        """Delete the box of a child that has ended, whatever it holds; True if it is gone. Never raises."""
        return boxes.remove(self._box(serial))

    def enter(self, serial: int, box: str, keep_fds: int) -> None:
        """Confine this process, a fresh child of the fork server with a single thread, for good.

        Args:
            serial: the number that its box was made with.
            box: becomes the current, home and temporary folder.
            keep_fds: descriptors below this stay open, all others are closed.

        Raises:
            OSError: a layer that worked when preparing failed; the message names the layer.
        """
        for layer, step in self._steps(serial, box, keep_fds):
            if layer in self.layers and not self._on(layer):
                continue
            try:
                step()
            except OSError as error:
                raise OSError(error.errno, f"confinement, {layer}: {error.strerror or error}") from error

    # Preparing

    def _note(self, layer: str, problem: str, detail: str = "") -> None:
        self.layers[layer] = {"on": not problem, "detail": problem or detail}

    def _on(self, layer: str) -> bool:
        return bool(self.layers.get(layer, {}).get("on"))

    def _choose_uids(self) -> None:
        if os.geteuid() != 0:
            self._note("uid", "not root: children keep the uid of the grader")
            return
        if missing := probe.missing_capabilities():
            self._note("uid", f"root without {missing}: children keep the uid of the grader")
            return
        try:
            base = probe.first_uid(_UID_SPAN)
            closed = closed_folder(self._box(0), base)
            error = probe.report_of_child(lambda: _error_of(lambda: steps.become(base)))
        except OSError as problem:
            error, closed = probe.failure(problem), None
        if closed and not error:
            raise PermissionError(errno.EACCES, f"{closed} must be open to other users (chmod o+x): boxes lie below", closed)
        self._note("uid", error, "" if error else f"{base} + serial")
        self.uid_base = None if error else base
        if self._machine:
            self._filter = build_filter(self._machine, self.shares_uid, own_pid=None)

    def _join_namespaces(self) -> None:
        if not self.shares_uid:
            found = probe.join_namespaces()
            self._note("user namespace", "not needed: children have uids of their own")
        else:
            alone = False
            count = self._processes_of_others()
            try:
                user = probe.report_of_child(probe.try_user_namespace)
                if not user["error"]:
                    probe.join_user_namespace()
                    alone = user["own_count"]
            except OSError as error:
                user = {"error": probe.failure(error)}
            self._note("user namespace", user["error"], "uid and gid mapped to themselves")
            found = probe.join_namespaces()
            self.process_base = 1 if alone else count  # 1: the fork server
        for name, problem in found.items():
            self._note(f"{name} namespace", problem)

    def _processes_of_others(self) -> int:
        """Processes of our user, as the kernel counts them: not all need be in sight."""
        seen = probe.processes_of(os.getuid())
        try:
            return int(probe.report_of_child(lambda: probe.processes_counted(seen)))
        except OSError:
            return seen

    def _protect_server(self) -> None:
        for layer, step in (
            ("subreaper", kernel.become_subreaper),
            ("not dumpable", lambda: kernel.set_dumpable(False)),
        ):
            self._note(layer, _error_of(step))

    def _try_layers(self) -> None:
        self.remove_box(_PROBE_SERIAL)
        box = self.make_box(_PROBE_SERIAL)

        def work() -> dict[str, str]:
            errors = {
                layer: _error_of(step)
                for layer, step in self._steps(_PROBE_SERIAL, box, probe.REPORT_DESCRIPTOR + 1)
                if layer not in self.layers or self._on(layer)
            }
            if not errors["process limit"] and not probe.process_limit_holds():
                errors["process limit"] = "the kernel does not enforce it for this user"
            return errors

        try:
            for layer, error in probe.report_of_child(work).items():
                self._note(layer, error, self.layers.get(layer, {}).get("detail", ""))
        finally:
            self.remove_box(_PROBE_SERIAL)
        if self._on("landlock") and self._files:
            self.layers["landlock"]["detail"] = f"ABI {self._files.abi}, {len(self._files.descriptors)} shared rules"
        self._note("signal scope", "" if self._signals_are_scoped() else "Landlock has none here")

    def _signals_are_scoped(self) -> bool:
        landlock_failed = "landlock" in self.layers and not self._on("landlock")
        return self._files is not None and bool(self._files.scopes & kernel.SCOPE_SIGNAL) and not landlock_failed

    # In the child

    def _box(self, serial: int) -> str:
        return os.path.join(self.boxes, str(serial))

    def _uid(self, serial: int) -> int | None:
        if self.uid_base is None:
            return None
        return self.uid_base + (serial if serial < 0 else serial % _UID_SPAN)

    def _steps(self, serial: int, box: str, keep_fds: int) -> list[tuple[str, Callable[[], None]]]:
        """The layers in their order; the wrong order fails silently, so each place has its reason."""
        return [
            ("session", os.setsid),  # one process group, which killpg ends; leaving it is forbidden below
            ("descriptors", lambda: self._close_descriptors(keep_fds)),
            ("signals", steps.reset_signals),
            ("box", lambda: steps.move_to(box)),  # while the folders above it are still open to us
            ("oom score", steps.die_first),  # needs our own uid
            ("rlimits", self._limit_resources),  # hard limits can be lowered as any uid, but raised only as root
            ("uid", lambda: steps.become(self._uid(serial))),
            ("capabilities", lambda: kernel.drop_capabilities(self._machine.capset if self._machine else None)),
            ("process limit", self._limit_processes),  # counts by uid, and not at all for root
            ("parent death", self._end_with_server),  # a change of uid clears it
            ("no_new_privs", kernel.set_no_new_privileges),
            ("landlock", self._confine_files),
            ("last descriptors", lambda: kernel.close_descriptors(keep_fds)),
            ("seccomp", self._filter_calls),  # last: it forbids some of the calls above
        ]

    def _close_descriptors(self, keep: int) -> None:
        ours = self._files.descriptors if self._files else []  # Landlock's rules still need them
        kernel.close_descriptors(keep, min(ours, default=0xFFFFFFFF + 1) - 1)
        if ours:
            kernel.close_descriptors(max(ours) + 1)

    def _limit_resources(self) -> None:
        steps.limit_resources(self.limits)

    def _limit_processes(self) -> None:
        count = self.process_base + self.limits.processes
        steps.lower_limit(resource.RLIMIT_NPROC, count, count)

    def _end_with_server(self) -> None:
        kernel.set_parent_death_signal(signal.SIGKILL)
        if os.getppid() != self._server:  # it ended before the line above
            raise ProcessLookupError(errno.ESRCH, "the fork server has ended")

    def _confine_files(self) -> None:
        assert self._files is not None
        self._files.enforce()

    def _filter_calls(self) -> None:
        if self._machine is None:
            raise OSError(errno.ENOSYS, f"no table of system calls for {os.uname().machine}")
        if self.shares_uid and not self._signals_are_scoped():
            self._filter = build_filter(self._machine, True, own_pid=os.getpid())
        kernel.install_filter(self._filter)


def _error_of(step: Callable[[], Any]) -> str:
    """Run a step; an empty text, or why it failed."""
    try:
        step()
    except OSError as error:
        return probe.failure(error)
    return ""
