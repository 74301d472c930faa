"""Random generators of Python and NumPy, typed and masked arrays: what their states are made of.

These libraries write what they are told into C structures without a look, so each number is checked first.
"""

import array
import random
import struct
from typing import Any

import numpy as np

from autograder.sandbox.states import KINDS, READERS, WRITERS, StateKind, add_kinds, write_stateful
from autograder.sandbox.wire import DTYPE_INDEX, DTYPES

WORDS = struct.Struct("<625I")  # of the Mersenne twister: 624, and the position in them
__all__ = ["KINDS", "READERS", "WRITERS", "StateKind", "add_kinds", "write_stateful"]
MAX_SPAWNED = 10_000  # children of one seed sequence
BIT_GENERATORS: dict[str, Any] = {
    kind.__name__: kind for kind in (np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox, np.random.SFC64)
}
# The numbers in the state of a bit generator that are positions or flags; all others may be any of their size.
BOUNDS = {"pos": 624, "buffer_pos": 4, "has_uint32": 1, "uinteger": 0xFFFFFFFF, "has_gauss": 1}


# Python's own


def random_parts(value: random.Random) -> tuple:
    _, words, gauss = value.getstate()
    return WORDS.pack(*words), gauss


def set_random(value: random.Random, words: bytes, gauss: float | None) -> None:
    if type(words) is not bytes or type(gauss) not in (float, type(None)):
        raise ValueError("not the state of a generator")
    value.setstate((3, WORDS.unpack(words), gauss))


def new_random(*parts: Any) -> random.Random:
    made = random.Random(0)  # noqa: S311  it gets a state next
    set_random(made, *parts)
    return made


def array_parts(value: array.array) -> tuple | None:
    return (value.typecode, value.tobytes()) if value.typecode in "bBhHiIlLqQfd" else None


def new_array(typecode: str, content: bytes) -> array.array:
    if type(typecode) is not str or len(typecode) != 1 or typecode not in "bBhHiIlLqQfd" or type(content) is not bytes:
        raise ValueError("not an array")
    return array.array(typecode, content)


def set_array(value: array.array, typecode: str, content: bytes) -> None:
    if typecode != value.typecode:
        raise ValueError("an array of another type")
    value[:] = new_array(typecode, content)


def masked_parts(value: np.ma.MaskedArray) -> tuple | None:
    if value.dtype not in DTYPE_INDEX:
        return None
    content, mask = np.ma.getdata(value), np.ma.getmaskarray(value)
    shape = tuple(int(length) for length in value.shape)
    fill = np.asarray(value.fill_value).astype(value.dtype)  # of another type where the array's was changed in place
    return DTYPE_INDEX[value.dtype], shape, content.tobytes(), mask.tobytes(), fill.tobytes()


def masked_arrays(index: Any, shape: Any, *contents: Any) -> list[np.ndarray]:
    """Content, mask and fill value of these parts."""
    if type(index) is not int or not 0 <= index < len(DTYPES) or type(shape) is not tuple or len(shape) > 32:
        raise ValueError("not a masked array")
    if not all(type(length) is int and length >= 0 for length in shape) or not all(type(part) is bytes for part in contents):
        raise ValueError("not a masked array")
    kinds, shapes = (DTYPES[index], np.dtype(bool), DTYPES[index]), (shape, shape, ())
    found = [np.frombuffer(*part).reshape(shape).copy() for *part, shape in zip(contents, kinds, shapes, strict=True)]
    if any(part.dtype == bool and part.size and part.view(np.uint8).max() > 1 for part in found):
        raise ValueError("a truth value is neither true nor false")
    return found


def new_masked(*parts: Any) -> np.ma.MaskedArray:
    content, mask, fill = masked_arrays(*parts)
    made: Any = np.ma.MaskedArray(content, mask=mask)
    made.fill_value = fill[()]
    return made


def set_masked(value: Any, *parts: Any) -> None:
    content, mask, fill = masked_arrays(*parts)
    if (content.shape, content.dtype) != (value.shape, value.dtype):
        raise ValueError("a masked array of another shape")
    np.copyto(np.ma.getdata(value), content)
    value.mask, value.fill_value = mask, fill[()]


# NumPy's


def leaves(state: Any) -> list:
    """The numbers in the state of a bit generator, in the order of its keys; arrays as bytes."""
    if type(state) is dict:
        return [leaf for part in state.values() for leaf in leaves(part)]
    return [state.tobytes() if isinstance(state, np.ndarray) else state]


