"""Convert formulas from LaTeX to MathML, which browsers show without a script.

latex2mathml treats an unknown command as a letter, and ignores a missing brace. So this module checks its result, and raises an
error if raw LaTeX would reach the reader. The rest is what MathML Core, the part that browsers carry out,
leaves to CSS or to attributes: the alignment of columns, brackets as high as their matrix.
"""

import re
from itertools import pairwise
from xml.etree import ElementTree

from latex2mathml import exceptions
from latex2mathml.converter import convert

ENVIRONMENTS = {"matrix", "pmatrix", "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "cases", "array", "split", "smallmatrix"}
SAME_AS = {"aligned": "split"}  # another name of the same thing, which latex2mathml does not know
# What latex2mathml raises for a formula that it cannot read: errors of its own, and those of code that expected more of it.
READING_ERRORS: tuple[type[Exception], ...] = (
    *(error for error in vars(exceptions).values() if isinstance(error, type)),
    IndexError, KeyError, RuntimeError, StopIteration, ValueError,
)  # fmt: skip
SYMBOLS = {"∂", "∇"}  # of a quantity here, not operators with space around them
BARS = {"|", "‖"}  # as high as a letter unless \left and \right say otherwise; browsers make them as high as the line
ROWS = {"math", "mrow", "mtd", "mstyle"}  # whose children stand beside each other
APART = {"mo", "mspace", "mtext"}
FENCES = {"[", "]", "(", ")", "{", "}", *BARS}


class FormulaError(ValueError):
    """A formula cannot be shown; the message says why, and the caller where it stands."""


def to_mathml(latex: str, display: bool) -> str:
    """Return the <math> element for a formula.

    Args:
        latex: what stands between the dollar signs.
        display: whether it is a line of its own.

    Raises:
        FormulaError: it is empty, unbalanced, or uses a command or an environment that cannot be shown.
    """
    if not latex.strip():
        raise FormulaError("it is empty")
    check_braces(latex)
    latex = with_known_environments(latex)
    try:
        converted = convert(latex.strip(), display="block" if display else "inline")
    except READING_ERRORS as error:
        raise FormulaError(f"it cannot be read ({type(error).__name__})") from error
    try:
        source = converted.replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")
        root = ElementTree.fromstring(source)  # noqa: S314 (from the instructor's own formula)
    except ElementTree.ParseError as error:
        raise FormulaError("an & stands outside of a matrix, an array, cases or aligned lines") from error
    check_leaves(root)
    for element in list(root.iter()):
        adjust(element)
    return ElementTree.tostring(root, encoding="unicode")


def check_braces(latex: str) -> None:
    depth = 0
    for brace in re.findall(r"(?<!\\)(?:\\\\)*([{}])", latex):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            raise FormulaError("a } closes nothing")
    if depth:
        raise FormulaError("a { is never closed")


def with_known_environments(latex: str) -> str:
    """Return the formula with environments by the names that latex2mathml knows; it drops others without a word."""
    begun = re.findall(r"\\begin\s*\{([^}]*)\}", latex)
    if sorted(begun) != sorted(re.findall(r"\\end\s*\{([^}]*)\}", latex)):
        raise FormulaError(r"\begin and \end do not belong together")
    for name in begun:
        known = SAME_AS.get(name, name)
        if known not in ENVIRONMENTS:
            raise FormulaError(rf"there is no environment {name!r} here; use one of {', '.join(sorted(ENVIRONMENTS))}")
        latex = latex.replace(rf"\begin{{{name}}}", rf"\begin{{{known}}}").replace(rf"\end{{{name}}}", rf"\end{{{known}}}")
    return latex


def check_leaves(root: ElementTree.Element) -> None:
    """Look at what the reader would see."""
    for element in root.iter():
        text = element.text or ""
        if (element.tag != "mtext" and "\\" in text) or re.match(r"\\[A-Za-z]", text):
            raise FormulaError(f"the command {text} is not known")
        if {"href", "style"} & set(element.attrib):
            raise FormulaError(r"\href and \style have no place in a formula")
        if element.tag == "mspace" and element.get("linebreak"):
            raise FormulaError(r"a line ends with \\ outside of an environment; use \begin{aligned}")
        if element.get("mathvariant", "normal") != "normal":
            raise FormulaError(f"browsers do not show letters as {element.get('mathvariant')}; use plain ones for {text!r}")


def adjust(element: ElementTree.Element) -> None:
    """Say in the way of MathML Core what latex2mathml has said in that of MathML 3."""
    aligned = element.attrib.pop("columnalign", None)
    if aligned:
        element.set("style", f"text-align: {aligned}")
    if element.tag == "mtable" and element.get("columnspacing", "").startswith("0em"):
        element.set("class", "aligned")
    for attribute in ("columnspacing", "rowspacing"):
        element.attrib.pop(attribute, None)
    text = element.text or ""
    if element.tag == "mo" and (text in SYMBOLS or text[:1].isalpha()):
        element.tag = "mi"  # a word such as softmax, too: as an operator it would stand apart from its argument
        if len(text) == 1:
            element.set("mathvariant", "normal")
    elif element.tag == "mo" and text == "/":
        element.attrib.update({"lspace": "0", "rspace": "0"})
    elif element.tag == "mo" and text in BARS and "stretchy" not in element.attrib:
        element.set("stretchy", "false")
    children = list(element)
    for child, following in reversed(list(pairwise(children))):
        if child.tag == "mi" and len(child.text or "") > 1 and following.tag not in ("mo", "mspace", "mrow"):
            element.insert(children.index(child) + 1, ElementTree.Element("mspace", width="0.167em"))  # log x, not logx
        elif following.tag == "mi" and len(following.text or "") > 1 and element.tag in ROWS and child.tag not in APART:
            element.insert(children.index(child) + 1, ElementTree.Element("mspace", width="0.167em"))  # y log x, not ylog x
    for i, child in enumerate(children):
        if child.tag != "mtable":
            continue
        for neighbour, form in ((children[i - 1 : i], "prefix"), (children[i + 1 : i + 2], "postfix")):
            for fence in neighbour:
                if fence.tag == "mo" and fence.text in FENCES:
                    fence.attrib.update({"stretchy": "true", "fence": "true", "form": form})
