"""What grader and fork server say to each other over the control socket: one msgpack map a packet, descriptors beside it.

The grader begins with a packet that holds no request: limits, modules to preload, folders (`client.Sandbox`). The server sends
`ready`, its report, once it can fork. From then on the grader asks, and the server answers in the order of the requests:

| request | with | answer |
| --- | --- | --- |
| spawn | `cpu_seconds`, or None for those of a test | `serial` of a new child; descriptor: the grader's end of its socket |
| limit | `serial`, `cpu_seconds` and `wall_seconds` from now; None for both: no limit any more | none |
| run_apart | `serial`, `cpu_seconds` from now; descriptor: the grader's end of its socket | none |
| wait_for | `serial` of one that runs apart, `wall_seconds` from now | none |
| prepare_copy | `of`: the serial of a child | `serial` of its copy; three descriptors: the grader's end, and two for the copy |
| watch | `wall_seconds` from now, until when the grader itself must be done | none |
| adopt | `serial`, `pid` that the kernel has named | `adopted`: whether it is a child of the server by now |
| end | `serial` | none now |
| expect | `wanted`: how many children the next tests will ask for | none |

Two messages come whenever it is time: `ended`, how a child ended after `end`, with what it printed; `refused`, why the server
cannot do what it was asked for.
"""

from enum import Enum
from typing import Literal

MESSAGE_BYTES = 1 << 18  # of the longest packet: what a test has printed, as far as it is kept, and some numbers

# The limit that a child went over: processor time, time by the clock on the wall, the size of its box, or the time between the
# beginning of a reply and its end.
KilledFor = Literal["cpu", "wall", "box", "reply"]


class Request(Enum):
    """What the grader asks for: the value of `do` in its packets."""

    SPAWN = "spawn"
    LIMIT = "limit"
    RUN_APART = "run_apart"
    WAIT_FOR = "wait_for"
    PREPARE_COPY = "prepare_copy"
    ADOPT = "adopt"
    END = "end"
    WATCH = "watch"
    EXPECT = "expect"
