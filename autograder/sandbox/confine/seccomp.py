"""The seccomp filter: which system calls a confined process may not make, as a BPF program.

A deny list, because an allow list breaks with every new glibc, NumPy or PyTorch. Forbidden calls fail with EPERM, so
that an honest program gets an ordinary PermissionError. A few are left out in silence instead, because honest programs make
them on the way to something else.
"""

import errno
import os
import struct
import sys

LOAD, AND, JUMP, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x54, 0x05, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL = 0x7FFF0000, 0x80000000
REFUSE, MISSING, PRETEND = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS, 0x00050000  # error 0: done
NUMBER, ARCHITECTURE = 0, 4  # offsets in struct seccomp_data

# Name: number on x86-64, number on aarch64; None where the machine never had the call.
FORBIDDEN: dict[str, tuple[int | None, int | None]] = {
    # network; socketpair stays, for asyncio
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202),
    "accept4": (288, 242),
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438),
    "kcmp": (312, 272), "process_madvise": (440, 440), "process_mrelease": (448, 448), "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    # leaving the process group would outlive the signal that ends a test
    "setsid": (112, 157), "setpgid": (109, 154),
    # another identity
    "setuid": (105, 146), "setgid": (106, 144), "setreuid": (113, 145), "setregid": (114, 143),
    "setresuid": (117, 147), "setresgid": (119, 149), "setfsuid": (122, 151), "setfsgid": (123, 152),
    "setgroups": (116, 159), "personality": (135, 92),
    # namespaces and mounts
    "unshare": (272, 97), "setns": (308, 268), "chroot": (161, 51), "pivot_root": (155, 41), "mount": (165, 40),
    "umount2": (166, 39), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "open_tree_attr": (467, 467),
    # large or obscure parts of the kernel
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "modify_ldt": (154, None), "uselib": (134, None),
    "lookup_dcookie": (212, 18), "_sysctl": (156, None), "nfsservctl": (180, 42),
    # memory that no limit counts
    "memfd_create": (319, 279), "memfd_secret": (447, 447),
    # places where one test could leave something for the next
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "shmget": (29, 194), "shmat": (30, 196),
    "shmctl": (31, 195), "semget": (64, 190), "semop": (65, 193), "semctl": (66, 191), "semtimedop": (220, 192),
    "msgget": (68, 186), "msgsnd": (69, 189), "msgrcv": (70, 188), "msgctl": (71, 187), "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    # what others have read
    "mincore": (27, 232), "cachestat": (451, 451),
    # files by other ways than a path, and watching others
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "inotify_init": (253, None),
    "inotify_init1": (294, 26), "inotify_add_watch": (254, 27), "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    # the machine itself
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104),
    "kexec_file_load": (320, 294), "reboot": (169, 142), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "clock_adjtime": (305, 266), "adjtimex": (159, 171), "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89),
    "quotactl": (179, 60), "quotactl_fd": (443, 443), "sethostname": (170, 161), "setdomainname": (171, 162),
    # what the owner of a file may change about it wherever it lies, which Landlock knows nothing of
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14),
    "lremovexattr": (198, 15), "fremovexattr": (199, 16), "setxattrat": (463, 463), "removexattrat": (466, 466),
    "file_setattr": (469, 469),
    "iopl": (172, None), "ioperm": (173, None), "syslog": (103, 116), "vhangup": (153, 58),
}  # fmt: skip

# Only where the process has the uid of the grader, and nothing else keeps it from the grader's processes.
FORBIDDEN_FOR_SHARED_UID: dict[str, tuple[int | None, int | None]] = {
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424), "setpriority": (141, 140), "ioprio_set": (251, 30),
    "sched_setparam": (142, 118), "sched_setscheduler": (144, 119), "sched_setattr": (314, 274),
}  # fmt: skip

# Also about files, and not refused, because shutil.copy and sqlite3 would fail without them.
PRETENDED: dict[str, tuple[int | None, int | None]] = {
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "lchown": (94, None), "fchown": (93, 55), "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "utimensat": (280, 88),
    # Every process may lock any file that it can read, and see who else has. In a process of one's own a lock is there at once.
    "flock": (73, 32),
    # drops a file that others read from memory, which shows in the time that it takes to read it again
    "fadvise64": (221, 223),
}  # fmt: skip

# Calls whose arguments decide.
CLONE, CLONE3, IOCTL, PRLIMIT64, PRCTL = (56, 220), (435, 435), (16, 29), (302, 261), (157, 167)
SOCKETPAIR, KILL_CALL, TGKILL, FCNTL, CAPSET = (53, 199), (62, 129), (234, 131), (72, 25), (126, 91)
SCHED_SETAFFINITY = (203, 122)

CLONE_NEW_NAMESPACE = 0x7E020000
CLONE_PARENT = 0x00008000  # would make the new process a child of the fork server
TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI types into the terminal, TIOCLINUX pastes into a console
SIGNAL_OWNER_IOCTL = (0x8901, 0x8902)  # FIOSETOWN, SIOCSPGRP
FILE_FLAGS = (0x40086602, 0x40046602, 0x401C5820)  # FS_IOC_SETFLAGS, the same for 32 bits, FS_IOC_FSSETXATTR
FILE_LOCKS_FCNTL = (5, 6, 7, 36, 37, 38)  # F_GETLK, F_SETLK, F_SETLKW, the same for open file descriptions
WATCHING_FCNTL = (1024, 1025, 1026)  # F_SETLEASE, F_GETLEASE, F_NOTIFY: who else opens a file, or reads one in a folder
SIGNAL_OWNER_FCNTL = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX: the kernel then signals for the process
PR_SET_PDEATHSIG = 1
AF_UNIX, SOCK_STREAM, SOCK_SEQPACKET = 1, 1, 5
ONE_AFTER_THE_OTHER = 8  # calls that are not searched by halves any more


