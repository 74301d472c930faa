"""Gradients at the boundary: what is calculated on both sides is differentiated as one; sandboxed as in process."""

import gc
import math

import pytest
import torch
from torch import nn

from autograder.sandbox.limits import TimeLimit
from autograder.standins.failures import SubmissionFailure, TrustedValueError

pytest_plugins = ["sandboxes", "torch_sandboxes"]


@pytest.fixture(scope="session")
def sandbox(torch_sandbox):
    return torch_sandbox


@pytest.fixture(autouse=True)
def one_thread():
    """Sums are as exact as those of a sandboxed process, which has one: their order depends on the number of threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


LAYERS = """
    import torch
    from torch import nn

    class Square(nn.Module):
        "y = w x²"
        def __init__(self, w=1.0):
            super().__init__()
            self.w = nn.Parameter(torch.tensor(w, dtype=torch.float64))
            self.unused = nn.Parameter(torch.zeros(2, dtype=torch.float64))
        def forward(self, x):
            self.y = self.w * x**2
            return self.y

    class Cube(torch.autograd.Function):
        "By hand, and differentiable again."
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x**3
        @staticmethod
        def backward(ctx, dout):
            x, = ctx.saved_tensors
            return 3 * x**2 * dout

    def square(x): return x**2
    def product(a, b): return a * b
    def both(x): return x**2, x**3
    def mixed(x): return {"square": x**2, "parts": [x + 1, (x - 1, "text")], "plain": x.detach()}
    def first(a, b): return a * 2
    def constant(x): return torch.ones(3, dtype=torch.float64)
    def same(x): return x
    def view(x): return x[1:]
    def leaf(n): return torch.ones(n, dtype=torch.float64, requires_grad=True)
    def enabled(): return torch.is_grad_enabled()
