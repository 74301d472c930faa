"""Operators for any program: arithmetic, comparisons, conditions, constants, statements, arguments."""

import libcst as cst

from autograder.audit.operators.base import (
    Around,
    Changes,
    binary,
    code,
    is_literal,
    number,
    operator,
    parenthesised,
    positional,
    with_args,
)

ARITHMETIC: dict[type[cst.BaseBinaryOp], type[cst.BaseBinaryOp]] = {
    cst.Add: cst.Subtract,
    cst.Subtract: cst.Add,
    cst.Multiply: cst.Divide,
    cst.Divide: cst.Multiply,
    cst.FloorDivide: cst.Divide,
    cst.Modulo: cst.FloorDivide,
    cst.Power: cst.Multiply,
}
COMPARISONS: dict[type[cst.BaseCompOp], type[cst.BaseCompOp]] = {
    cst.GreaterThan: cst.LessThan,
    cst.GreaterThanEqual: cst.LessThanEqual,
    cst.LessThan: cst.GreaterThan,
    cst.LessThanEqual: cst.GreaterThanEqual,
    cst.Equal: cst.NotEqual,
    cst.NotEqual: cst.Equal,
    cst.Is: cst.IsNot,
    cst.IsNot: cst.Is,
    cst.In: cst.NotIn,
    cst.NotIn: cst.In,
}


@operator(("y = a + b", "y = a - b"), ("y = c - a * b", "y = c - a / b"), ("y = a ** 2", "y = a * 2"))
def arithmetic(node: cst.CSTNode, around: Around) -> Changes:
    if isinstance(node, cst.BinaryOperation) and type(node.operator) in ARITHMETIC:
        yield node.with_changes(operator=ARITHMETIC[type(node.operator)]())


@operator(("y = a + b", "y = a"), ("y = a * b", "y = b"))
def operand_dropped(node: cst.CSTNode, around: Around) -> Changes:
    if binary(node, cst.Add, cst.Subtract, cst.Multiply, cst.Divide, cst.FloorDivide, cst.Modulo):
        yield node.left
        yield node.right


@operator(("y = a > b", "y = a < b"), ("y = a == b", "y = a != b"))
def comparison(node: cst.CSTNode, around: Around) -> Changes:
    if isinstance(node, cst.Comparison) and len(node.comparisons) == 1:
        target = node.comparisons[0]
        kind = COMPARISONS.get(type(target.operator))
        if kind:
            yield node.with_changes(comparisons=[target.with_changes(operator=kind())])


@operator(("y = a and b", "y = a or b"), ("y = a and b", "y = a"), ("y = not a", "y = a"))
def boolean(node: cst.CSTNode, around: Around) -> Changes:
    if isinstance(node, cst.BooleanOperation):
        yield node.with_changes(operator=cst.Or() if isinstance(node.operator, cst.And) else cst.And())
        yield node.left
        yield node.right
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Not):
        yield node.expression


@operator(
    ("y = f(True)", "y = f(False)"), ("y = 2 / x", "y = 3 / x"), ("y = 1.0 - x", "y = 2.0 - x"), ("y = 1e-5", "y = 0.0001")
)
def constant(node: cst.CSTNode, around: Around) -> Changes:
    """One more and one less; ten times as much of a small number."""
    if isinstance(node, cst.Integer):
        yield number(node.evaluated_value + 1)
        yield number(node.evaluated_value - 1)
    elif isinstance(node, cst.Float) and 0 < node.evaluated_value < 0.01:
        yield number(float(f"{10 * node.evaluated_value:.6g}"))
    elif isinstance(node, cst.Float):
        yield number(node.evaluated_value + 1)
        yield number(node.evaluated_value - 1)
    elif isinstance(node, cst.Name) and node.value in ("True", "False"):
        yield cst.Name("False" if node.value == "True" else "True")


@operator(("self.x = x", "pass"), ("total += 1", "pass"), ("return x", "pass"))
def statement_dropped(node: cst.CSTNode, around: Around) -> Changes:
    if isinstance(node, (cst.Assign, cst.AugAssign, cst.Return, cst.Expr, cst.Raise, cst.Break, cst.Continue, cst.Del)):
        yield cst.Pass()


@operator(("y = f(a, b)", "y = f(b, a)"), ("y = f(a, b, key=c)", "y = f(b, a, key=c)"))
def arguments_swapped(node: cst.CSTNode, around: Around) -> Changes:
    if not isinstance(node, cst.Call):
        return
    given = positional(node)
    for place in range(len(given) - 1):
        one, other = given[place], given[place + 1]
        if code(one.value) != code(other.value) and not (is_literal(one.value) and is_literal(other.value)):
            swapped = [*given[:place], other, one, *given[place + 2 :]]
            yield with_args(node, [*swapped, *node.args[len(given) :]])


@operator(("y = f(a, momentum=m)", "y = f(a)"))
def keyword_dropped(node: cst.CSTNode, around: Around) -> Changes:
    """The default for what was asked for."""
    if isinstance(node, cst.Call):
        for arg in node.args:
            if arg.keyword is not None:
                yield with_args(node, [each for each in node.args if each is not arg])


@operator(("def f(x):\n    return 2 * x", "def f(x):\n    return x"))
def returns_its_input(node: cst.CSTNode, around: Around) -> Changes:
    if isinstance(node, cst.Return) and node.value is not None and around.parameters and code(node.value) != around.names[0]:
        yield node.with_changes(value=cst.Name(around.names[0]))


@operator(("if a > b:\n    f()", "if not (a > b):\n    f()"), ("y = a if c else b", "y = a if not c else b"))
def condition_negated(node: cst.CSTNode, around: Around) -> Changes:
    parent = around.parent(node)
    if isinstance(parent, (cst.If, cst.While, cst.IfExp, cst.CompIf)) and parent.test is node:
        assert isinstance(node, cst.BaseExpression)
        yield cst.UnaryOperation(cst.Not(), parenthesised(node))
