"""What the hidden suites ask of every layer: that it leaves its inputs alone and runs without loops in Python."""

from layer_cases import numbers

from autograder.compare import assert_unchanged
from autograder.standins import in_sandbox


@in_sandbox
def inputs_after(layer, x, dout):
    """Return x and dout as they are after layer.forward(x) and layer.backward(dout)."""
    x, dout = x.copy(), dout.copy()
    layer.forward(x)
    layer.backward(dout)
    return x, dout


@in_sandbox
def lines_run(layer, forward_arguments, backward_arguments):
    """Return how many lines of Python one forward and one backward run; a line in a loop counts each time.

    Lines of libraries do not count: NumPy's own, for instance, when an array is printed.
    """
    import os
    import sys

    count = 0
    folder = os.path.dirname(sys.modules[type(layer).__module__].__file__)

    def trace(frame, event, argument):
        nonlocal count
        if os.path.dirname(frame.f_code.co_filename) != folder:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        layer.forward(*forward_arguments)
        layer.backward(*backward_arguments)
    finally:
        sys.settrace(before)
    return count


def assert_leaves_its_inputs_alone(layer, x, dout):
    x_after, dout_after = inputs_after(layer, x, dout)
    assert_unchanged(x, x_after, "x")
    assert_unchanged(dout, dout_after, "dout")


def assert_runs_without_loops(small, large):
    """Compare the lines that run for few samples and features and for ten times as many.

    Args:
        small, large: tuples (layer, arguments of forward, arguments of backward).
    """
    lines_run(*small)  # what happens in a first call only, such as an import
    more = lines_run(*large) - lines_run(*small)
    assert more < 10, f"a batch with 36 more samples and 27 more features makes forward and backward run {more} more lines"


def element_wise_cases(make_layer, rng):
    return [(make_layer(), [numbers(rng, S, N)], [numbers(rng, S, N)]) for S, N in ((4, 3), (40, 30))]