"""


def leaf(*values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def close(a, b):
    torch.testing.assert_close(a, torch.as_tensor(b, dtype=a.dtype))
    return True


# Graphs that cross


def test_a_chain_that_crosses_four_times_is_differentiated_as_one(submission):
    modules = submission(LAYERS)
    x, v, net = leaf(1.0, 2.0), leaf(3.0, 4.0), modules.Square(2.0)
    out = modules.square(torch.sin(v * net(modules.square(2 * x))))
    out.sum().backward()
    x2, v2, w2 = leaf(1.0, 2.0), leaf(3.0, 4.0), leaf(2.0)
    (torch.sin(v2 * (w2 * ((2 * x2) ** 2) ** 2)) ** 2).sum().backward()
    assert close(x.grad, x2.grad)
    assert close(v.grad, v2.grad)
    assert close(net.w.grad, w2.grad[0])
    assert net.unused.grad is None


def test_leaves_and_what_was_calculated_here_are_inputs_alike(submission):
    modules = submission(LAYERS)
    a, b = leaf(2.0), leaf(5.0)
    modules.product(a, b).backward()
    assert (a.grad, b.grad) == (5, 2)
    hidden = 3 * a
    hidden.retain_grad()
    modules.product(hidden, b).backward()
    assert hidden.grad == 5
    assert a.grad == 20
    assert b.grad == 8
    modules.product(a, a).backward()
    assert a.grad == 24
    modules.product(hidden.detach(), b).backward()
    assert a.grad == 24 and b.grad == 14
    modules.product(b, torch.tensor([0.5], dtype=torch.float64)).backward()
    assert b.grad == 14.5


def test_an_output_used_twice_collects_both_gradients(submission):
    modules = submission(LAYERS)
    x = leaf(1.0, 3.0)
    y = modules.square(x)
    (y.sum() + (2 * y).sum()).backward()
    assert close(x.grad, [6.0, 18.0])
    x.grad = None
    y = modules.square(x)
    z = modules.product(y, y)
    z.sum().backward()
    assert close(x.grad, 4 * x.detach() ** 3)


def test_of_several_outputs_one_or_all_are_differentiated(submission):
    modules = submission(LAYERS)
    x = leaf(2.0)
    square, cube = modules.both(x)
    square.backward(retain_graph=True)
    assert x.grad == 4
    cube.backward(retain_graph=True)
    assert x.grad == 16
    (square + cube).backward()
    assert x.grad == 32
    x.grad = None
    square, _ = modules.both(x)
    square.backward()
    assert x.grad == 4
    y, z = modules.both(x)
    assert torch.autograd.grad((y, z), x, (torch.tensor([2.0]), torch.tensor([1.0])))[0] == 20


def test_outputs_in_containers_have_graphs_too(submission):
    modules = submission(LAYERS)
    x = leaf(3.0)
    found = modules.mixed(x)
    assert not found["plain"].requires_grad and found["parts"][1][1] == "text"
    (found["square"] + found["parts"][0] + 2 * found["parts"][1][0]).backward()
    assert x.grad == 9


def test_an_output_that_depends_on_no_leaf_has_no_gradient(submission):
    modules = submission(LAYERS)
    x = leaf(1.0, 2.0, 3.0)
    out = modules.constant(x)
    assert not out.requires_grad and out.grad_fn is None
    with pytest.raises(RuntimeError, match="does not require grad and does not have a grad_fn"):
        out.sum().backward()
    (x * out).sum().backward()
    assert x.grad.tolist() == [1, 1, 1]
    assert modules.square(torch.ones(2)).requires_grad is False


def test_unused_inputs_are_an_error_unless_they_are_allowed(submission):
    modules = submission(LAYERS)
    a, b = leaf(2.0), leaf(5.0)
    with pytest.raises(RuntimeError, match="appears to not have been used in the graph"):
        torch.autograd.grad(modules.first(a, b), [a, b])
    found = torch.autograd.grad(modules.first(a, b), [a, b], allow_unused=True)
    assert found[0] == 2 and found[1] is None
    net = modules.Square()
    with pytest.raises(RuntimeError, match="appears to not have been used in the graph"):
        torch.autograd.grad(net(a), list(net.parameters()))
    grads = torch.autograd.grad(net(a), list(net.parameters()), allow_unused=True)
    assert grads[0] == 4 and grads[1] is None
    zeros = torch.autograd.grad(net(a), [net.unused], allow_unused=True, materialize_grads=True)
    assert zeros[0].tolist() == [0, 0]


@pytest.mark.parametrize("when", ["before", "after", "both"])
def test_parameters_may_be_fetched_before_or_after_they_are_used(submission, when):
    modules = submission(LAYERS)
    net, x = modules.Square(3.0), leaf(2.0)
    if when != "after":
        w = net.w
    y = net(x)
    if when != "before":
        w = net.w
        assert w is net.w and close(w.detach(), 3.0)
    assert torch.autograd.grad(y, w, retain_graph=True)[0] == 4
    y.backward()
    assert w.grad == 4
    assert net.w.grad == 4
    assert net.w is w
    again = net(x)
    with torch.no_grad():
        w.copy_(torch.tensor(5.0))
    assert net(x) == 20 and close(again, [12.0])
    assert torch.autograd.grad(net(x), next(net.parameters()))[0] == 4


def test_identity_and_views_of_an_input_pass_its_gradient_on(submission):
    modules = submission(LAYERS)
    x = leaf(1.0, 2.0, 3.0)
    assert modules.same(x) is x
    modules.view(x).sum().backward()
    assert x.grad.tolist() == [0, 1, 1]
    y = 2 * x
    modules.same(y).sum().backward()
    assert x.grad.tolist() == [2, 3, 3]


def test_a_leaf_that_the_submission_makes_gets_its_gradient(submission):
    modules = submission(LAYERS)
    made = modules.leaf(2)
    assert made.is_leaf and made.requires_grad
    (3 * made).sum().backward()
    assert made.grad.tolist() == [3, 3]
    modules.square(made).sum().backward()
    assert made.grad.tolist() == [5, 5]


def test_a_graph_that_the_submission_keeps_is_differentiated_later(submission):
    modules = submission(LAYERS)
    net, x = modules.Square(2.0), leaf(3.0)
    net(x)
    net.y.backward()
    assert x.grad == 12 and net.w.grad == 9
    states = submission("""
        import torch
        class Recurrent(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.w = torch.nn.Parameter(torch.tensor([2.0], dtype=torch.float64))
                self.h = None
            def forward(self, x):
                self.h = x if self.h is None else self.w * self.h + x
                return self.h
    """)
    net, inputs = states.Recurrent(), [leaf(1.0), leaf(2.0), leaf(3.0)]
    out = [net(x) for x in inputs][-1]
    assert out == 11
    out.backward()
    assert [x.grad.item() for x in inputs] == [4, 2, 1] and net.w.grad == 6


def test_submissions_backward_reaches_leaves_that_were_passed_in_before(submission):
    modules = submission("""
        import torch
        w = torch.nn.Parameter(torch.tensor(2.0))
        class Step:
            def forward(self, x):
                self.loss = (w * x).sum()
                return self.loss
            def backward(self): self.loss.backward()
    """)
    step, x = modules.Step(), torch.ones(3, requires_grad=True)
    step.forward(x)
    step.backward()
    assert x.grad.tolist() == [2, 2, 2] and modules.w.grad == 3


# backward and what users do with it


def test_graphs_serve_once_unless_they_are_retained(submission):
    modules = submission(LAYERS)
    x, net = leaf(2.0), modules.Square()
    for function in (modules.square, net, modules.Cube.apply):
        y = function(x)
        y.backward()
        with pytest.raises(RuntimeError, match="Trying to backward through the graph a second time"):
            y.backward()
        y = function(x)
        y.backward(retain_graph=True)
        y.backward(retain_graph=True)
        torch.autograd.grad(y, x)
        with pytest.raises(RuntimeError, match="second time"):
            torch.autograd.grad(y, x)
    assert x.grad == 4 * 3 + 4 * 3 + 12 * 3


def test_hooks_of_every_kind_are_called(submission):
    modules = submission(LAYERS)
    x, net, seen = leaf(2.0), modules.Square(3.0), []
    x.register_hook(lambda grad: seen.append(("x", grad.item())))
    w = net.w
    handle = w.register_hook(lambda grad: grad * 10)
    w.register_post_accumulate_grad_hook(lambda parameter: seen.append(("w", parameter.grad.item())))
    y = net(x)
    y.register_hook(lambda grad: seen.append(("y", grad.item())))
    y.retain_grad()
    y.backward()
    assert sorted(seen) == [("w", 40), ("x", 12), ("y", 1)] and y.grad == 1
    assert net.w.grad == 40
    handle.remove()
    net(x).backward()
    assert net.w.grad == 44


def test_hooks_stay_with_parameters_that_nobody_else_holds_here(submission):
    modules = submission(LAYERS)
    x, net, seen = leaf(2.0), modules.Square(3.0), []
    net.w.register_hook(lambda grad: grad * 10)
    net.w.register_post_accumulate_grad_hook(lambda parameter: seen.append(parameter.grad.item()))
    for _ in range(2):
        net(x).backward()
    assert seen == [40, 80] and net.w.grad == 80


def test_gradients_flow_through_in_place_changes_of_outputs(submission):
    modules = submission(LAYERS)
    x = leaf(1.0, 2.0)
    y = modules.square(x)
    y.mul_(3)
    y[0] = 0
    y.sum().backward()
    assert x.grad.tolist() == [0, 12]
    y = modules.square(x)
    kept = y.exp()
    y.add_(1)
    kept.sum().backward()
    z = modules.square(x).exp()
    z.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        z.sum().backward()


def test_an_input_calculated_here_may_be_changed_in_place_there(submission):
    modules = submission("def relu_(x): return x.clamp_(min=0)\ndef double_(x): x *= 2; return x.sum()")
    x = leaf(-1.0, 2.0)
    modules.relu_(x * 1).sum().backward()
    assert x.grad.tolist() == [0, 1]
    modules.double_(3 * x).backward()
    assert x.grad.tolist() == [6, 7]


def test_what_is_written_into_an_input_calculated_here_is_seen_here(submission):
    modules = submission("def double_(x): x *= 2; return x.sum()")
    x = leaf(0.5, 2.0)
    hidden = 3 * x
    modules.double_(hidden)
    assert hidden.tolist() == [3, 12]
    hidden = torch.tanh(x)
    out = modules.double_(hidden)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):  # tanh needs its output for its gradient
        out.backward()


def test_modes_without_gradients_reach_the_submission(submission):
    modules = submission(LAYERS)
    net, x = modules.Square(3.0), leaf(2.0)
    with torch.no_grad():
        y = net(x)
    assert y == 12 and not y.requires_grad
    with torch.inference_mode():
        assert modules.enabled() is False
        y = net(x)
        assert y == 12 and not y.requires_grad
    assert modules.enabled() is True
    with torch.no_grad(), torch.enable_grad():
        net(x).backward()
    assert x.grad == 12 and net.w.grad == 4
    with torch.inference_mode():
        frozen = net(torch.ones(1, dtype=torch.float64))
    assert modules.square(frozen.clone()) == 9


def test_parameters_made_without_gradients_mode_are_parameters_still(submission):
    modules = submission(LAYERS)
    with torch.no_grad():
        net = modules.Square(3.0)
        w = net.w
    assert w.requires_grad and w.is_leaf
    x = leaf(2.0)
    net(x).backward()
    assert w.grad == 4


# Checks


def test_gradcheck_of_functions_modules_and_compositions(submission):
    modules = submission(LAYERS)
    net, x = modules.Square(3.0), leaf(0.5, -1.5)
    for function in (
        modules.square,
        modules.Cube.apply,
        net,
        lambda x: torch.sin(modules.square(x.exp())),
        lambda x: modules.both(x)[1],
        modules.both,
    ):
        assert torch.autograd.gradcheck(function, x)
    assert torch.autograd.gradcheck(modules.product, (x, leaf(2.0, 3.0)))
    assert torch.autograd.gradcheck(modules.square, torch.tensor([1 + 2j], dtype=torch.complex128, requires_grad=True))


def test_gradcheck_finds_a_wrong_gradient(submission):
    modules = submission("""
        import torch
        class Wrong(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x): ctx.save_for_backward(x); return x**3
            @staticmethod
            def backward(ctx, dout): return 2 * ctx.saved_tensors[0] * dout
    """)
    with pytest.raises(RuntimeError, match="Jacobian mismatch for output 0 with respect to input 0"):
        torch.autograd.gradcheck(modules.Wrong.apply, leaf(0.5))


def test_gradients_of_gradients(submission):
    modules = submission(LAYERS)
    x, net = leaf(2.0, 3.0), modules.Square(3.0)
    (first,) = torch.autograd.grad(modules.Cube.apply(x).sum(), x, create_graph=True)
    assert close(first.detach(), [12.0, 27.0]) and first.requires_grad
    first.sum().backward()
    assert close(x.grad, [12.0, 18.0])
    x.grad = None
    (first,) = torch.autograd.grad(net(x).sum(), x, create_graph=True)
    (first**2).sum().backward()
    assert close(x.grad, 8 * 9 * x.detach()) and close(net.w.grad, 8 * 3 * (x.detach() ** 2).sum())
    assert torch.autograd.gradgradcheck(modules.Cube.apply, leaf(0.5, -1.5))
    assert torch.autograd.gradgradcheck(lambda x: torch.sin(modules.square(x.exp())), leaf(0.5, -1.5))


def test_a_gradient_penalty_trains(submission):
    """As in WGAN-GP: the norm of ∂D/∂x is part of the loss."""
    modules = submission("""
        import torch
        from torch import nn
        def net(): return nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1)).double()
    """)
    torch.manual_seed(0)
    net = modules.net()
    twin = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1)).double()
    twin.load_state_dict({name: value.clone() for name, value in net.state_dict().items()})
    for model in (net, twin):
        x = torch.tensor([[0.5, -1.0], [2.0, 0.0]], dtype=torch.float64, requires_grad=True)
        (grad,) = torch.autograd.grad(model(x).sum(), x, create_graph=True)
        (model(x).mean() + ((grad.norm(dim=1) - 1) ** 2).mean()).backward()
    for mine, theirs in zip(net.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, theirs.grad)


def test_tools_of_torch_that_call_backward_work(submission):
    modules = submission(LAYERS)
    x = leaf(1.0, 2.0)
    assert torch.equal(torch.autograd.functional.jacobian(modules.Cube.apply, x), torch.diag(3 * x.detach() ** 2))
    hessian = torch.autograd.functional.hessian(lambda x: modules.Cube.apply(x).sum(), x)
    assert close(hessian, torch.diag(6 * x.detach()))
    _, product = torch.autograd.functional.vjp(modules.square, x, torch.ones_like(x))
    assert close(product, [2.0, 4.0])
    torch.autograd.backward([modules.square(x).sum(), (3 * x).sum()])
    assert x.grad.tolist() == [5, 7]
    with pytest.warns(UserWarning, match="Anomaly Detection"), torch.autograd.detect_anomaly():
        modules.square(x).sum().backward()
    assert x.grad.tolist() == [7, 11]


def test_transformations_of_functions_are_refused_with_their_name(sandboxed):
    modules, x = sandboxed(LAYERS), torch.ones(2, dtype=torch.float64)
    for transformed in (torch.func.grad(lambda x: modules.square(x).sum()), torch.vmap(lambda x: modules.square(x))):
        with pytest.raises(TrustedValueError, match=r"torch\.func"):
            transformed(x)
    assert modules.square(x).tolist() == [1, 1]


# What can go wrong

BROKEN = """
    import os
    import sys
    import time
    import torch

    def function(backward):
        return type("Own", (torch.autograd.Function,), {
            "forward": staticmethod(lambda ctx, x: x * 2),
            "backward": staticmethod(lambda ctx, dout: backward(dout)),
        }).apply

    def careless(dout):
        raise ValueError("dout has shape (3,)")

    def unfinished(dout):
        raise NotImplementedError

    raises = function(careless)
    todo = function(unfinished)
    wrong_shape = function(lambda dout: torch.ones(7))
    wrong_type = function(lambda dout: "a gradient")
    wrong_dtype = function(lambda dout: dout.to(torch.float16))
    too_many = function(lambda dout: (dout, dout))
    nothing = function(lambda dout: None)
    hangs = function(lambda dout: time.sleep(60))
    dies = function(lambda dout: os._exit(7))
    leaves = function(lambda dout: sys.exit(3))
    def fine(): return 1
