"""The trusted side of the door: what a suite sees of the submission while grading.

`importer` lets a suite's imports of the submission give stand-ins; `names` and `standin` are those, and know no socket.
`ledger` knows what has crossed to one process and is in step with it; `requests` and `replies` put values on the wire and check
what comes back, `exceptions` makes errors of it, and `tensors` teaches all of them PyTorch.
`door` knows one process: a request out, its reply in. `endings` knows why a process has ended.
`keeper` knows which process belongs to which test or fixture; `apart` those whose long call runs apart from the tests.
"""

from autograder.standins.importer import files_for_submission, in_sandbox

__all__ = ["files_for_submission", "in_sandbox"]
