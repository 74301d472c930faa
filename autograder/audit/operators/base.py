"""What an operator is, and small helpers to look at calls and expressions.

    @operator(("x.sum(axis=0, keepdims=True)", "x.sum(axis=0)"))
    def keepdims_dropped(node, around):
        if isinstance(node, cst.Call):
            yield from without(node, "keepdims")

An operator is given each node of a file and yields nodes to put in its place, one for each mutant. Its examples are pairs of
statements, before and after; the tests run all of them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

import libcst as cst

Changes = Iterator[cst.BaseExpression | cst.BaseSmallStatement]

RANKS: dict[type[cst.CSTNode], int] = {
    cst.Add: 1,
    cst.Subtract: 1,
    cst.Multiply: 2,
    cst.Divide: 2,
    cst.FloorDivide: 2,
    cst.Modulo: 2,
    cst.MatrixMultiply: 2,
    cst.Power: 4,
}
OF_A_SIGN, OF_LOGIC, OF_AN_ATOM = 3, 0, 9
LOOSE = (cst.Comparison, cst.BooleanOperation, cst.IfExp, cst.Lambda)


@dataclass(frozen=True)
class Around:
    """What surrounds a node.

    Attributes:
        parents: node -> the node that it is a part of.
        function: its name, such as "LinearModule.forward"; "" outside of all.
        names: the variables of its function, the parameters first, without `self`.
        parameters: how many of them are parameters.
    """

    parents: Mapping[cst.CSTNode, cst.CSTNode]
    function: str = ""
    names: tuple[str, ...] = ()
    parameters: int = 0

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        return self.parents.get(node)


@dataclass(frozen=True)
class Operator:
    """A change that can be made in many places.

    Attributes:
        name: such as "keepdims-dropped".
        changes: what it is given a node for, and yields nodes in place of it.
        examples: statements before and after.
    """

    name: str
    changes: Callable[[cst.CSTNode, Around], Changes]
    examples: tuple[tuple[str, str], ...] = field(repr=False)


def operator(*examples: tuple[str, str]) -> Callable[[Callable[[cst.CSTNode, Around], Changes]], Operator]:
    """Make an operator of a function, called like it."""
    return lambda function: Operator(function.__name__.strip("_").replace("_", "-"), function, examples)


def code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)


def rank(node: cst.CSTNode) -> int:
    """How strongly an expression holds together: a part with a lower rank than the whole needs parentheses."""
    if getattr(node, "lpar", None):
        return OF_AN_ATOM
    if isinstance(node, cst.BinaryOperation):
        return RANKS.get(type(node.operator), OF_LOGIC)
    if isinstance(node, cst.UnaryOperation):
        return OF_LOGIC if isinstance(node.operator, cst.Not) else OF_A_SIGN
    return OF_LOGIC if isinstance(node, LOOSE) else OF_AN_ATOM


def parenthesised(node: cst.BaseExpression) -> cst.BaseExpression:
    """An expression that can be an operand of anything."""
    if rank(node) == OF_AN_ATOM:
        return node
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def bare(node: cst.BaseExpression) -> cst.BaseExpression:
    return node.with_changes(lpar=[], rpar=[])


def called(node: cst.CSTNode) -> str:
    """The last name of the function that a call calls, "sum" for `np.sum(x)` and `x.sum()`; "" for anything else."""
    if not isinstance(node, cst.Call):
        return ""
    if isinstance(node.func, cst.Attribute):
        return node.func.attr.value
    return node.func.value if isinstance(node.func, cst.Name) else ""


def renamed(call: cst.Call, name: str) -> cst.Call:
    """A call of another function of the same module or object."""
    if isinstance(call.func, cst.Attribute):
        return call.with_changes(func=call.func.with_changes(attr=cst.Name(name)))
    return call.with_changes(func=cst.Name(name))


def receiver(call: cst.Call) -> cst.BaseExpression | None:
    """What a method is called on, x in `x.copy()`."""
    return call.func.value if isinstance(call.func, cst.Attribute) else None


def positional(call: cst.Call) -> list[cst.Arg]:
    """The arguments before the first keyword; none where some are unpacked."""
    return [] if any(arg.star for arg in call.args) else [arg for arg in call.args if arg.keyword is None]


def keyword(call: cst.Call, *names: str) -> cst.Arg | None:
    """The argument with one of these keywords."""
    return next((arg for arg in call.args if arg.keyword is not None and arg.keyword.value in names), None)


def with_value(call: cst.Call, arg: cst.Arg, value: cst.BaseExpression) -> cst.Call:
    """A call with another value of one argument."""
    return call.with_changes(args=[each.with_changes(value=value) if each is arg else each for each in call.args])


def with_args(call: cst.Call, args: list[cst.Arg]) -> cst.Call:
    """A call with other arguments, separated anew."""
    last = len(args) - 1
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    spaced = [
        arg.with_changes(
            comma=cst.MaybeSentinel.DEFAULT if place == last else comma, whitespace_after_arg=cst.SimpleWhitespace("")
        )
        for place, arg in enumerate(args)
    ]
    return call.with_changes(args=spaced)


def without(call: cst.Call, *names: str) -> Iterator[cst.Call]:
    """The call without the argument that has one of these keywords, if there is one."""
    arg = keyword(call, *names)
    if arg is not None:
        yield with_args(call, [each for each in call.args if each is not arg])


def added(call: cst.Call, name: str, value: cst.BaseExpression) -> cst.Call:
    """The call with one more keyword."""
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    return with_args(call, [*call.args, cst.Arg(value, keyword=cst.Name(name), equal=equal)])


def integer(node: cst.CSTNode | None) -> int | None:
    """The value of an integer literal, be it negative."""
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
        value = integer(node.expression)
        return None if value is None else -value
    return node.evaluated_value if isinstance(node, cst.Integer) else None


def number(value: float) -> cst.BaseExpression:
    """A literal."""
    return cst.parse_expression(repr(value))


def is_literal(node: cst.CSTNode) -> bool:
    return isinstance(node, (cst.BaseNumber, cst.BaseString)) or (
        isinstance(node, cst.UnaryOperation) and is_literal(node.expression)
    )


def binary(node: cst.CSTNode, *kinds: type[cst.BaseBinaryOp]) -> TypeGuard[cst.BinaryOperation]:
    """Whether a node is an operation of one of these kinds."""
    return isinstance(node, cst.BinaryOperation) and isinstance(node.operator, kinds)


def operands(node: cst.BinaryOperation) -> Iterator[tuple[cst.BaseExpression, cst.BaseExpression]]:
    """(operand, the other one), for both operands of an operation."""
    yield node.left, node.right
    yield node.right, node.left


def target_of(node: cst.CSTNode) -> cst.BaseExpression | None:
    """What an assignment assigns to, if that is one attribute, item or variable."""
    if isinstance(node, cst.Assign) and len(node.targets) == 1:
        target: cst.BaseExpression = node.targets[0].target
        return target if isinstance(target, (cst.Attribute, cst.Subscript, cst.Name)) else None
    return None
