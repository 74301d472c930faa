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