class Machine:
    """The numbers of one kind of processor: 0 for x86-64, 1 for aarch64."""

    def __init__(self, column: int):
        self.column = column
        self.audit_architecture = (0xC000003E, 0xC00000B7)[column]
        self.capset: int = CAPSET[column]

    def numbers(self, table: dict[str, tuple[int | None, int | None]]) -> list[int]:
        return [number for pair in table.values() if (number := pair[self.column]) is not None]


def this_machine() -> Machine | None:
    """The machine that this process runs on; None where there is no table for it."""
    if not sys.platform.startswith("linux") or struct.calcsize("P") != 8 or sys.byteorder != "little":
        return None
    column = {"x86_64": 0, "aarch64": 1}.get(os.uname().machine)
    return None if column is None else Machine(column)


def instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def load_argument(index: int) -> bytes:
    return instruction(LOAD, 16 + 8 * index)  # its low 32 bits; both machines are little-endian


def refuse_if(code: int, value: int) -> bytes:
    return instruction(code, value, 0, 1) + instruction(RETURN, REFUSE)


def pretend_if(code: int, value: int) -> bytes:
    return instruction(code, value, 0, 1) + instruction(RETURN, PRETEND)


def refuse_unless(*values: int) -> bytes:
    """Go on only with one of the values."""
    jumps = [instruction(EQUAL, value, len(values) - position) for position, value in enumerate(values)]
    return b"".join(jumps) + instruction(RETURN, REFUSE)


def decide(calls: dict[int, int | bytes]) -> bytes:
    """Find the verdict for the system call whose number is loaded: that of its entry, or what its instructions return.

    A search by halves: when a filter is installed, the kernel tries it out with each number there is.
    """
    if len(calls) > ONE_AFTER_THE_OTHER:
        numbers = sorted(calls)
        middle = len(numbers) // 2
        lower, upper = (decide({number: calls[number] for number in half}) for half in (numbers[:middle], numbers[middle:]))
        choice = instruction(AT_LEAST, numbers[middle], 0, 1) + instruction(JUMP, len(lower) // 8)
        return choice + lower + upper
    bodies = {number: body + instruction(RETURN, ALLOW) for number, body in calls.items() if isinstance(body, bytes)}
    program = [instruction(EQUAL, number, 0, len(body) // 8) + body for number, body in bodies.items()]
    plain = {number: verdict for number, verdict in calls.items() if isinstance(verdict, int)}
    ends = [ALLOW, *dict.fromkeys(plain.values())]
    for left, (number, verdict) in zip(reversed(range(len(plain))), plain.items(), strict=True):
        program.append(instruction(EQUAL, number, left + ends.index(verdict)))
    return b"".join([*program, *(instruction(RETURN, verdict) for verdict in ends)])


def build_filter(machine: Machine, shared_uid: bool, own_pid: int | None) -> bytes:
    """The program, 8 bytes an instruction.

    Args:
        machine: whose numbers to use; any other architecture's calls end the process.
        shared_uid: the process has the grader's uid, so priorities and the like of others are closed as well.
        own_pid: the only process that may be signalled; None where uid or Landlock see to that.
    """
    column = machine.column
    program = [
        instruction(LOAD, ARCHITECTURE),
        instruction(EQUAL, machine.audit_architecture, 1),
        instruction(RETURN, KILL),
        instruction(LOAD, NUMBER),
    ]
    if column == 0:  # the x32 numbers are a second door to every call
        program += [instruction(AT_LEAST, 0x40000000, 0, 1), instruction(RETURN, MISSING)]
    calls: dict[int, int | bytes] = dict.fromkeys(machine.numbers(FORBIDDEN), REFUSE)
    calls |= dict.fromkeys(machine.numbers(PRETENDED), PRETEND)
    # clone3 has its flags in memory, where a filter cannot look; without it glibc falls back to clone
    calls[CLONE3[column]] = MISSING
    calls[CLONE[column]] = load_argument(0) + refuse_if(ANY_BIT, CLONE_NEW_NAMESPACE | CLONE_PARENT)
    calls[PRLIMIT64[column]] = load_argument(0) + refuse_unless(0)  # 0 is the process itself
    calls[PRCTL[column]] = load_argument(0) + refuse_if(EQUAL, PR_SET_PDEATHSIG)
    # a datagram socket of a pair could still send to any address
    types = load_argument(1) + instruction(AND, 0xF) + refuse_unless(SOCK_STREAM, SOCK_SEQPACKET)
    calls[SOCKETPAIR[column]] = load_argument(0) + refuse_unless(AF_UNIX) + types
    requests = TERMINAL_INPUT + FILE_FLAGS + (SIGNAL_OWNER_IOCTL if own_pid is not None else ())
    calls[IOCTL[column]] = load_argument(1) + b"".join(refuse_if(EQUAL, value) for value in requests)
    refused = WATCHING_FCNTL + (SIGNAL_OWNER_FCNTL if own_pid is not None else ())
    commands = [pretend_if(EQUAL, value) for value in FILE_LOCKS_FCNTL] + [refuse_if(EQUAL, value) for value in refused]
    calls[FCNTL[column]] = load_argument(1) + b"".join(commands)
    if shared_uid:
        calls |= dict.fromkeys(machine.numbers(FORBIDDEN_FOR_SHARED_UID), REFUSE)
        calls[SCHED_SETAFFINITY[column]] = load_argument(0) + refuse_unless(0)  # 0 is the process itself
    if own_pid is not None:
        calls |= dict.fromkeys((call[column] for call in (KILL_CALL, TGKILL)), load_argument(0) + refuse_unless(own_pid))
    return b"".join(program) + decide(calls)
