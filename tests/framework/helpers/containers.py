"""Containers for tests: surroundings that a grader meets, made by runc from a bundle, without a daemon or an image.

The root folder shows this machine's programs and libraries, the environment of Python, and what a test asks for, read-only
and in their places, and nothing else of it. Capabilities, system calls, namespaces and hidden paths are those of `docker run`
without options; an Environment says what differs. The profile of system calls is Docker's own. Debian and Ubuntu have it in
a package of sources, of which nothing else is needed (the path is PROFILE, below):

    apt-get download golang-github-docker-docker-dev
    dpkg-deb --fsys-tarfile golang-github-docker-docker-dev_*.deb | tar -x -C / ./usr/share/gocode/...
"""

import errno
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from places import ROOT

from autograder.sandbox.confine.paths import unreachable

PROFILE = Path("/usr/share/gocode/src/github.com/docker/docker/profiles/seccomp/default.json")
CAPABILITIES = (
    *("CAP_AUDIT_WRITE", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_FSETID", "CAP_KILL", "CAP_MKNOD"),
    *("CAP_NET_BIND_SERVICE", "CAP_NET_RAW", "CAP_SETFCAP", "CAP_SETGID", "CAP_SETPCAP", "CAP_SETUID", "CAP_SYS_CHROOT"),
)
LANDLOCK = ("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self")
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}  # the kernel's names and those of the profile
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
SETTINGS = ("ld.so.cache", "alternatives", "localtime", "nsswitch.conf", "fonts")  # of /etc, which programs look at


@dataclass(frozen=True)
class Environment:
    """What a container has that Docker's default has not, or the other way round.

    Attributes:
        uid: who the grader is in there.
        capabilities: that root can have in there.
        refused: system call -> error number, beside what the profile refuses.
        only_with: system call in `refused` -> the first argument with which it is; with others it is not.
        users: a user namespace: (first uid in there, first uid out here, how many). None: the machine's own.
        memory_mb: of everything in there.
        processes: number of processes and threads in there.
        wrapper: a command that starts the command.
    """

    uid: int = 0
    capabilities: Sequence[str] = CAPABILITIES
    refused: Mapping[str, int] = field(default_factory=dict)
    only_with: Mapping[str, int] = field(default_factory=dict)
    users: tuple[int, int, int] | None = None
    memory_mb: int | None = None
    processes: int | None = None
    wrapper: Sequence[str] = ()

    def outside(self, uid: int) -> int:
        """The uid out here of one in there."""
        return uid if self.users is None else uid - self.users[0] + self.users[1]


def without(calls: Sequence[str], number: int = errno.EPERM) -> dict[str, int]:
    """For Environment.refused: Docker's answer to these calls, EPERM, or that of a kernel without them, ENOSYS."""
    return dict.fromkeys(calls, number)


@cache
def missing() -> str:
    """Why there can be no containers here; empty if there can."""
    if os.geteuid() != 0:
        return "containers need root"
    if shutil.which("runc") is None:
        return "runc is not installed"
    if not PROFILE.is_file():
        return f"Docker's profile of system calls is not there: {PROFILE}"
    if os.uname().machine not in MACHINES:
        return f"the profile is not read for {os.uname().machine}"
    if closed := unreachable([sys.prefix, sys.base_prefix, str(ROOT)], 1 << 30):
        return f"{closed} is closed to other users, and this environment lies in it"
    done = run(Environment(), ["true"])
    return f"runc does not work here: {done.stderr.strip()}" if done.returncode else ""


def run(
    environment: Environment,
    command: Sequence[str],
    readable: Sequence[Path] = (ROOT,),
    writable: Mapping[str, Path] | None = None,
    variables: Mapping[str, str] | None = None,
    timeout: float = 120.0,
) -> subprocess.CompletedProcess[str]:
    """Run a command in a container of its own, to the end.

    Args:
        readable: folders, beside those of Python, that are there under the same paths.
        writable: path in there -> folder out here, which is given to the grader's user.
        variables: of the environment, beside PATH.
        timeout: seconds.

    Raises:
        subprocess.TimeoutExpired: it did not end; nothing of it is left.
    """
    with bundle() as (folder, configuration):
        adapt(configuration, environment, command, variables or {})
        configuration["mounts"] += write_root(folder / "rootfs", environment, readable, writable or {})
        (folder / "config.json").write_text(json.dumps(configuration))
        name = folder.name
        runc = ["runc", "--root", str(folder / "state")]
        try:
            return subprocess.run(
                [*runc, "run", "--bundle", str(folder), name],
                stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout,
            )  # fmt: skip
        finally:
            subprocess.run([*runc, "delete", "--force", name], capture_output=True)


