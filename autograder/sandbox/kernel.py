"""The Linux calls that Python has no function for, by ctypes: prctl, capset, unshare, close_range, Landlock, seccomp.

Every function raises OSError with the kernel's errno when the call fails, and ENOSYS where there is no such kernel.
"""

import ctypes
import errno
import os
import signal
import struct
import sys

LINUX = sys.platform.startswith("linux")
LIBC = ctypes.CDLL(None, use_errno=True) if LINUX else None
if LIBC is not None:  # Python integers would be passed as 32-bit ints; the kernel reads whole registers
    LIBC.syscall.argtypes, LIBC.syscall.restype = (ctypes.c_long,) * 7, ctypes.c_long
    LIBC.prctl.argtypes = (ctypes.c_int, *(ctypes.c_ulong,) * 4)

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWNET = (
    0x00020000, 0x04000000, 0x08000000, 0x10000000, 0x40000000,
)  # fmt: skip
MS_NOSUID, MS_NODEV, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 4096, 16384, 1 << 18

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP = 1, 4, 22
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 36, 38, 47
PR_CAP_AMBIENT_CLEAR_ALL, SECCOMP_MODE_FILTER = 4, 2

# System call numbers from 424 on are the same on every machine; the older ones come from numbers().
CLOSE_RANGE, LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 436, 444, 445, 446
LANDLOCK_VERSION_FLAG, LANDLOCK_RULE_PATH_BENEATH = 1, 1
MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_NOATIME, MOUNT_ATTR_ATIME = 442, -100, 0x8000, 0x10, 0x70
CAPABILITY_VERSION_3 = 0x20080522
NO_CAPABILITIES = (  # a header, and two sets of effective, permitted, inheritable
    ctypes.create_string_buffer(struct.pack("=Ii", CAPABILITY_VERSION_3, 0), 8),
    ctypes.create_string_buffer(24),
)
HUGE_PAGE, MADV_COLLAPSE = 2 << 20, 25
ZEROS = (0,) * 6  # for the arguments that a call does not have

# What Landlock can hold back, one bit each, in the order in which the kernel learnt it.
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO, MAKE_BLOCK, MAKE_SYM = (1 << bit for bit in range(6, 13))
REFER, TRUNCATE, IOCTL_DEV, RESOLVE_UNIX = (1 << bit for bit in range(13, 17))
NET_BIND_AND_CONNECT_TCP = 0b11
SCOPE_ABSTRACT_UNIX, SCOPE_SIGNAL = 0b01, 0b10


def check(result: int, what: str) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def syscall(number: int, *arguments: int, what: str = "system call") -> int:
    """Make a system call with up to six integers (an address is one) and return its result."""
    if LIBC is None:
        raise OSError(errno.ENOSYS, f"{what}: not Linux")
    return check(LIBC.syscall(number, *arguments, *ZEROS[len(arguments) :]), what)


def prctl(option: int, *arguments: int, what: str) -> int:
    if LIBC is None:
        raise OSError(errno.ENOSYS, f"{what}: not Linux")
    return check(LIBC.prctl(option, *arguments, *ZEROS[2 + len(arguments) :]), what)


def trim_heap() -> None:
    """Give memory back that was freed and that the C library keeps for later; nothing where it has no such function."""
    if hasattr(LIBC, "malloc_trim"):
        LIBC.malloc_trim(0)  # type: ignore[union-attr]


def set_parent_death_signal(number: int) -> None:
    """Have the kernel send this process signal `number` when its parent ends. A change of uid forgets it."""
    prctl(PR_SET_PDEATHSIG, number, what="prctl PDEATHSIG")


def end_with(parent: int) -> None:
    """Have this process killed when its parent ends, which has this pid; end now if it has ended already."""
    set_parent_death_signal(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def set_dumpable(on: bool) -> None:
    """Let processes of the same uid trace this one and read its memory and environment, or not."""
    prctl(PR_SET_DUMPABLE, int(on), what="prctl DUMPABLE")


def become_subreaper(on: bool = True) -> None:
    """Make orphans among the descendants children of this process, so that it can end and reap them; or no longer."""
    prctl(PR_SET_CHILD_SUBREAPER, int(on), what="prctl CHILD_SUBREAPER")


def set_no_new_privileges() -> None:
    """Make set-uid bits and file capabilities powerless from here on; seccomp and Landlock ask for it."""
    prctl(PR_SET_NO_NEW_PRIVS, 1, what="prctl NO_NEW_PRIVS")


def drop_capabilities(capset_number: int | None) -> None:
    """Empty all capability sets; a process in a user namespace of its own has them all, whatever its uid.

    Args:
        capset_number: the machine's number of capset; None on an unknown machine raises ENOSYS.
    """
    if capset_number is None:
        raise OSError(errno.ENOSYS, "capset: unknown machine")
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, what="prctl CAP_AMBIENT")
    syscall(capset_number, *map(ctypes.addressof, NO_CAPABILITIES), what="capset")


