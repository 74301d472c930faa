"""The right side of an answer -> a number, a word, a truth value or a list of them, or what to write instead.

Nothing is calculated, and every number is bounded before it is made.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

MAX_DIGITS = 60  # in one number; float64 has 17 that mean something
MAX_EXPONENT = 300  # the range of float64, so that every number that is read can be calculated with
MAX_ITEMS = 100  # of one list
MAX_WORD = 40  # characters
MAX_EXPLAINED = 200  # characters of an answer of no known form that are looked at for what was meant

Scalar = bool | Fraction | str
Value = Scalar | tuple[Scalar, ...]

UNSIGNED = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
NUMBER = re.compile(rf"[+-]?{UNSIGNED}")
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
DECIMAL_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’"}
NOT_FINITE = {"nan", "inf", "infinity"}

# Forms that students write: 3.7 (rounded), 920 parameters, ≈ 3.7, class 2, b), (4), and several values in a row.
LETTERS = r"[^\W\d_]+"
REMARKED = re.compile(
    rf"(?:{LETTERS}[ :]\s*|[≈~=]\s*|\()?"
    rf"(?P<alone>[+-]?{UNSIGNED}|[A-Za-z])"
    rf"(?:[).:]|\s*\({LETTERS}[^()\d]*\)|(?:\s+{LETTERS})+)?"
)
SEVERAL = re.compile(rf"[+-]?{UNSIGNED}(?:(?:\s*[x×;]\s*|\s+)[+-]?{UNSIGNED})+|(?:[A-Za-z]\s+)+[A-Za-z]")
CALCULATION = re.compile(r"[()*^+√]|/.*/")
CALCULATING = {"π", "pi", "e", "sqrt", "log", "ln", "exp", "over", "times", "plus", "minus"}


class Unreadable(ValueError):
    """An answer cannot be read; the message says what to write."""


class NoValue(Unreadable):
    """It has the form of no value, so the rule of its question says best what to write."""


def value_of(plain: str) -> Value | None:
    """Return what an answer means, None for an empty one.

    Raises:
        Unreadable: it means nothing.
    """
    if not plain.startswith("["):
        return scalar(unquoted(plain))
    if not plain.endswith("]"):
        raise Unreadable("the list is not closed; end it with ]")
    items = list(items_of(plain[1:-1]))
    if not items:
        return None
    if len(items) > MAX_ITEMS:
        raise Unreadable(f"the list has {len(items)} items, more than any answer needs")
    if any(are_several(item) for item in items):
        raise Unreadable("put commas between the items of a list, as in [1, 2]")
    values = [scalar(unquoted(item)) for item in items]
    found = tuple(value for value in values if value is not None)
    if len(found) < len(values):
        raise Unreadable("an item of the list is empty; remove it or fill it in")
    return found


def items_of(inside: str) -> Iterator[str]:
    """Yield what stands between the commas of a list; a comma may end it.

    Raises:
        Unreadable: a bracket is inside.
    """
    quote, start = "", 0
    for place, char in enumerate(inside):
        if quote:
            quote = "" if char == quote else quote
        elif char in "[]":
            raise Unreadable("write only numbers or words in a list, without further brackets")
        elif char == ",":
            yield inside[start:place].strip()
            start = place + 1
        else:
            quote = QUOTES.get(char, "")
    last = inside[start:].strip()
    if last:
        yield last


def are_several(item: str) -> bool:
    """Whether what stands between two commas of a list is more than one item: 0 0 0, or "a" "c"."""
    if len(item) > MAX_EXPLAINED:
        return False
    parts = item.split()
    quoted = len(parts) > 1 and all(len(part) > 2 and QUOTES.get(part[0]) == part[-1] for part in parts)
    return quoted or SEVERAL.fullmatch(item) is not None


def unquoted(token: str) -> str:
    """Return a token without the quotes around it.

    Raises:
        Unreadable: a quote is missing.
    """
    closing = QUOTES.get(token[:1])
    if closing is None:
        return token
    if len(token) < 2 or token[-1] != closing or closing in token[1:-1]:
        raise Unreadable('put quotes around the whole answer, as in "tanh"')
    return token[1:-1].strip()


def scalar(token: str) -> Scalar | None:
    """Return the number, word or truth value that a token stands for, None for an empty one.

    Raises:
        Unreadable: it stands for none of these.
    """
    folded = token.casefold()
    if not token:
        return None
    if folded in ("true", "false"):
        return folded == "true"
    if folded.lstrip("+-") in NOT_FINITE:
        raise Unreadable(f"{folded} is not the answer to any question; write a finite number")
    if DECIMAL_COMMA.fullmatch(token[: 2 * MAX_DIGITS]):
        raise Unreadable("write decimals with a point, as in 0.25, and a list of numbers in brackets, as in [0, 25]")
    if token.endswith("%"):
        raise Unreadable("write the number, not a percentage: 0.25 for 25 %")
    upper, slash, lower = token.partition("/")
    if NUMBER.fullmatch(upper.strip()) and not slash:
        return number(token)
    if slash and NUMBER.fullmatch(upper.strip()) and NUMBER.fullmatch(lower.strip()):
        return fraction(number(upper.strip()), number(lower.strip()))
    if WORD.fullmatch(token) and len(token) <= MAX_WORD:
        return token
    raise NoValue(advice_on(token[:MAX_EXPLAINED]))


def advice_on(token: str) -> str:
    """Return what to write in place of an answer that is no number, word or truth value."""
    if "," in token or SEVERAL.fullmatch(token):
        return "write several values in square brackets with commas, as in [1, 2]"
    remarked = REMARKED.fullmatch(token)
    rest = token[: remarked.start("alone")] + " " + token[remarked.end("alone") :] if remarked else token
    calculating = not CALCULATING.isdisjoint(re.findall(LETTERS, rest.casefold()))
    if remarked and not calculating:
        return f"write only {remarked['alone']} and leave out the rest"
    if calculating or CALCULATION.search(token):
        return "write the result, not a calculation, as in 0.25"
    return "this is neither a number, such as 0.25, 1e-3 or 3/5, nor a single word, nor a list in brackets"


def number(text: str) -> Fraction:
    """Return the number that a text of NUMBER's form stands for, exactly.

    Raises:
        Unreadable: it has more digits, or lies further away, than any answer.
    """
    mantissa, *exponent = re.split("[eE]", text)
    if sum(char.isdigit() for char in mantissa) > MAX_DIGITS:
        raise Unreadable(f"the number has more than {MAX_DIGITS} digits; 17 are enough")
    return bounded(Fraction(mantissa) * Fraction(10) ** power_of_ten(exponent))


def power_of_ten(exponent: Sequence[str]) -> int:
    """Return the exponent, 0 where there is none; its leading zeros, however many, are no reason to convert them."""
    if not exponent:
        return 0
    digits = exponent[0].lstrip("+-").lstrip("0") or "0"
    if len(digits) > len(str(MAX_EXPONENT)) or int(digits) > MAX_EXPONENT:
        raise Unreadable(f"the exponent is out of bounds; every answer is between 1e-{MAX_EXPONENT} and 1e{MAX_EXPONENT}")
    return -int(digits) if exponent[0].startswith("-") else int(digits)


def fraction(upper: Fraction, lower: Fraction) -> Fraction:
    if lower == 0:
        raise Unreadable("this fraction divides by 0")
    return bounded(upper / lower)


def bounded(value: Fraction) -> Fraction:
    if abs(value) > 10**MAX_EXPONENT:
        raise Unreadable(f"the number is larger than 1e{MAX_EXPONENT}; no answer is that large")
    return value