"""


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("raises", ValueError, r"^dout has shape \(3,\)$"), ("todo", NotImplementedError, None),
        ("wrong_shape", RuntimeError, r"invalid gradient at index 0 - got \[7\] but expected shape compatible with \[3\]"),
        ("wrong_type", RuntimeError, "expected Variable or None"), ("too_many", RuntimeError, "incorrect number of gradients"),
    ],
)  # fmt: skip
def test_errors_in_the_submissions_backward_arrive_as_they_are(submission, name, error, words):
    modules = submission(BROKEN)
    x = leaf(1.0, 2.0, 3.0)
    with pytest.raises(error, match=words):
        getattr(modules, name)(x).sum().backward()
    assert x.grad is None and modules.fine() == 1


def test_the_traceback_of_a_backward_names_the_submissions_lines(sandboxed):
    modules = sandboxed(BROKEN)
    with pytest.raises(ValueError, match="dout has shape") as caught:
        modules.raises(leaf(1.0)).sum().backward()
    text = caught.value.student_traceback
    assert 'File "modules.py"' in text
    assert "in careless" in text
    assert 'raise ValueError("dout has shape (3,)")' in text
    assert "autograder" not in text


def test_gradients_of_another_type_or_none_at_all_are_taken_as_ever(submission):
    modules = submission(BROKEN)
    x = leaf(1.0, 2.0)
    modules.wrong_dtype(x).sum().backward()
    assert x.grad.tolist() == [1, 1] and x.grad.dtype == torch.float64
    x.grad = None
    modules.nothing(x).sum().backward()
    assert x.grad is None


def test_a_backward_that_hangs_ends_with_the_tests_deadline(sandboxed):
    modules = sandboxed(BROKEN)
    y = modules.hangs(leaf(1.0))
    sandboxed.sandbox.limit(sandboxed.keeper.current().serial, TimeLimit(1.0, 1.0))
    with pytest.raises(SubmissionFailure, match=r"it ended \((cpu|wall)\)"):
        y.backward()
    with sandboxed.test("the next one"):
        assert modules.fine() == 1


def test_a_backward_that_ends_the_process_fails_the_test_and_says_how(sandboxed):
    modules = sandboxed(BROKEN)
    y = modules.dies(leaf(1.0))
    for use in (y.backward, modules.fine):
        with pytest.raises(SubmissionFailure, match=r"it ended \(7\)"):
            use()


def test_a_backward_that_exits_raises_system_exit(sandboxed):
    modules = sandboxed(BROKEN)
    y = modules.leaves(leaf(1.0))
    with pytest.raises(SystemExit) as left:
        y.backward()
    assert left.value.code == 3 and modules.fine() == 1


def test_a_graph_of_a_process_that_has_ended_says_so(sandboxed):
    modules = sandboxed(LAYERS)
    with sandboxed.test("first"):
        y = modules.square(leaf(2.0))
    with sandboxed.test("second"), pytest.raises(Exception, match="hold it in a fixture whose scope covers both uses"):
        y.backward()


LIAR = """
    import gc, sys
    import torch
    connection = sys.modules["autograder.sandbox.connection"]
    wire = sys.modules["autograder.sandbox.wire"]
    child = sys.modules["autograder.sandbox.child"]
    autograd = sys.modules["autograder.sandbox.autograd"]
    T = wire.Tag
    honest = connection.Connection.send_packed
    F32, F64 = 8, 9

    def servant(): return next(thing for thing in gc.get_objects() if isinstance(thing, child.Servant))

    def tensor(dtype=F64, shape=(2,), mirror=0, flags=0): return [T.TENSOR, dtype, list(shape), mirror, flags, None]

    def lie_about_gradients(value, content=b""):
        def products(*arguments):
            packed = connection.pack([T.LIST, "ok", value, None, [T.LIST], [T.LIST], servant().number])
            frame = connection.HEADER.pack(len(packed), len(content)) + packed + content
            def send(self, packed, arrays):
                connection.Connection.send_packed = honest
                self.socket.sendall(frame)
            connection.Connection.send_packed = send
            return []
        autograd.Graph.products = products

    def square(x): return x**2
    def fine(): return 1