def filled(template: Any, parts: list, name: str = "") -> Any:
    """A state like the template with these numbers in it, each checked; takes them off the end of `parts`."""
    if type(template) is dict:
        return {key: filled(part, parts, key) for key, part in template.items()}
    part = parts.pop()
    if isinstance(template, np.ndarray):
        if type(part) is not bytes or len(part) != template.nbytes:
            raise ValueError("not the state of a generator")
        return np.frombuffer(part, template.dtype).copy()
    if name == "gauss" and type(part) is float:
        return part
    if type(part) is str and part == template:
        return part
    if type(template) is not int or type(part) is not int or not 0 <= part <= BOUNDS.get(name, (1 << 128) - 1):
        raise ValueError("not the state of a generator")
    return part


def full_state(template: Any, parts: list) -> Any:
    left = parts[::-1]
    state = filled(template, left)
    if left:
        raise ValueError("not the state of a generator")
    return state


def plain_state(state: dict) -> dict:
    """With Python's numbers in it."""
    return {
        key: plain_state(part) if type(part) is dict else part.item() if isinstance(part, np.generic) else part
        for key, part in state.items()
    }


def legacy_parts(value: np.random.RandomState) -> tuple | None:
    state = plain_state(value.get_state(legacy=False))
    return tuple(leaves(state)) if state["bit_generator"] == "MT19937" else None


def set_legacy(value: np.random.RandomState, *parts: Any) -> None:
    value.set_state(full_state(plain_state(np.random.RandomState(0).get_state(legacy=False)), list(parts)))


def new_legacy(*parts: Any) -> np.random.RandomState:
    made = np.random.RandomState(0)
    set_legacy(made, *parts)
    return made


def generator_parts(value: np.random.Generator) -> tuple | None:
    source: Any = value.bit_generator
    if BIT_GENERATORS.get(type(source).__name__) is not type(source):
        return None
    origin = seed_parts(source.seed_seq)
    if not are_numbers(origin[0]) or not are_numbers(origin[1]) or origin[3] >= MAX_SPAWNED:
        return None
    return (type(source).__name__, *origin, *leaves(plain_state(source.state)))


def seed_parts(sequence: Any) -> tuple:
    """Entropy, key, pool size and number of children of the sequence that seeds a generator's children; 0 if there is none."""
    if type(sequence) is not np.random.SeedSequence:
        return (), (), 4, 0
    entropy = sequence.entropy
    numbers: Any = entropy if isinstance(entropy, (list, tuple, np.ndarray)) else [entropy]
    key = tuple(int(number) for number in sequence.spawn_key)
    return tuple(int(number) for number in numbers), key, int(sequence.pool_size), int(sequence.n_children_spawned)


def are_numbers(value: Any) -> bool:
    return (
        type(value) is tuple and len(value) <= 1000 and all(type(number) is int and 0 <= number < 1 << 512 for number in value)
    )


def set_generator(value: np.random.Generator, name: Any, entropy: Any, key: Any, pool: Any, spawned: Any, *state: Any) -> None:
    source: Any = value.bit_generator
    if name != type(source).__name__ or type(spawned) is not int or not 0 <= spawned < MAX_SPAWNED:
        raise ValueError("a generator of another kind")
    source.state = full_state(plain_state(source.state), list(state))
    sequence = source.seed_seq
    if type(sequence) is np.random.SeedSequence and spawned > sequence.n_children_spawned:
        sequence.spawn(spawned - sequence.n_children_spawned)  # the only way to count them


def new_generator(name: Any, entropy: Any, key: Any, pool: Any, spawned: Any, *state: Any) -> np.random.Generator:
    if type(name) is not str or name not in BIT_GENERATORS or not are_numbers(entropy) or not are_numbers(key):
        raise ValueError("not the state of a generator")
    if type(pool) is not int or not 4 <= pool <= 64 or type(spawned) is not int or not 0 <= spawned < MAX_SPAWNED:
        raise ValueError("not the state of a generator")
    numbers: Any = entropy[0] if len(entropy) == 1 else list(entropy)
    sequence = np.random.SeedSequence(numbers if entropy else 0, spawn_key=key, pool_size=pool, n_children_spawned=spawned)
    made = np.random.Generator(BIT_GENERATORS[name](sequence))
    set_generator(made, name, entropy, key, pool, spawned, *state)
    return made


add_kinds(
    StateKind(random.Random, random_parts, new_random, set_random),
    StateKind(np.random.RandomState, legacy_parts, new_legacy, set_legacy),
    StateKind(np.random.Generator, generator_parts, new_generator, set_generator),
    StateKind(array.array, array_parts, new_array, set_array),
    StateKind(np.ma.MaskedArray, masked_parts, new_masked, set_masked),
)
