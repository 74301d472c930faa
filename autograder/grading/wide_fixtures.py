"""The processes of fixtures of wider scope than a test: each has one with its scope, and tests run in copies of it."""

from typing import Any

import pytest

from autograder.grading.containment import Wrapper
from autograder.sandbox.limits import TimeLimit
from autograder.standins.keeper import Keeper, Owner

WIDE_SCOPES = ("session", "package", "module", "class")


class WideFixtures:
    """The fixtures of wider scope that have used the submission, in the order in which they were set up.

    Args:
        keeper: the submission's processes; None when it runs in this one, which asks for nothing here.
    """

    def __init__(self, keeper: Keeper | None) -> None:
        self.keeper = keeper
        self.alive: list[tuple[Owner, Any]] = []  # with pytest's definition of the fixture

    def set_up(self, fixturedef: Any, request: Any, time: TimeLimit) -> Wrapper:
        """Have pytest set up a fixture, and whatever it does with the submission done in a process of its scope.

        Args:
            time: how long it may take.
        """
        if self.keeper is None or fixturedef.scope not in WIDE_SCOPES:
            return (yield)
        owner = Owner(fixturedef.scope, request.node.nodeid)
        self.undo_narrower(self.keeper, owner, request)
        self.keeper.enter(owner, time)
        try:
            return (yield)
        finally:
            self.keeper.leave(owner)
            if self.keeper.process_of(owner):
                self.alive.append((owner, fixturedef))

    def undo_narrower(self, keeper: Keeper, owner: Owner, request: Any) -> None:
        """A wide fixture comes after narrower ones: have those set up again, on top of it."""
        for other, fixturedef in list(self.alive):
            if other.rank > owner.rank:
                fixturedef.finish(request)
                self.alive.remove((other, fixturedef))
                keeper.close(other)

    def close_before(self, nextitem: pytest.Item | None) -> None:
        """End the processes of scopes that the next test is not part of."""
        assert self.keeper
        nodes = {node.nodeid for node in nextitem.listchain()} if nextitem else set()
        for owner, fixturedef in list(self.alive):
            if owner.node not in nodes:
                self.alive.remove((owner, fixturedef))
                self.keeper.close(owner)

    def used_by(self, item: pytest.Item) -> bool:
        """Whether a test has one of these fixtures."""
        names = getattr(item, "fixturenames", ())
        return any(fixturedef.argname in names for _, fixturedef in self.alive)