"""
LIES = {
    "another_shape": "lie_about_gradients([T.LIST, tensor(shape=[3])], bytes(24))",
    "another_shape_of_the_same_size": "lie_about_gradients([T.LIST, tensor(shape=[1, 2])], bytes(16))",
    "another_type": "lie_about_gradients([T.LIST, tensor(dtype=F32)], bytes(8))",
    "too_many": "lie_about_gradients([T.LIST, tensor(), tensor()], bytes(32))",
    "too_few": "lie_about_gradients([T.LIST])",
    "no_list": "lie_about_gradients(tensor(), bytes(16))",
    "a_number": "lie_about_gradients([T.LIST, 5])",
    "a_text": "lie_about_gradients([T.LIST, 'x'])",
    "an_object": "lie_about_gradients([T.LIST, servant().world.handle(torch.nn.ReLU())])",
    "an_array": "lie_about_gradients([T.LIST, [T.ARRAY, 11, [2], 0, True]], bytes(16))",
    "a_parameter": "lie_about_gradients([T.LIST, tensor(flags=3)], bytes(16))",
    "something_with_a_graph": "lie_about_gradients([T.LIST, tensor(flags=4)], bytes(16))",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_process_that_lies_about_gradients_fails_its_test_and_harms_nobody_else(sandboxed, lie):
    modules = sandboxed(LIAR + f"\n    def lie(): {LIES[lie]}\n")
    x = leaf(1.0, 2.0)
    y = modules.square(x)
    modules.lie()
    with pytest.raises(SubmissionFailure, match="invalid reply"):
        y.sum().backward()
    with pytest.raises(SubmissionFailure, match="invalid reply"):
        modules.fine()
    assert x.grad is None
    with sandboxed.test("the next one"):
        assert modules.fine() == 1


# Training

NET = """
    import torch
    from torch import nn

    def net():
        return nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 2)).double()

    def train(model, x, y, steps):
        optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
        for _ in range(steps):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
        return loss
