"""Python loops where array operations were asked for, found by what the source says and by what is executed.

    def calls(samples, features):
        layer = SoftMaxModule()
        x, dout = np.ones((samples, features)), np.ones((samples, features))
        return [(layer.forward, x), (layer.backward, dout)]

    source = read_source("modules")  # before the test uses the submission
    functions = ["SoftMaxModule.forward", "SoftMaxModule.backward"]
    assert_vectorised(source, functions, calls, {"samples": 4, "features": 3}, {"samples": 40, "features": 30})

The judge is how often each line runs: a line that runs more often for more samples stands in a loop over samples, however it
is written, and a loop over two parameters or three layers does not grow. Lines are counted beside the submission, which makes
the counts a claim. The source is read in the same process before that has imported any of the submission, and shows what
lines do not: calls like np.vectorize whose loop runs in a library, and those by which code could escape from being counted.

`loops` decides; `beside` is what runs in the process of the submission.
"""

from autograder.vectorisation.loops import Growth, Loop, Source, assert_vectorised, growing_lines, read_source

__all__ = ["Growth", "Loop", "Source", "assert_vectorised", "growing_lines", "read_source"]
