"""Operators: small changes that make a right program wrong, as students do."""

from autograder.audit.operators import arrays, formulas, general, training
from autograder.audit.operators.base import Operator

# Those of the field come first: of two mutants that are the same program, the one with the more telling name is kept.
OPERATORS: tuple[Operator, ...] = tuple(
    value for module in (arrays, formulas, training, general) for value in vars(module).values() if isinstance(value, Operator)
)
