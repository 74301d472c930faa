"""Submissions that several test modules hand in."""

LAYER = """
    import numpy as np

    EPS = 1e-8
    SEED = 42
    SIZES = [4, 3]
    NAME = "linear"

    class Base:
        pass

    class Linear(Base):
        kind = "affine"

        def __init__(self, a, b=3):
            self.params = {"weight": np.arange(float(a * b)).reshape(b, a), "bias": np.zeros((1, b))}
            self.grads = {}
            self.sizes = [a, b]

        def forward(self, x, scale=1.0):
            self.x = x
            return scale * (x @ self.params["weight"].T + self.params["bias"])

        @property
        def out(self):
            return self.sizes[1]

    class Net:
        def __init__(self, *sizes, **options):
            self.layers = [Linear(a, b) for a, b in zip(sizes, sizes[1:])]
            self.options = options

    def softmax(x, axis=-1):
        e = np.exp(x - x.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)

    def same(x):
        return x
"""

# For tensors as LAYER is for arrays.
BOX = """
    import torch
    from torch import nn

    class Box:
        def keep(self, x): self.x = x
        def double(self):
            with torch.no_grad(): self.x *= 2
        def total(self): return self.x.sum().item()
        def replace(self): self.x = torch.full((3,), 9.0)
        def grow(self): self.x.data = torch.zeros(2, 4, dtype=torch.float64)
        def rows(self): return self.x[0], self.x[1:]
        def set_grad(self, value): self.x.grad = None if value is None else torch.full_like(self.x, value)
        def grad_total(self): return None if self.x.grad is None else self.x.grad.sum().item()

    def same(x): return x
    def kind(x): return type(x).__name__
    def twice(x): return 2 * x
    def total(x): return x.sum().item()
    def shape(x): return x.shape
    def dtype(x): return x.dtype
    def device(x): return x.device
    def facts(x): return x.requires_grad, x.is_leaf, x.grad is None, tuple(x.shape), str(x.dtype)
    def add_one(x):
        with torch.no_grad(): x += 1
    def is_same(a, b): return a is b
    def zeros(*shape, **options): return torch.zeros(*shape, **options)
    def apply(function, x): return function(x)
    def make(kind, *arguments): return kind(*arguments)
"""

# What a submission can do that holds its own process: use anything that it was lent in any way.
FORGER = """
    import gc, sys
    child = sys.modules["autograder.sandbox.child"]

    def servant():
        return next(thing for thing in gc.get_objects() if isinstance(thing, child.Servant))

    def use(operation, thing, *arguments, **keywords):
        return servant().call_back(operation, servant().world.proxy_ids[id(thing)], arguments, keywords)

    def outcome(operation, thing, *arguments, **keywords):
        "What the submission learns: the answer, or the name of the exception."
        try:
            return use(operation, thing, *arguments, **keywords)
        except BaseException as error:
            return type(error).__name__
"""

# A submission that talks to descriptor 3 itself.
LIAR = """
    import gc, os, sys
    connection = sys.modules["autograder.sandbox.connection"]
    wire = sys.modules["autograder.sandbox.wire"]
    child = sys.modules["autograder.sandbox.child"]
    T = wire.Tag
    honest = connection.Connection.send_packed

    def number():
        return next(thing for thing in gc.get_objects() if isinstance(thing, child.Servant)).number

    def instead(frame):
        "Have this sent in place of the next reply."
        def send(self, packed, arrays):
            connection.Connection.send_packed = honest
            self.socket.sendall(frame)
        connection.Connection.send_packed = send

    def framed(structure, arrays=b""):
        packed = connection.pack(structure)
        return connection.HEADER.pack(len(packed), len(arrays)) + packed + arrays

    def reply(*outcome, updates=(), retained=()):
        instead(framed([T.LIST, *outcome, None, [T.LIST, *updates], [T.LIST, *retained], number()]))

    def garbage(): instead(b"garbage" * 100)
    def huge_header(): instead(connection.HEADER.pack(2**32 - 1, 2**64 - 1))
    def tag(): reply("ok", [99])
    def status(): reply("yes", 1)
    def nothing(): instead(framed(None))
    def unknown_array(): reply("ok", [T.MIRROR, 12345])
    def even_object(): reply("ok", [T.HANDLE, 12, "", "x", None])
    def number_is_text(): instead(framed([T.LIST, "ok", 1, None, [T.LIST], [T.LIST], "1"]))
    def other_number(): instead(framed([T.LIST, "ok", 1, None, [T.LIST], [T.LIST], number() + 1]))
    def not_lent(): reply("ok", 1, retained=[2])
    def not_owned():
        array = [T.ARRAY, 1, [1], 0, True]
        instead(framed([T.LIST, "ok", 1, [T.LIST, [T.LIST, 44, array]], [T.LIST], number()], b"x"))
    def updates_of_text(): reply("ok", 1, updates=[[T.LIST, 2, "x"]])
    def error(known="OSError", name="E", args=[T.TUPLE], message="bye", cls=None, cause=None, members=(), notes=()):
        node = [T.EXCEPTION, 3, known, name, args, message, "", cls, cause, None, False]
        return [*node, [T.LIST, *notes], [T.LIST, *members], [T.LIST], None]
    def object_as_message(): reply("error", error(message=[T.HANDLE, 3, "", "x", None]))
    def value_as_exception(): reply("error", "ValueError")
    def value_as_cause(): reply("error", error(cause=[T.HANDLE, 5, "", "x", None]))
    def class_of_nothing(): reply("error", error(cls=[T.LIST, "modules", "E"]))
    def class_that_is_no_exception(): reply("error", error(cls=[T.LIST, "modules", "E", "int", [T.LIST]]))
    def class_of_another_kind(): reply("error", error(cls=[T.LIST, "modules", "E", "KeyError", [T.LIST]]))
    def class_without_a_number(): reply("ok", [T.HANDLE, 31, "", "x", None, [T.LIST, 2, "x"]])
    def class_with_no_name(): reply("ok", [T.HANDLE, 31, "", "x", None, [T.LIST, "modules", "a b"]])
    def many_notes(): reply("error", error(notes=["x"] * 1000))
    def arguments_in_a_list(): reply("error", error(args=[T.LIST]))
    def object_as_module(): reply("import", [T.HANDLE, 3, "", "x", None], "text")
    def too_few_parts(): reply("error", "ValueError")
    def nested():
        node = 1
        for _ in range(100): node = [T.LIST, node]
        reply("ok", node)
    def early(): os.write(3, b"garbage" * 100)
    def fine(): return 1
"""
