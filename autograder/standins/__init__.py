"""The trusted side of the door: what a suite sees of the submission while grading. Which file knows what:

- `importer`: what a suite's imports of the submission give; `local`: the same without a sandbox; `emptiness`: comparisons.
- `standin`, `names`: what is done with an object or a name becomes a request. They know neither sockets nor processes.
- `ledger`: what has crossed. `requests`: values on their way out. `replies`, `exceptions`: back in. `tensors`: PyTorch's.
- `door`: one process, a request and its reply at a time. `endings`: how it ends, in words. `failures`: what is raised then.
- `keeper`: which process is that of the test or fixture that runs. `apart`: processes that run apart from the tests.
"""

from autograder.standins.importer import files_for_submission, in_sandbox

__all__ = ["files_for_submission", "in_sandbox"]
