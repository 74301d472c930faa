"""Operators on formulas: factors, signs, small constants, limits of cases, arguments."""

import libcst as cst

from autograder.audit.operators.base import (
    Around,
    Changes,
    bare,
    binary,
    called,
    code,
    integer,
    keyword,
    number,
    operands,
    operator,
    parenthesised,
    positional,
    rank,
    renamed,
    with_value,
)

SIZES = ("n", "N", "S", "batch_size", "n_samples", "num_samples", "batch", "size", "count")
BIASES = ("bias", "biases", "beta", "b")
SMALL = ("eps", "epsilon", "tiny", "finfo")
LIMITERS = ("maximum", "minimum", "clip", "clamp", "fmax", "nan_to_num")
RELATED = {
    "exp": ("expm1",),
    "expm1": ("exp",),
    "log": ("log1p", "exp"),
    "log1p": ("log",),
    "log_softmax": ("softmax",),
    "sin": ("cos",),
    "tanh": ("sinh",),
    "argmax": ("max",),
}
UNDONE = ("sqrt", "square", "abs", "exp", "log", "expm1", "softmax", "log_softmax", "relu", "elu", "tanh", "sigmoid")
POINTWISE = ("log", "exp", "expm1", "log1p", "sqrt", "maximum", "minimum", "abs", "tanh", "softmax", "square")


def is_size(node: cst.CSTNode) -> bool:
    """Whether an expression is a number of samples or the like."""
    if isinstance(node, cst.Call):
        return called(node) == "len" or code(node).endswith(".size(0)")
    if isinstance(node, cst.Subscript):
        return code(node.value).endswith(".shape")
    if isinstance(node, cst.Attribute):
        return node.attr.value in SIZES
    return isinstance(node, cst.Name) and node.value in SIZES


def is_small(node: cst.CSTNode) -> bool:
    """Whether an expression is there to keep away from 0."""
    if isinstance(node, cst.Float):
        return 0 < node.evaluated_value <= 1e-4
    words = code(node)
    return any(name in words for name in SMALL) and not isinstance(node, cst.BinaryOperation)


def last_names(node: cst.BaseExpression) -> set[str]:
    """The names by which an operand may be known: b, self.bias, params["bias"]."""
    if isinstance(node, cst.Subscript) and isinstance(node.slice[0].slice, cst.Index):
        key = node.slice[0].slice.value
        return {str(key.evaluated_value)} if isinstance(key, cst.SimpleString) else set()
    if isinstance(node, cst.Attribute):
        return {node.attr.value}
    return {node.value} if isinstance(node, cst.Name) else set()


@operator(
    ("y = d / len(x)", "y = d"),
    ("y = d / len(x)", "y = d / len(x) / len(x)"),
    ("y = d / (x.shape[0] * p)", "y = d / (p)"),
)
def batch_size(node: cst.CSTNode, around: Around) -> Changes:
    """The division by the number of samples is left out, or done twice."""
    if binary(node, cst.Divide) and is_size(node.right):
        yield node.left
        yield cst.BinaryOperation(bare(node), cst.Divide(), node.right)
    if binary(node, cst.Multiply):
        yield from (other for operand, other in operands(node) if is_size(operand))


@operator(("y = -x", "y = x"), ("y = a - b", "y = b - a"), ("return a * b", "return -(a * b)"))
def sign(node: cst.CSTNode, around: Around) -> Changes:
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
        yield node.expression
    if binary(node, cst.Subtract) and rank(node.right) > rank(node):
        yield cst.BinaryOperation(parenthesised(node.right), node.operator, parenthesised(node.left))
    if isinstance(node, cst.Return) and isinstance(node.value, cst.BinaryOperation):
        yield node.with_changes(value=cst.UnaryOperation(cst.Minus(), parenthesised(node.value)))


@operator(("y = x @ w + b", "y = x @ w"), ('y = x @ w + params["bias"]', "y = x @ w"))
def bias_dropped(node: cst.CSTNode, around: Around) -> Changes:
    if binary(node, cst.Add):
        yield from (other for operand, other in operands(node) if last_names(operand) & set(BIASES))


