"""Plain values out of what was handed in: what a value is, and its numbers, without running any code of its own."""

import math
import sys
from typing import Any, Literal

import numpy as np

from autograder.compare.mismatch import Mismatch, Shape

Kind = Literal["bool", "integer", "float", "complex"]

MAX_NESTING = 32  # levels of lists in lists; a list that contains itself has no end
MAX_LISTED = 10_000_000  # numbers in nested lists, looked at one by one; an array by itself may have any size

KIND_OF: dict[str, Kind] = {"b": "bool", "i": "integer", "u": "integer", "f": "float", "c": "complex"}
# Compared by identity: `in` on types would run `__hash__` and `__eq__` of a metaclass.
NUMBER_TYPE_IDS = frozenset(
    [id(bool), id(int), id(float), id(complex)]
    + [id(np.dtype(code).type) for code in "?" + np.typecodes["AllInteger"] + np.typecodes["AllFloat"]]
)


def plain_value(value: Any) -> Any:
    """Return `value`, or the plain copy that one of our stand-ins gives of what it stands for; of tensors, arrays."""
    if is_stand_in(value):
        value = of_class(value, "__autograder_value__")(value)
    if is_tensor(value):
        return array_of_tensor(value)
    if (type(value) is list or type(value) is tuple) and value and is_tensor(value[0]):
        return [array_of_tensor(item) if is_tensor(item) else item for item in value]
    return value


def is_tensor(value: object) -> bool:
    """Whether `value` is a dense tensor of PyTorch on the CPU, or a parameter; a class derived from these is not."""
    torch = sys.modules.get("torch")
    if torch is None or not any(type(value) is kind for kind in (torch.Tensor, torch.nn.Parameter)):
        return False
    return value.layout is torch.strided and value.device.type == "cpu" and not value.is_quantized  # type: ignore[attr-defined]


def array_of_tensor(value: Any) -> np.ndarray:
    torch = sys.modules["torch"]
    value = value.detach().resolve_conj().resolve_neg()
    return (value.float() if value.dtype is torch.bfloat16 else value).numpy()


def is_stand_in(value: object) -> bool:
    # Only dictionaries of classes are read: hasattr would run __getattr__ of a class, of a metaclass, or of the object.
    classes = type.__dict__["__mro__"].__get__(type(value))
    return any("__autograder_value__" in type.__dict__["__dict__"].__get__(cls) for cls in classes)


def of_class(value: Any, name: str) -> Any:
    """What the class of a stand-in has under a name; the class may be a stand-in itself, which has that for itself."""
    return type.__getattribute__(type(value), name)


def type_name(value: Any) -> str:
    """Return the name of a type, as its definition has it and cleaned, because a submission may have chosen it."""
    own_name = type.__dict__["__name__"].__get__  # the attribute itself could be a property of a metaclass
    name = of_class(value, "__autograder_typename__")(value) if is_stand_in(value) else own_name(type(value))
    return "".join(character if character.isprintable() else "?" for character in str(name)[:80])


def is_number(value: object) -> bool:
    """Whether `value` is a Python or NumPy number of exactly a known type; a subclass is not."""
    return id(type(value)) in NUMBER_TYPE_IDS


def plain_array(value: Any, what: str, wanted: str = "numbers") -> np.ndarray:
    """Return numbers as a base-class array of numbers.

    Raises:
        Mismatch: "type" where something else is among them, with its place; "shape" where lists are ragged.
    """
    __tracebackhide__ = True
    shape = first_shape(value, what, wanted)
    if type(value) is list or type(value) is tuple:
        if math.prod(shape) > MAX_LISTED:
            text = f"{what} is lists of {math.prod(shape)} numbers, expected an array for so many"
            raise Mismatch("type", what, text, type=type_name(value))
        require_rows(value, shape, what)
    array = np.asarray(value)
    if array.dtype.kind not in KIND_OF:  # only integers can do that: the types have been asked
        text = f"{what} has an integer beyond 64 bits, expected {wanted}"
        raise Mismatch("type", what, text, type=type_name(value))
    return array


def first_shape(value: Any, what: str, wanted: str) -> Shape:
    """Return the shape that numbers have according to the first item of each list; that first number is looked at."""
    __tracebackhide__ = True
    name, item = what, value
    shape: Shape = ()
    while type(item) is list or type(item) is tuple:
        shape += (len(item),)
        if not item or len(shape) > MAX_NESTING:
            break
        name, item = f"{name}[0]", item[0]
    else:
        if type(item) is np.ndarray:
            shape += item.shape
            if item.dtype.kind not in KIND_OF:
                text = f"{name} is an array of dtype {item.dtype.name}, expected numbers"
                raise Mismatch("type", name, text, type=type_name(item))
        elif not is_number(item):
            raise wrong_type(item, name, wanted if name == what else "a number")
    if len(shape) > MAX_NESTING and type(value) is not np.ndarray:
        raise Mismatch("type", what, f"{what} is nested more than {MAX_NESTING} lists deep", type=type_name(value))
    return shape


def require_rows(value: Any, shape: Shape, what: str) -> None:
    """Ask whether lists hold numbers all through, every row in the shape of the first."""
    __tracebackhide__ = True
    for position, item in enumerate(value):
        if is_number(item) and len(shape) == 1:
            continue  # what most items are
        name = f"{what}[{position}]"
        found = first_shape(item, name, "a number" if len(shape) == 1 else f"numbers of shape {shape[1:]}")
        if found != shape[1:]:
            text = f"{what} is ragged: {name} has shape {found}, {what}[0] has shape {shape[1:]}"
            raise Mismatch("shape", name, text, actual_shape=found, expected_shapes=(shape[1:],))
        if type(item) is list or type(item) is tuple:
            require_rows(item, found, name)


def is_numeric(value: object) -> bool:
    """Whether `value` is numbers in a form that `plain_array` takes."""
    try:
        plain_array(value, "")
    except Mismatch:
        return False
    return True


def wrong_type(value: object, what: str, wanted: str) -> Mismatch:
    name = type_name(value)
    found = "is None" if value is None else f"is of type {name}"
    return Mismatch("type", what, f"{what} {found}, expected {wanted}", type=name)
