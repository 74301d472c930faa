"""What arrives from the suite: values, and names and expressions that are looked up in the submission."""

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.sandbox.operations import perform
from autograder.sandbox.wire import Decoder
from autograder.sandbox.world import World


class Reference:
    """A name or an expression of the suite, looked up only when the whole request has arrived."""

    def __init__(self, look_up: Callable[[World], Any]) -> None:
        self.look_up = look_up


def settle(world: World, value: Any) -> Any:
    """Put what the references in an argument stand for in their place."""
    if type(value) is Reference:
        return value.look_up(world)
    if type(value) in (list, tuple):
        return type(value)(settle(world, part) for part in value)
    if type(value) is dict:
        return {settle(world, key): settle(world, part) for key, part in value.items()}
    if type(value) is slice:
        return slice(*(settle(world, part) for part in (value.start, value.stop, value.step)))
    if type(value) in (set, frozenset):
        return type(value)(settle(world, part) for part in value)
    return value


class RequestDecoder(Decoder):
    """Values from the suite."""

    max_depth = 400

    def __init__(self, world: World) -> None:
        super().__init__(budget=1 << 62)  # the suite is trusted; the memory limit still holds
        self.world = world
        self.nodes = -1 << 62
        self.lent: list[tuple[int, np.ndarray, bool]] = []  # the suite's arrays, by future mirror id
        self.references = False

    def new_array(self, value: np.ndarray, mirror: int, writeable: bool) -> np.ndarray:
        if mirror:
            self.lent.append((mirror, value, writeable))
        return value

    def mirror(self, node: list, depth: int) -> np.ndarray:
        if node[0] in self.world.mirrors:
            return self.world.mirrors[node[0]][0]
        return next(array for number, array, _ in self.lent if number == node[0])

    def handle(self, node: list, depth: int) -> Any:
        return self.world.objects[node[0]]

    def name(self, node: list, depth: int) -> Reference:
        self.references = True
        return Reference(lambda world: world.resolve(*node))

    def deferred(self, node: list, depth: int) -> Reference:
        self.references = True
        key, name, arguments, keywords = self.parts(node, depth)

        def look_up(world: World) -> Any:
            if key not in world.deferred:
                world.deferred[key] = perform(world, name, settle(world, arguments), keywords)
            return world.deferred[key]

        return Reference(look_up)