def unshare(flags: int) -> None:
    """Move this process into new namespaces (CLONE_NEW... flags)."""
    if LIBC is None:
        raise OSError(errno.ENOSYS, "unshare: not Linux")
    check(LIBC.unshare(ctypes.c_int(flags)), "unshare")


def mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    """Mount a file system, or (MS_BIND) a folder in a second place, in this process's mount namespace."""
    if LIBC is None:
        raise OSError(errno.ENOSYS, "mount: not Linux")
    texts = [text.encode() or None for text in (source, target, kind)]
    check(LIBC.mount(*texts, ctypes.c_ulong(flags), data.encode() or None), f"mount {target}")


def keep_access_times() -> None:
    """Have no file note that it was read, by whatever mount it is reached in this process's mount namespace."""
    path = ctypes.create_string_buffer(b"/")
    wanted = ctypes.create_string_buffer(struct.pack("=QQQQ", MOUNT_ATTR_NOATIME, MOUNT_ATTR_ATIME, 0, 0), 32)
    addresses = ctypes.addressof(path), AT_RECURSIVE, ctypes.addressof(wanted)
    syscall(MOUNT_SETATTR, AT_FDCWD, *addresses, 32, what="mount_setattr")


def use_huge_pages() -> None:
    """Have the kernel put the memory that this process has by now into huge pages, where it can (Linux 6.1).

    A fork then copies one entry for 2 MB instead of 512, and a process that ends gives back as many.
    """
    if LIBC is None:
        return
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as file:
        areas = [line.split(None, 5) for line in file]
    for addresses, modes, _, _, _, *path in areas:
        if not modes.startswith("rw-p") or (path and path[0].strip() not in ("", "[heap]")):
            continue  # of a file, of a thread, or not to be written
        first, end = (int(address, 16) for address in addresses.split("-"))
        for start in range(-(-first // HUGE_PAGE) * HUGE_PAGE, end // HUGE_PAGE * HUGE_PAGE, HUGE_PAGE):
            LIBC.madvise(ctypes.c_void_p(start), ctypes.c_size_t(HUGE_PAGE), ctypes.c_int(MADV_COLLAPSE))


def close_descriptors(first: int, last: int = 0xFFFFFFFF) -> None:
    """Close the descriptors first..last, both included."""
    if last < first:
        return
    try:
        syscall(CLOSE_RANGE, first, last, 0, what="close_range")
    except OSError:  # a kernel before 5.9, or a container's filter from before then
        os.closerange(first, min(last + 1, os.sysconf("SC_OPEN_MAX")))


def landlock_abi() -> int:
    """The version of Landlock that runs here, 1 or more."""
    return syscall(LANDLOCK_CREATE_RULESET, 0, 0, LANDLOCK_VERSION_FLAG, what="landlock")


def landlock_ruleset(files: int, network: int, scopes: int) -> int:
    """A new ruleset, as a descriptor, that forbids the given rights wherever no rule allows them."""
    # An older kernel takes the longer struct as long as what it does not know is zero.
    attributes = ctypes.create_string_buffer(struct.pack("=QQQ", files, network, scopes), 24)
    return syscall(LANDLOCK_CREATE_RULESET, ctypes.addressof(attributes), 24, 0, what="landlock_create_ruleset")


def landlock_rule(rights: int, descriptor: int) -> ctypes.Array[ctypes.c_char]:
    """A rule for landlock_allow: these rights on the file or below the folder that `descriptor` stands for."""
    return ctypes.create_string_buffer(struct.pack("=Qi", rights, descriptor), 12)


def landlock_allow(ruleset: int, rule: ctypes.Array[ctypes.c_char]) -> None:
    """Add a rule to a ruleset."""
    syscall(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH_BENEATH, ctypes.addressof(rule), 0, what="landlock_add_rule")


def landlock_enforce(ruleset: int) -> None:
    """Put this process and its descendants under the ruleset, for good."""
    syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0, what="landlock_restrict_self")


def install_filter(instructions: bytes) -> None:
    """Put this process and its descendants under a seccomp filter (8 bytes an instruction), for good."""
    code = ctypes.create_string_buffer(instructions, len(instructions))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(instructions) // 8, ctypes.addressof(code)))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(program), what="seccomp")
