"""Tensors that are not passed, not taken and not believed."""

import warnings

import pytest
import torch
from submitted import BOX
from torch import nn

from autograder.standins.failures import SubmissionFailure, TrustedValueError

pytest_plugins = ["sandboxes", "torch_sandboxes"]


@pytest.fixture(scope="session")
def sandbox(torch_sandbox):
    return torch_sandbox


# What is refused


class Derived(torch.Tensor):
    """A class of the suite."""


def quantised():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.quantize_per_tensor(torch.zeros(2), 1.0, 0, torch.qint8)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: torch.zeros(2).as_subclass(Derived), "derived from torch.Tensor"),
        (lambda: torch.eye(2).to_sparse(), "sparse"),
        (quantised, "quantised"),
        (lambda: torch.zeros(2, device="meta"), "meta"),
    ],
    ids=["derived", "sparse", "quantised", "meta"],
)
def test_tensors_that_are_not_plain_are_not_passed_to_the_submission(sandboxed, make, words):
    modules = sandboxed(BOX)
    for argument in (make(), [make()], {"x": (1, make())}):
        with pytest.raises(TrustedValueError, match=words):
            modules.same(argument)
    assert modules.same(1) == 1


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("derived", "derived from torch.Tensor"), ("overriding", "derived from torch.Tensor"), ("sparse", "sparse"),
        ("quantised", "quantised"), ("meta", "meta"), ("parameter", "derived from torch.Tensor"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:.*quantized tensor creation functions")  # holds for the submission, too
def test_tensors_that_are_not_plain_are_not_taken_from_the_submission(sandboxed, name, words):
    modules = sandboxed("""
        import torch
        class Derived(torch.Tensor): pass
        class Overriding(torch.Tensor):
            @classmethod
            def __torch_function__(cls, function, kinds, arguments=(), keywords=None): return True
        class Parameter(torch.nn.Parameter): pass
        def derived(): return torch.zeros(2).as_subclass(Derived)
        def overriding(): return torch.zeros(2).as_subclass(Overriding)
        def sparse(): return torch.eye(2).to_sparse()
        def quantised(): return torch.quantize_per_tensor(torch.zeros(2), 1.0, 0, torch.qint8)
        def meta(): return torch.zeros(2, device="meta")
        def parameter(): return Parameter(torch.zeros(2))
        def fine(): return torch.ones(1)
    """)
    with pytest.raises(TypeError, match=words) as caught:
        getattr(modules, name)()
    assert not isinstance(caught.value, TrustedValueError)
    assert modules.fine() == 1


def test_what_belongs_to_the_suite_is_refused_with_a_hint(sandboxed):
    modules = sandboxed(BOX)

    layer = modules.make(nn.Linear, 2, 3)
    for argument, words in [
        (torch.futures.Future(), "Future"), (torch.jit.ScriptModule(), "Script"), (nn.Linear(2, 2, device="meta"), "meta"),
    ]:  # fmt: skip
        with pytest.raises(TrustedValueError, match=words):
            modules.same(argument)
    assert layer(torch.ones(1, 2)).shape == (1, 3)


# Verdicts are made here

LIES = """
    import torch
    torch.Tensor.__eq__ = lambda self, other: torch.tensor(True)
    torch.Tensor.__bool__ = lambda self: True
    torch.Tensor.sum = lambda self, *a, **k: torch.tensor(0.0)
    torch.allclose = torch.equal = lambda *a, **k: True
    torch.testing.assert_close = lambda *a, **k: None
    torch.nn.functional.cross_entropy = lambda *a, **k: torch.tensor(0.0)
    torch.nn.Linear.__instancecheck__ = lambda *a: True
    torch.manual_seed(1)
    def wrong(): return torch.ones(3)
    def five(): return torch.tensor(5.0)
    class Fake(torch.nn.Module):
        __class__ = torch.nn.Linear
    class Always:
        def __eq__(self, other): return True
        def __torch_function__(self, *a, **k): return torch.tensor(True)
    def always(): return Always()
"""


def test_what_a_submission_does_to_torch_changes_no_comparison(sandboxed):
    modules = sandboxed(LIES)
    found, expected = modules.wrong(), torch.zeros(3)
    assert not torch.allclose(found, expected)
    assert not torch.equal(found, expected)
    assert not (found == expected).any()
    with pytest.raises(AssertionError):
        torch.testing.assert_close(found, expected)
    assert modules.five() != 4
    assert modules.five() == 5
    assert found.sum() == 3
    assert nn.functional.cross_entropy(torch.zeros(1, 2), torch.tensor([0])) > 0.6


def test_an_object_that_stands_in_for_a_tensor_is_no_tensor(sandboxed):
    modules = sandboxed(LIES)
    always = modules.always()
    for compare in (torch.equal, torch.allclose, torch.testing.assert_close, torch.add):
        with pytest.raises((TypeError, AssertionError)):
            compare(always, torch.zeros(1))
    assert not isinstance(always, torch.Tensor)
    assert always != 5 and always != torch.zeros(1)


# Hostile replies

LIAR = """
    import gc, sys
    import torch
    connection = sys.modules["autograder.sandbox.connection"]
    wire = sys.modules["autograder.sandbox.wire"]
    child = sys.modules["autograder.sandbox.child"]
    world = sys.modules["autograder.sandbox.world"]
    T = wire.Tag
    honest = connection.Connection.send_packed
    F32, I64 = 8, 5

    def servant(): return next(thing for thing in gc.get_objects() if isinstance(thing, child.Servant))

    def reply(value, content=b"", graph=None, updates=(), retained=()):
        "Have this sent in place of the next reply."
        packed = connection.pack([T.LIST, "ok", value, graph, [T.LIST, *updates], [T.LIST, *retained], servant().number])
        frame = connection.HEADER.pack(len(packed), len(content)) + packed + content
        def send(self, packed, arrays):
            connection.Connection.send_packed = honest
            self.socket.sendall(frame)
        connection.Connection.send_packed = send

    def tensor(dtype=F32, shape=(2,), mirror=0, flags=0, grad=None): return [T.TENSOR, dtype, list(shape), mirror, flags, grad]
    def handle(): return servant().world.handle(torch.nn.ReLU())

    weight = torch.nn.Parameter(torch.ones(2))
    def number_of(value): return servant().world.mirror_ids[id(value)]
    def own(): return weight
    def fine(): return torch.ones(1)
"""
LIES_ABOUT_TENSORS = {
    "unknown_type": "reply(tensor(dtype=99), bytes(8))",
    "type_by_name": "reply(tensor(dtype='float32'), bytes(8))",
    "negative_length": "reply(tensor(shape=[-1]))",
    "text_as_shape": "reply([T.TENSOR, F32, 'xx', 0, 0, None])",
    "too_many_axes": "reply(tensor(shape=[1] * 40), bytes(4))",
    "terabytes": "reply(tensor(shape=[1 << 40]))",
    "impossible_shape": "reply(tensor(shape=[0, 1 << 47, 1 << 47]))",
    "too_little_content": "reply(tensor(shape=[4]), bytes(8))",
    "too_much_content": "reply(tensor(shape=[1]), bytes(8))",
    "unknown_flags": "reply(tensor(flags=1 << 20), bytes(8))",
    "negative_flags": "reply(tensor(flags=-1), bytes(8))",
    "too_few_parts": "reply([T.TENSOR, F32, [2], 0], bytes(8))",
    "even_number": "reply(tensor(mirror=12), bytes(8))",
    "text_as_number": "reply(tensor(mirror='3'), bytes(8))",
    "integers_with_a_gradient": "reply(tensor(dtype=I64, flags=1), bytes(16))",
    "gradient_of_another_shape": "reply(tensor(mirror=101, flags=1, grad=tensor(shape=[3])), bytes(20))",
    "gradient_of_another_type": "reply(tensor(mirror=101, flags=1, grad=tensor(dtype=9)), bytes(24))",
    "number_as_gradient": "reply(tensor(mirror=101, flags=1, grad=5), bytes(8))",
    "object_as_gradient": "reply(tensor(mirror=101, flags=1, grad=handle()), bytes(8))",
    "graph_without_a_graph": "reply(tensor(flags=4), bytes(8))",
    "graph_of_nothing": "reply(tensor(flags=4), bytes(8), graph=[T.LIST, handle(), [T.LIST]])",
    "graph_without_an_object": "reply(tensor(flags=4), bytes(8), graph=[T.LIST, 5, [T.LIST, tensor(mirror=101, flags=11)]])",
    "leaves_are_no_list": "reply(tensor(flags=4), bytes(8), graph=[T.LIST, handle(), tensor(mirror=101, flags=11)])",
    "leaf_that_nobody_knows": "reply(tensor(flags=4), bytes(8), graph=[T.LIST, handle(), [T.LIST, [T.MIRROR, 999]]])",
    "leaf_that_is_a_number": "reply(tensor(flags=4), bytes(8), graph=[T.LIST, handle(), [T.LIST, 7]])",
    "leaf_that_is_an_array": "reply(tensor(flags=4), bytes(9), graph=[T.LIST, handle(), [T.LIST, [T.ARRAY, 1, [1], 0, True]]])",
    "leaf_that_is_an_output": "reply(tensor(flags=4), bytes(16), graph=[T.LIST, handle(), [T.LIST, tensor(flags=4)]])",
    "graph_is_a_number": "reply(tensor(flags=4), bytes(8), graph=3)",
    "constant_that_is_unknown": "reply([T.CONSTANT, 10**6])",
    "constant_by_name": "reply([T.CONSTANT, 'Linear'])",
    "device_that_is_unknown": "reply([T.DEVICE, 'no such device'])",
    "device_by_number": "reply([T.DEVICE, 0])",
    "public_name": "reply([T.PUBLIC, 'os', 'system'])",
    "state_as_a_value": "reply([T.TENSOR_STATE, True, 5, 5])",
    "update_of_an_unknown_tensor": "reply(1, bytes(8), updates=[[T.LIST, 999, [T.TENSOR_STATE, False, tensor(), None]]])",
    "update_by_an_array":
        "reply(1, bytes(8), updates=[[T.LIST, number_of(weight), [T.ARRAY, 10, [2], 0, True]]])",
    "update_by_a_number": "reply(1, updates=[[T.LIST, number_of(weight), 5]])",
    "update_by_a_leaf":
        "reply(1, bytes(8), updates=[[T.LIST, number_of(weight), [T.TENSOR_STATE, True, tensor(flags=1), None]]])",
    "update_that_is_malformed": "reply(1, updates=[[T.LIST, number_of(weight), [T.TENSOR_STATE, 'x', None, None]]])",
    "a_tensor_twice": "reply(tensor(mirror=number_of(weight), flags=3), bytes(8))",
    "two_of_one_number": "reply([T.LIST, tensor(mirror=101), tensor(mirror=101)], bytes(16))",
    "retained_tensor_that_was_not_lent": "reply(1, retained=[2])",
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES_ABOUT_TENSORS)
def test_a_process_that_lies_about_tensors_fails_its_test_and_harms_nobody_else(sandboxed, lie):
    modules = sandboxed(LIAR + f"\n    def lie(): {LIES_ABOUT_TENSORS[lie]}\n")
    kept = modules.own()
    with pytest.raises(SubmissionFailure, match="invalid reply"):
        modules.lie()
    with pytest.raises(SubmissionFailure, match="invalid reply"):
        modules.fine()
    assert kept.tolist() == [1, 1] and kept.grad is None
    with sandboxed.test("the next one"):
        assert modules.fine() == 1


def test_an_update_of_another_size_stays_within_the_submissions_own_tensor(sandboxed):
    modules = sandboxed(LIAR + "\n    def keep(x): globals()['x'] = x\n    def swap(): x.data = torch.zeros(9)\n")
    mine = torch.ones(2)
    modules.keep(mine)
    modules.swap()
    assert mine.tolist() == [1, 1], "a tensor of the suite keeps its shape"
