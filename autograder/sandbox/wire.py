"""What crosses the door: a structure of a few plain types, and the arrays that follow it.

A structure is one msgpack value of nil, booleans, integers, floats, strings, bytes and arrays. A msgpack array stands for a
composite value: its first element is a tag from `Tag`. There are no maps, no extension types and never a pickle, so decoding a
hostile message can only fail with `WireError` or give plain values.

encoder.py makes structures, decoder.py reads them, connection.py sends and receives them with their arrays.
"""

import builtins
import types

import numpy as np

MAX_TEXT = 1 << 17  # characters of one string, or bytes of one bytes object
MAX_DIGITS = 4000  # of an integer beyond 64 bits
MAX_NAME = 200  # characters of the name of a type or module
MAX_RANGE = 5_000_000  # numbers in a range: what looks at each would not come to an end

# The data types that cross, by position. A type is never named by the other side.
DTYPES: tuple[np.dtype, ...] = tuple(
    np.dtype(name)
    for name in ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
    + ("float16", "float32", "float64", "complex64", "complex128")
)
DTYPE_INDEX = {dtype: index for index, dtype in enumerate(DTYPES)}

# The exceptions that cross as what they are; any other crosses as the nearest of these that it derives from.
EXCEPTIONS: dict[str, type[BaseException]] = {
    **{name: value for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)},
    "LinAlgError": np.linalg.LinAlgError,
    "AxisError": np.exceptions.AxisError,
}
EXCEPTION_NAMES = {value: value.__name__ for value in EXCEPTIONS.values()}

# The types that a value may be an instance of or be converted to: sent by position as well.
TYPES: tuple[type, ...] = (
    (object, type, bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, slice, range)
    + (np.ndarray, np.generic, np.number, np.integer, np.signedinteger, np.floating, np.inexact)
    + tuple(dtype.type for dtype in DTYPES)
    + tuple(EXCEPTION_NAMES)
)
TYPE_INDEX = {value: index for index, value in enumerate(TYPES)}

# What an object that stays in the sandbox is said to be; the first that fits.
KINDS: dict[str, type] = {
    "type": type,
    "module": types.ModuleType,
    "function": types.FunctionType,
    "method": types.MethodType,
    "builtin function": types.BuiltinFunctionType,
    "generator": types.GeneratorType,
    "coroutine": types.CoroutineType,
    "async_generator": types.AsyncGeneratorType,
    "property": property,
    "classmethod": classmethod,
    "staticmethod": staticmethod,
    "code": types.CodeType,
    "dict": dict,
    "list": list,
    "tuple": tuple,
    "set": set,
    "frozenset": frozenset,
    "str": str,
    "bytes": bytes,
}
NAMED_KINDS = ("type", "module", "function", "method", "builtin function")  # their handles carry their own name


class WireError(ValueError):
    """The other side sent what no honest peer sends."""


class Tag:
    """What a composite value is. Plain integers: members of an enumeration are looked up four times as slowly."""

    LIST = 0
    TUPLE = 1
    SLICE = 2
    RANGE = 3
    COMPLEX = 4
    BIG_INT = 5
    SCALAR = 6  # NumPy scalar: dtype, bytes
    ARRAY = 7  # dtype, shape, number of its mirror (0: a copy only), writeable
    MIRROR = 8  # number of an array that both sides have already
    HANDLE = 9  # number [, kind, type name, base, class]: an object that stays in the sandbox
    NAME = 10  # module, attribute: a name that a suite imported
    DEFERRED = 11  # key, operation, arguments: an expression that a suite wrote outside of any test
    TYPE = 12
    DTYPE = 13
    DICT = 14  # keys, values
    SET = 15
    ELLIPSIS = 16
    NOT_IMPLEMENTED = 17
    FROZENSET = 18
    TENSOR = 19  # dtype, shape, number of its mirror (0: a copy only), flags, gradient; see tensors.py
    TENSOR_STATE = 20  # requires_grad, content or nil, gradient or nil: what a mirrored tensor has become
    CONSTANT = 21  # position in a table of a library's types and constants
    DEVICE = 22  # a torch.device, as text
    PUBLIC = 23  # module, name: something public of a library, for the submission
    EXCEPTION = 60  # number, known class, arguments, message, traceback, class, ...: see replies.exception_node
    DERIVED = 61  # value, number, name, class: a number or text of a class of the submission
    SIZE = 24  # lengths: a torch.Size
    CONTAINER = 25  # number of its mirror (0: a copy only), kind, parts; see containers.py
    CONTENT = 26  # kind, parts: what a mirrored container has become
    PROXY = 27  # number [, description]: an object of the suite; see proxies.py
    TWIN = 28  # number, class, attributes: an object of a library; see twins.py
    CLASS = 29  # number, name, bases, attributes: a class of the suite that such an object is of
    BOUND = 30  # value, name: a method of a value that crosses
    VIEW = 32  # number of its mirror, of the array whose memory it shows, offset, strides, writeable, the same as a copy
    BUILT = 31  # callable, arguments: what a library's class is called with, to make the same again
    VALUE = 40  # kind, parts: a value of the standard library; see values.py
    NAMED_TUPLE = 41  # module, name of its class, fields, values
    STATEFUL = 42  # kind, number of its mirror (0: a copy only), parts of its state: a random generator; see generators.py
    STATE = 43  # kind, parts: what a mirrored one has become
    FRAME = 44  # number of its mirror, parts: a table or a column of pandas; see frames.py
    FRAME_STATE = 45  # parts: what a mirrored one has become
    OBJECT_ARRAY = 46  # shape, parts: an array of objects that nobody else refers to
    UNCALLED = 48  # value: an attribute that was to be called, and is none that is called here
    ITEMS = 47  # dtype, positions, content: what a few items of a mirrored array have become; see snapshots.py


def range_length(value: range) -> int:
    """len(value), which raises where that is more than a machine word holds."""
    return max(0, (value.stop - value.start + value.step - (1 if value.step > 0 else -1)) // value.step)