@contextmanager
def bundle() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Make a folder for a container, whose name fits one; yield it and the configuration that runc proposes."""
    folder = Path(tempfile.mkdtemp(prefix="container-"))
    try:
        folder.chmod(0o755)
        subprocess.run(["runc", "spec"], cwd=folder, check=True)
        yield folder, json.loads((folder / "config.json").read_text())
    finally:
        shutil.rmtree(folder)


def adapt(
    configuration: dict[str, Any], environment: Environment, command: Sequence[str], variables: Mapping[str, str]
) -> None:
    """Turn the configuration that runc proposes into that of `docker run`, and then into that of the environment."""
    process, linux = configuration["process"], configuration["linux"]
    everything = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", **variables}
    allowed = list(environment.capabilities)
    process |= {
        "terminal": False,
        "user": {"uid": environment.uid, "gid": environment.uid},
        "cwd": "/tmp",  # in "/", the platform's folder autograder would hide the package of that name
        "args": [*environment.wrapper, *command],
        "env": [f"{name}={value}" for name, value in everything.items()],
        "noNewPrivileges": False,
        "capabilities": {"bounding": allowed} | ({} if environment.uid else {"effective": allowed, "permitted": allowed}),
    }
    del process["rlimits"]
    configuration["root"]["readonly"] = False
    linux["seccomp"] = profile(environment)
    if environment.memory_mb:
        linux["resources"]["memory"] = {"limit": environment.memory_mb << 20, "swap": environment.memory_mb << 20}
    if environment.processes:
        linux["resources"]["pids"] = {"limit": environment.processes}
    if environment.users:
        first, outside, count = environment.users
        linux["namespaces"].append({"type": "user"})
        linux["uidMappings"] = linux["gidMappings"] = [{"containerID": first, "hostID": outside, "size": count}]


def profile(environment: Environment) -> dict[str, Any]:
    """Docker's profile for these capabilities, in the form that runc reads."""
    source = json.loads(PROFILE.read_text())
    machine = MACHINES[os.uname().machine]
    facts = {"caps": set(environment.capabilities), "arches": {machine}}
    calls = []
    for rule in source["syscalls"]:
        wanted, unwanted = rule.get("includes", {}), rule.get("excludes", {})
        if not set(wanted.get("caps", ())) <= facts["caps"] or machine not in wanted.get("arches", [machine]):
            continue  # `minKernel` is older than any kernel that this project runs on
        if any(facts[kind] & set(unwanted.get(kind, ())) for kind in facts):
            continue
        names = [name for name in rule["names"] if name not in environment.refused]
        if names:
            calls.append({"names": names, **{key: rule[key] for key in ("action", "errnoRet", "args") if rule.get(key)}})
    for call, number in environment.refused.items():
        calls.append({"names": [call], "action": "SCMP_ACT_ERRNO", "errnoRet": number})
        if call in environment.only_with:  # a rule for some arguments and one for all do not go together
            value = environment.only_with[call]
            calls[-1]["args"] = [{"index": 0, "value": value, "op": "SCMP_CMP_EQ"}]
            others = [{"index": 0, "value": value, "op": "SCMP_CMP_NE"}]
            calls.append({"names": [call], "action": "SCMP_ACT_ALLOW", "args": others})
    architectures = [
        name
        for entry in source["archMap"]
        if entry["architecture"].removeprefix("SCMP_ARCH_").lower() == os.uname().machine
        for name in (entry["architecture"], *entry["subArchitectures"])
    ]
    return {"defaultAction": source["defaultAction"], "architectures": architectures, "syscalls": calls}


def write_root(
    root: Path, environment: Environment, readable: Sequence[Path], writable: Mapping[str, Path]
) -> list[dict[str, Any]]:
    """Make the folder that is / in there, as an image has it; return the mounts for what is shown in it."""
    mounts = []

    def show(source: str, target: str, option: str) -> None:
        mounts.append({"type": "bind", "source": source, "destination": target, "options": ["rbind", option]})

    for name, mode in {"etc": 0o755, "home": 0o755, "root": 0o700, "run": 0o755, "tmp": 0o1777, "var": 0o755}.items():
        (root / name).mkdir(parents=True)
        (root / name).chmod(mode)
    for name, mode in {"autograder": 0o755, "var/tmp": 0o1777, "var/log": 0o755}.items():
        (root / name).mkdir()
        (root / name).chmod(mode)
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\nubuntu:x:1000:1000::/home:/bin/sh\n")
    (root / "etc/group").write_text("root:x:0:\nubuntu:x:1000:\n")
    (root / "etc/shadow").write_text("root:*:19000:0:99999:7:::\n")
    (root / "etc/shadow").chmod(0o600)
    for name in SETTINGS:
        source = Path("/etc", name)
        if source.exists():
            copy = shutil.copytree if source.is_dir() else shutil.copy
            copy(source, root / "etc" / name, **({"symlinks": True} if source.is_dir() else {}))
    for path in (root, *root.rglob("*")):
        os.chown(path, environment.outside(0), environment.outside(0), follow_symlinks=False)
    os.chown(root / "autograder", environment.outside(environment.uid), environment.outside(environment.uid))
    shown: list[str] = []
    for path in (*SYSTEM, sys.base_prefix, sys.prefix, *map(str, readable)):
        if os.path.islink(path):
            (root / path[1:]).symlink_to(os.readlink(path))
        elif os.path.isdir(path) and not any(Path(path).is_relative_to(other) for other in shown):
            shown.append(path)
            show(path, path, "ro")
    for target, source in writable.items():
        for path in (source, *source.rglob("*")):
            os.chown(path, environment.outside(environment.uid), environment.outside(environment.uid), follow_symlinks=False)
        show(str(source), target, "rw")
    return mounts