@operator(
    ("y = x / (v + eps)", "y = x / (v)"),
    ("y = np.sqrt(v + eps)", "y = np.sqrt(v) + eps"),
    ("y = np.log(np.maximum(p, 1e-12))", "y = np.log(p)"),
)
def epsilon(node: cst.CSTNode, around: Around) -> Changes:
    """What keeps a logarithm or a quotient finite is left out, or stands outside of the root."""
    if binary(node, cst.Add):
        yield from (other for operand, other in operands(node) if is_small(operand))
    if not isinstance(node, cst.Call):
        return
    given = positional(node)
    if called(node) == "sqrt" and given and binary(given[0].value, cst.Add):
        for operand, other in operands(given[0].value):
            if is_small(operand):
                yield cst.BinaryOperation(with_value(node, given[0], other), cst.Add(), operand)
    if called(node) in LIMITERS and any(is_small(arg.value) for arg in node.args) and given:
        yield next((arg.value for arg in given if not is_small(arg.value)), given[0].value)


@operator(("y = np.exp(x - x.max(axis=1, keepdims=True))", "y = np.exp(x)"))
def max_shift_dropped(node: cst.CSTNode, around: Around) -> Changes:
    if binary(node, cst.Subtract) and called(node.right) in ("max", "amax"):
        yield node.left


@operator(("y = np.minimum(x, 0)", "y = x"), ("y = x.clip(0, 1)", "y = x"))
def limit_dropped(node: cst.CSTNode, around: Around) -> Changes:
    """Nothing is cut off."""
    if isinstance(node, cst.Call) and called(node) in LIMITERS:
        given = [arg.value for arg in positional(node)]
        of_module = code(node.func).startswith(("np.", "numpy.", "torch."))
        value = next(iter(given), None) if of_module else getattr(node.func, "value", None)
        if isinstance(value, cst.BaseExpression):
            yield value


BOUNDARIES: dict[type[cst.BaseCompOp], type[cst.BaseCompOp]] = {
    cst.GreaterThan: cst.GreaterThanEqual,
    cst.GreaterThanEqual: cst.GreaterThan,
    cst.LessThan: cst.LessThanEqual,
    cst.LessThanEqual: cst.LessThan,
}


@operator(("y = x > 0", "y = x >= 0"), ("y = a <= b", "y = a < b"))
def boundary(node: cst.CSTNode, around: Around) -> Changes:
    """`>` for `>=`: the case that lies on the boundary."""
    if isinstance(node, cst.Comparison) and len(node.comparisons) == 1:
        target = node.comparisons[0]
        kind = BOUNDARIES.get(type(target.operator))
        if kind:
            yield node.with_changes(comparisons=[target.with_changes(operator=kind())])


@operator(
    ("y = a * (np.exp(x) - 1)", "y = a * np.exp(x) - 1"),
    ("y = a / (b * c)", "y = a / b * c"),
    ("y = (a + b) / c", "y = a + b / c"),
)
def precedence(node: cst.CSTNode, around: Around) -> Changes:
    """Parentheses are forgotten."""
    if not isinstance(node, cst.BinaryOperation):
        return
    for side in ("left", "right"):
        operand = getattr(node, side)
        if isinstance(operand, cst.BinaryOperation) and operand.lpar:
            open_ = bare(operand)
            if rank(open_) < rank(node) or (side == "right" and rank(open_) == rank(node)):
                yield node.with_changes(**{side: open_})


@operator(("def f(x, y):\n    return np.log(x)", "def f(x, y):\n    return np.log(y)"))
def wrong_argument(node: cst.CSTNode, around: Around) -> Changes:
    """Another variable of the same function."""
    if isinstance(node, cst.Call) and called(node) in POINTWISE:
        given = positional(node)
        if given and isinstance(given[0].value, cst.Name):
            others = [name for name in around.names if name != given[0].value.value]
            yield from (with_value(node, given[0], cst.Name(name)) for name in others[:2])


@operator(("y = np.exp(x)", "y = np.expm1(x)"), ("y = np.log(p)", "y = np.log1p(p)"))
def related_function(node: cst.CSTNode, around: Around) -> Changes:
    if isinstance(node, cst.Call):
        yield from (renamed(node, name) for name in RELATED.get(called(node), ()))


