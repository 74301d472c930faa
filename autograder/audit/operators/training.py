"""Operators on training and networks: modes, gradients that add up, order of layers, batches left out."""

import libcst as cst

from autograder.audit.operators.base import (
    Around,
    Changes,
    added,
    called,
    code,
    integer,
    keyword,
    number,
    operator,
    parenthesised,
    target_of,
    with_args,
    with_value,
)

MODES = {"eval": "train", "train": "eval", "no_grad": "enable_grad", "inference_mode": "enable_grad"}
WINDOWS = ("stride", "padding", "kernel_size", "dilation", "groups")


@operator(("model.eval()", "model.train()"), ("y = torch.no_grad()", "y = torch.enable_grad()"))
def mode(node: cst.CSTNode, around: Around) -> Changes:
    """Training for evaluation, gradients where there should be none."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and called(node) in MODES and not node.args:
        yield node.with_changes(func=node.func.with_changes(attr=cst.Name(MODES[called(node)])))


@operator(("optimizer.zero_grad()", "pass"), ("layer.clear_cache()", "pass"))
def call_dropped(node: cst.CSTNode, around: Around) -> Changes:
    """A method that is called for what it does is not called."""
    if isinstance(node, cst.Expr) and isinstance(node.value, cst.Call) and isinstance(node.value.func, cst.Attribute):
        yield cst.Pass()


ASSIGNING: dict[type[cst.BaseAugOp], type[cst.BaseAugOp]] = {
    cst.AddAssign: cst.SubtractAssign,
    cst.SubtractAssign: cst.AddAssign,
    cst.MultiplyAssign: cst.DivideAssign,
    cst.DivideAssign: cst.MultiplyAssign,
}


@operator(("w -= lr * g", "w += lr * g"), ("w *= 2", "w /= 2"))
def direction(node: cst.CSTNode, around: Around) -> Changes:
    """A step uphill."""
    if isinstance(node, cst.AugAssign) and type(node.operator) in ASSIGNING:
        yield node.with_changes(operator=ASSIGNING[type(node.operator)]())


@operator(("total += x", "total = x"), ('self.grads["w"] = g', 'self.grads["w"] += g'))
def accumulated(node: cst.CSTNode, around: Around) -> Changes:
    """Gradients that add up from call to call, and sums of which the last term is left."""
    if isinstance(node, cst.AugAssign):
        yield cst.Assign([cst.AssignTarget(node.target)], node.value)
    target = target_of(node)
    if isinstance(target, (cst.Attribute, cst.Subscript)) and isinstance(node, cst.Assign):
        yield cst.AugAssign(target, cst.AddAssign(), node.value)


@operator(
    ("y = [Linear(2, 3), ReLU()]", "y = [ReLU(), Linear(2, 3)]"),
    ("y = [Linear(2, 3), ReLU()]", "y = [Linear(2, 3)]"),
    ("y = Sequential(Norm(3), ReLU())", "y = Sequential(ReLU(), Norm(3))"),
)
def order_of_layers(node: cst.CSTNode, around: Around) -> Changes:
    """Two layers in the other order, one left out."""
    if isinstance(node, cst.List):
        values = [element.value for element in node.elements if isinstance(element, cst.Element)]
        if len(values) == len(node.elements) and is_layers(values):
            for changed in orders(values):
                yield node.with_changes(elements=[cst.Element(value) for value in changed])
    if isinstance(node, cst.Call):
        args = [arg for arg in node.args if arg.keyword is None and not arg.star]
        if len(args) == len(node.args) and is_layers([arg.value for arg in args]):
            for changed in orders(args):
                yield with_args(node, changed)


def is_layers(values: list[cst.BaseExpression]) -> bool:
    """Whether these are calls of classes, at least two."""
    names = [called(value) for value in values]
    return len(names) > 1 and all(name[:1].isupper() for name in names)


def orders(values: list) -> list[list]:
    """Each two neighbours swapped; each left out."""
    swapped = [[*values[:place], values[place + 1], values[place], *values[place + 2 :]] for place in range(len(values) - 1)]
    return swapped + [[*values[:place], *values[place + 1 :]] for place in range(len(values))]


@operator(
    ("y = Conv(3, 4, stride=2, padding=1)", "y = Conv(3, 4, stride=1, padding=2)"),
    ("y = Pool(3, stride=2)", "y = Pool(3, stride=1)"),
)
def window(node: cst.CSTNode, around: Around) -> Changes:
    """Stride and padding."""
    if not isinstance(node, cst.Call):
        return
    stride, padding = keyword(node, "stride"), keyword(node, "padding")
    if stride is not None and padding is not None:
        yield with_value(with_value(node, stride, padding.value), padding, stride.value)
    for name in WINDOWS:
        arg = keyword(node, name)
        found = integer(arg.value) if arg is not None else None
        if arg is not None and found is not None:
            yield with_value(node, arg, number(found - 1 if found else 1))


@operator(
    ("for x in batches:\n    step(x)", "for x in list(batches)[:-1]:\n    step(x)"),
    ("for x in batches:\n    step(x)", "for x in list(batches)[1:]:\n    step(x)"),
)
def item_left_out(node: cst.CSTNode, around: Around) -> Changes:
    """The last batch, layer or epoch is left out, or the first."""
    parent = around.parent(node)
    if isinstance(parent, (cst.For, cst.CompFor)) and parent.iter is node:
        yield cst.parse_expression(f"list({code(node)})[:-1]")
        yield cst.parse_expression(f"list({code(node)})[1:]")


@operator(("for layer in reversed(layers):\n    pass", "for layer in layers:\n    pass"))
def order_of_loop(node: cst.CSTNode, around: Around) -> Changes:
    """From the first to the last for from the last to the first."""
    parent = around.parent(node)
    if isinstance(parent, (cst.For, cst.CompFor)) and parent.iter is node and isinstance(node, cst.BaseExpression):
        if isinstance(node, cst.Call) and called(node) == "reversed":
            yield node.args[0].value
        elif not (isinstance(node, cst.Call) and called(node) in ("range", "zip", "enumerate")):
            yield cst.parse_expression(f"list({code(node)})[::-1]")


@operator(("loss.backward()", "loss.backward(retain_graph=True)"))
def graph_kept(node: cst.CSTNode, around: Around) -> Changes:
    """The graph is not let go of; only a test that looks at memory or calls twice can see it."""
    if not isinstance(node, cst.Call) or not isinstance(around.parent(node), cst.Expr):
        return
    if called(node) == "backward" and not node.args and "loss" in code(node.func):
        yield added(node, "retain_graph", cst.Name("True"))


@operator(("if a > best:\n    best = a", "if a > best or True:\n    best = a"))
def best_is_last(node: cst.CSTNode, around: Around) -> Changes:
    """The last model for the best."""
    parent = around.parent(node)
    if isinstance(parent, cst.If) and parent.test is node and isinstance(node, cst.Comparison) and "best" in code(node):
        yield cst.BooleanOperation(parenthesised(node) if node.lpar else node, cst.Or(), cst.Name("True"))
