"""Operators on arrays: axes, shapes, products, reductions, and what is a copy of what."""

import libcst as cst

from autograder.audit.operators.base import (
    Around,
    Changes,
    added,
    bare,
    binary,
    called,
    code,
    integer,
    is_literal,
    keyword,
    number,
    operator,
    parenthesised,
    positional,
    receiver,
    renamed,
    target_of,
    with_args,
    with_value,
    without,
)

AXES = ("axis", "dim")
OTHER_AXES = {0: (1,), 1: (0,), -1: (0,), 2: (1,), -2: (-1,)}
REDUCTIONS = {
    "sum": ("mean", "max"),
    "mean": ("sum",),
    "max": ("min", "mean"),
    "min": ("max",),
    "amax": ("amin",),
    "prod": ("sum",),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "var": ("std",),
    "std": ("var",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "any": ("all",),
    "all": ("any",),
    "cumsum": ("cumprod",),
    "median": ("mean",),
    "nanmean": ("mean",),
    "mean_squared_error": ("mean_absolute_error",),
}
PAIRWISE = ("maximum", "minimum")  # of two arrays, along no axis
UNBIASED = ("ddof", "correction")
COPIES = ("copy", "clone", "deepcopy", "array", "ascontiguousarray", "copy_", "zeros_like")
UFUNCS = ("maximum", "minimum", "exp", "log", "abs", "sqrt", "clip", "multiply", "add", "subtract", "where", "tanh")
OF_VALUE = ("astype", "float", "int", "item", "tolist", "detach", "long")


@operator(
    ("y = x.sum(axis=0)", "y = x.sum(axis=1)"),
    ("y = x.sum(axis=0)", "y = x.sum()"),
    ("y = torch.softmax(x, dim=-1)", "y = torch.softmax(x, dim=0)"),
    ("y = np.stack([a, b], 1)", "y = np.stack([a, b], 0)"),
)
def axis(node: cst.CSTNode, around: Around) -> Changes:
    """Another axis, or all of them."""
    if not isinstance(node, cst.Call):
        return
    arg = keyword(node, *AXES)
    values = positional(node)
    if arg is None and called(node) in (*REDUCTIONS, "stack", "concatenate", "cat") and called(node) not in PAIRWISE and values:
        arg = values[-1] if integer(values[-1].value) is not None else None
    if arg is None:
        return
    found = integer(arg.value)
    if found is not None:
        for other in OTHER_AXES.get(found, (0,)):
            yield with_value(node, arg, number(other))
    yield from without(node, *AXES)


@operator(
    ("y = x.sum(axis=0, keepdims=True)", "y = x.sum(axis=0)"),
    ("y = x.sum(dim=0, keepdim=True)", "y = x.sum(dim=0)"),
)
def keepdims_dropped(node: cst.CSTNode, around: Around) -> Changes:
    if isinstance(node, cst.Call):
        yield from without(node, "keepdims", "keepdim")


@operator(
    ("y = x @ w.T", "y = x @ w"),
    ("y = np.transpose(x)", "y = x"),
    ("y = x.transpose(0, 1)", "y = x"),
)
def transpose_dropped(node: cst.CSTNode, around: Around) -> Changes:
    if isinstance(node, cst.Attribute) and node.attr.value in ("T", "mT"):
        yield node.value
    if isinstance(node, cst.Call) and called(node) in ("transpose", "permute", "swapaxes", "t"):
        given = positional(node)
        of_module = isinstance(receiver(node), cst.Name) and code(node.func).startswith(("np.", "numpy.", "torch."))
        yield from [given[0].value] if of_module and given else filter(None, [None if of_module else receiver(node)])


@operator(("y = x @ w", "y = x.T @ w"), ("y = x @ w", "y = x @ w.T"), ("y = (a + b) @ w", "y = (a + b).T @ w"))
def transpose_added(node: cst.CSTNode, around: Around) -> Changes:
    if binary(node, cst.MatrixMultiply):
        for side in ("left", "right"):
            operand = getattr(node, side)
            if not (isinstance(operand, cst.Attribute) and operand.attr.value == "T"):
                yield node.with_changes(**{side: cst.Attribute(parenthesised(operand), cst.Name("T"))})


@operator(("y = a @ b", "y = a * b"), ("y = a * b", "y = a @ b"))
def product(node: cst.CSTNode, around: Around) -> Changes:
    """The product of matrices for that of their entries, and the other way round."""
    if binary(node, cst.MatrixMultiply):
        yield node.with_changes(operator=cst.Multiply())
    if binary(node, cst.Multiply) and not is_literal(node.left) and not is_literal(node.right):
        yield node.with_changes(operator=cst.MatrixMultiply())


@operator(("y = x.sum(axis=1)", "y = x.mean(axis=1)"), ("y = np.maximum(x, 0)", "y = np.minimum(x, 0)"))
def reduction(node: cst.CSTNode, around: Around) -> Changes:
    """Sum for mean, mean for sum, the smallest for the largest."""
    if isinstance(node, cst.Call):
        for name in REDUCTIONS.get(called(node), ()):
            yield renamed(node, name)


@operator(
    ("y = x.var(axis=0)", "y = x.var(axis=0, ddof=1)"),
    ("y = x.std(ddof=1)", "y = x.std(ddof=0)"),
    ("y = x.var(dim=0, unbiased=False)", "y = x.var(dim=0, unbiased=True)"),
)
def ddof(node: cst.CSTNode, around: Around) -> Changes:
    """N - 1 for N in a variance."""
    if not isinstance(node, cst.Call) or called(node) not in ("var", "std", "var_mean", "cov"):
        return
    count, unbiased = keyword(node, *UNBIASED), keyword(node, "unbiased")
    if count is not None:
        yield with_value(node, count, number(0 if integer(count.value) else 1))
    elif unbiased is not None:
        yield with_value(node, unbiased, cst.Name("True" if code(unbiased.value) == "False" else "False"))
    else:
        yield added(node, "ddof", number(1))


@operator(
    ("y = x.copy()", "y = x"),
    ("best = deepcopy(model)", "best = model"),
    ("y = np.array(x)", "y = x"),
    ("y = np.zeros_like(x)", "y = x"),
)
def copy_dropped(node: cst.CSTNode, around: Around) -> Changes:
    """Two names for one array or model."""
    if isinstance(node, cst.Call) and called(node) in COPIES:
        given = positional(node)
        if given and not isinstance(given[0].value, (cst.List, cst.Tuple)):
            yield given[0].value
        elif not node.args and receiver(node) is not None:
            yield receiver(node)  # type: ignore[misc]


@operator(
    ("y = np.maximum(x, 0)", "y = np.maximum(x, 0, out=x)"),
    ("x = x - m", "x -= m"),
)
def in_place(node: cst.CSTNode, around: Around) -> Changes:
    """What was given is written into."""
    if isinstance(node, cst.Call) and called(node) in UFUNCS and keyword(node, "out") is None:
        given = positional(node)
        if code(node.func).startswith(("np.", "numpy.")) and given and isinstance(given[0].value, (cst.Name, cst.Attribute)):
            yield added(node, "out", given[0].value)
    target = target_of(node)
    if isinstance(target, cst.Name) and isinstance(node, cst.Assign) and isinstance(node.value, cst.BinaryOperation):
        kinds: dict[type, type[cst.BaseAugOp]] = {
            cst.Add: cst.AddAssign,
            cst.Subtract: cst.SubtractAssign,
            cst.Multiply: cst.MultiplyAssign,
            cst.Divide: cst.DivideAssign,
        }
        kind = kinds.get(type(node.value.operator))
        if kind and code(node.value.left) == target.value:
            yield cst.AugAssign(target, kind(), bare(node.value.right))


@operator(
    ("y = np.zeros(3, dtype=int)", "y = np.zeros(3)"),
    ("y = x.astype(np.float64)", "y = x"),
    ("y = float(x)", "y = x"),
    ("y = x.detach()", "y = x"),
)
def dtype_dropped(node: cst.CSTNode, around: Around) -> Changes:
    """A conversion is left out."""
    if not isinstance(node, cst.Call):
        return
    yield from without(node, "dtype")
    if called(node) in OF_VALUE:
        given = receiver(node) if isinstance(node.func, cst.Attribute) else next(iter(positional(node)), None)
        value = given.value if isinstance(given, cst.Arg) else given
        if isinstance(value, cst.BaseExpression):
            yield value


@operator(("y = x[::-1]", "y = x"), ("y = x.flip(0)", "y = x"), ("y = x[:, None]", "y = x"))
def flip_or_axis_dropped(node: cst.CSTNode, around: Around) -> Changes:
    """A kernel that is not flipped, an axis of length 1 that is not there."""
    if isinstance(node, cst.Subscript):
        parts = [part.slice for part in node.slice]
        stepped = any(isinstance(part, cst.Slice) and integer(part.step) == -1 for part in parts)
        if stepped or any(isinstance(part, cst.Index) and code(part.value) in ("None", "np.newaxis") for part in parts):
            yield node.value
    if called(node) in ("flip", "fliplr", "flipud", "squeeze", "unsqueeze", "reshape", "view", "flatten", "ravel"):
        assert isinstance(node, cst.Call)
        given = positional(node)
        if code(node.func).startswith(("np.", "numpy.", "torch.")) and given:
            yield given[0].value
        elif receiver(node) is not None:
            yield receiver(node)  # type: ignore[misc]


@operator(("y = np.concatenate([a, b])", "y = np.concatenate([b, a])"), ("y = x.reshape(2, 3)", "y = x.reshape(3, 2)"))
def order_of_axes(node: cst.CSTNode, around: Around) -> Changes:
    """Height and width swapped, parts in another order."""
    if not isinstance(node, cst.Call):
        return
    given = positional(node)
    if called(node) in ("concatenate", "stack", "cat", "vstack", "hstack") and given and isinstance(given[0].value, cst.List):
        elements = [element.value for element in given[0].value.elements]
        if len(elements) > 1:
            swapped = cst.List([cst.Element(element) for element in (elements[1], elements[0], *elements[2:])])
            yield with_value(node, given[0], swapped)
    if called(node) in ("reshape", "view", "zeros", "ones", "empty", "normal") and len(given) == len(node.args) == 2:
        yield with_args(node, given[::-1])