@operator(("y = np.sqrt(v)", "y = v"), ("y = x**2", "y = x"), ("y = torch.exp(x)", "y = x"))
def function_dropped(node: cst.CSTNode, around: Around) -> Changes:
    """A variance for a standard deviation, a number for its square."""
    if isinstance(node, cst.Call) and called(node) in UNDONE:
        given = positional(node)
        value = given[0].value if given else getattr(node.func, "value", None)
        if isinstance(value, cst.BaseExpression):
            yield value
    if binary(node, cst.Power):
        yield node.left


@operator(("m = mu * m + (1 - mu) * g", "m = mu * m + g"), ("y = d * y * (1.0 - y)", "y = d * y"))
def complement_dropped(node: cst.CSTNode, around: Around) -> Changes:
    """The share that is left of 1, as in moving averages and the sigmoid's derivative."""
    if binary(node, cst.Multiply):
        for operand, other in operands(node):
            if binary(operand, cst.Subtract) and code(operand.left) in ("1", "1.0"):
                yield other


@operator(
    ("self.x = x", 'self.x = vars(self).setdefault("x", x)'),
)
def call_before(node: cst.CSTNode, around: Around) -> Changes:
    """What the first call has kept is kept for ever."""
    if isinstance(node, cst.Assign) and len(node.targets) == 1 and not around.function.endswith("__init__"):
        target = node.targets[0].target
        if isinstance(target, cst.Attribute) and code(target.value) == "self" and code(node.value) != "None":
            given = [cst.Arg(cst.SimpleString(f'"{target.attr.value}"')), cst.Arg(node.value)]
            kept = cst.Call(cst.parse_expression("vars(self).setdefault"), given)
            yield node.with_changes(value=kept)


@operator(("y = np.where(c, a, b)", "y = np.where(c, b, a)"), ("y = np.where(c, a, b)", "y = a"))
def case_dropped(node: cst.CSTNode, around: Around) -> Changes:
    """One case for all entries, or each for the other's."""
    if isinstance(node, cst.Call) and called(node) == "where" and len(positional(node)) == 3:
        _, first, second = positional(node)
        yield node.with_changes(
            args=[node.args[0], node.args[1].with_changes(value=second.value), node.args[2].with_changes(value=first.value)]
        )
        yield parenthesised(first.value)
        yield parenthesised(second.value)


@operator(("y = np.random.normal(0, np.sqrt(v), size=3)", "y = np.random.uniform(0, np.sqrt(v), size=3)"))
def distribution(node: cst.CSTNode, around: Around) -> Changes:
    """Another distribution with the same arguments."""
    others = {"normal": "uniform", "uniform": "normal", "randn": "rand", "rand": "randn", "normal_": "uniform_"}
    if isinstance(node, cst.Call) and called(node) in others and keyword(node, "low", "high", "loc", "scale") is None:
        yield renamed(node, others[called(node)])


@operator(("y = x[1:]", "y = x[2:]"), ("y = x[: n]", "y = x[: n - 1]"), ("y = range(n)", "y = range(n - 1)"))
def off_by_one(node: cst.CSTNode, around: Around) -> Changes:
    """A range or slice that begins or ends one too late or too early."""
    if isinstance(node, cst.Call) and called(node) in ("range", "arange", "linspace"):
        for arg in positional(node):
            for step in (cst.Subtract(), cst.Add()):
                yield with_value(node, arg, shifted(arg.value, step))
    if isinstance(node, cst.Subscript) and len(node.slice) == 1 and isinstance(node.slice[0].slice, cst.Slice):
        part = node.slice[0].slice
        for side in ("lower", "upper"):
            bound = getattr(part, side)
            for step in (cst.Subtract(), cst.Add()) if bound is not None else ():
                changed = part.with_changes(**{side: shifted(bound, step)})
                yield node.with_changes(slice=[node.slice[0].with_changes(slice=changed)])


def shifted(value: cst.BaseExpression, step: cst.Add | cst.Subtract) -> cst.BaseExpression:
    """An expression and one more, or one less."""
    found = integer(value)
    if found is not None:
        return number(found + (1 if isinstance(step, cst.Add) else -1))
    return cst.BinaryOperation(parenthesised(value), step, number(1))