"""
OPTIMIZERS = {
    "SGD": lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-3),
    "Adam": lambda parameters: torch.optim.Adam(parameters, lr=0.05),
    "AdamW": lambda parameters: torch.optim.AdamW(parameters, lr=0.05, amsgrad=True),
    "RMSprop": lambda parameters: torch.optim.RMSprop(parameters, lr=0.01, centered=True),
}


def problem():
    generator = torch.Generator().manual_seed(3)
    x = torch.randn(16, 3, dtype=torch.float64, generator=generator)
    return x, torch.stack([x.sum(1), x.prod(1)], 1)


def pair(modules):
    """A network of the submission and one of the same parameters here."""
    torch.manual_seed(1)
    theirs = modules.net()
    ours = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Linear(8, 2)).double()
    ours.load_state_dict({name: value.clone() for name, value in theirs.state_dict().items()})
    return theirs, ours


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_training_with_an_optimizer_of_the_suite_gives_the_same_parameters(submission, name):
    theirs, ours = pair(submission(NET))
    x, y = problem()
    losses = []
    for model in (theirs, ours):
        optimizer = OPTIMIZERS[name](model.parameters())
        scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 20)
        for _ in range(20):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
            scheduler.step()
        losses.append(loss.item())
    assert losses[0] == losses[1] and math.isfinite(losses[0])
    for mine, oracle in zip(theirs.parameters(), ours.parameters(), strict=True):
        assert torch.equal(mine, oracle) and torch.equal(mine.grad, oracle.grad)
    assert torch.equal(theirs[1].running_mean, ours[1].running_mean)
    assert torch.equal(theirs.eval()(x), ours.eval()(x))


def test_training_by_the_submission_changes_parameters_that_were_fetched_before(submission):
    modules = submission(NET)
    theirs, ours = pair(modules)
    x, y = problem()
    parameters = list(theirs.parameters())
    loss = modules.train(theirs, x, y, 10)
    optimizer = torch.optim.Adam(ours.parameters(), lr=0.05)
    for _ in range(10):
        optimizer.zero_grad()
        expected = nn.functional.mse_loss(ours(x), y)
        expected.backward()
        optimizer.step()
    assert torch.equal(loss, expected)
    for mine, oracle in zip(parameters, ours.parameters(), strict=True):
        assert torch.equal(mine, oracle) and torch.equal(mine.grad, oracle.grad)


def test_both_sides_may_train_one_model_in_turn(submission):
    modules = submission(NET)
    theirs, ours = pair(modules)
    x, y = problem()
    for model, train in ((theirs, modules.train), (ours, None)):
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(x), y).backward()
            optimizer.step()
            if train:
                train(model, x, y, 1)
            else:
                adam = torch.optim.Adam(model.parameters(), lr=0.05)
                adam.zero_grad()
                nn.functional.mse_loss(model(x), y).backward()
                adam.step()
    for mine, oracle in zip(theirs.parameters(), ours.parameters(), strict=True):
        assert torch.equal(mine, oracle)


@pytest.mark.slow
def test_many_rounds_leave_nothing_behind(sandboxed):
    modules = sandboxed(
        NET
        + """
    def objects():
        import gc, sys
        child = sys.modules["autograder.sandbox.child"]
        world = next(thing for thing in gc.get_objects() if isinstance(thing, child.Servant)).world
        gc.collect()
        return len(world.objects), len(world.mirrors), sum(isinstance(thing, torch.Tensor) for thing in gc.get_objects())
    """
    )
    model = modules.net()
    parameters = list(model.parameters())
    x, y = problem()
    ledger = sandboxed.keeper.current().ledger

    def count():
        gc.collect()
        modules.objects()
        return [len(ledger.mirrors), len(ledger.mirror_ids), len(ledger.standins), len(ledger.released), *modules.objects()]

    def rounds(n):
        for _ in range(n):
            loss = nn.functional.mse_loss(model(x.clone().requires_grad_()), y)
            loss.backward()
            with torch.no_grad():
                model(x + 1)
            model.state_dict()

    rounds(5)
    before = count()
    rounds(200)
    after = count()
    assert all(now <= then + 5 for now, then in zip(after, before, strict=True)), (before, after)
    assert parameters[0].grad is not None


def test_a_graph_is_cut_at_tensors_of_the_suite_that_are_let_go_with_it(sandboxed):
    modules = sandboxed("def scale(x, y): return 3 * x * y\nkept = []\ndef keep(x): kept.append(2 * x); return kept[-1]")
    x, y = torch.ones(3, requires_grad=True) * 2, torch.ones(3, requires_grad=True) * 5
    ledger = sandboxed.keeper.current().ledger
    for _ in range(20):
        out = modules.scale(x, y)
    assert torch.autograd.grad(out.sum(), (x, y), retain_graph=True)[0].tolist() == [15, 15, 15]
    assert len(ledger.anchors) <= 4, "those of the last call or two"
    kept = [modules.keep(x) for _ in range(3)]
    del out
    modules.scale(x, y)
    assert len(ledger.anchors) <= 5
    assert [torch.autograd.grad(out.sum(), x)[0].tolist() for out in kept] == [[2, 2, 2]] * 3
