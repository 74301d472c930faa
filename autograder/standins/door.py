"""One process of the submission, as the suite's side sees it: requests out, values and arrays back."""

import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Protocol

from autograder.errors import AutograderError
from autograder.sandbox.connection import Connection, TooLarge
from autograder.sandbox.patches import Place
from autograder.sandbox.proxies import MAX_NESTED
from autograder.sandbox.wire import Tag, WireError
from autograder.standins.allowance import Allowance
from autograder.standins.answered import Answer
from autograder.standins.box import FOLLOW
from autograder.standins.elsewhere import Elsewhere
from autograder.standins.endings import Endings
from autograder.standins.exceptions import exception_from
from autograder.standins.failures import ProcessGone, SubmissionFailure, SuiteTimeout, TrustedValueError
from autograder.standins.ledger import Ledger
from autograder.standins.lending import INSIDE
from autograder.standins.looked import MISSING, Looked
from autograder.standins.patches import Patches
from autograder.standins.places import Places
from autograder.standins.replies import ReplyDecoder, Uncalled, checked_reply
from autograder.standins.requests import Raised, RequestEncoder
from autograder.standins.standin import Keeps, whole
from autograder.standins.surroundings import DEFAULT_SURROUNDINGS, Surroundings
from autograder.standins.told import Listener, Stdin, checked_events
from autograder.standins.twins import check_attributes
from autograder.standins.uses import OF_ARGUMENTS, USES, permits

# What a library does in a way that the suite chooses for the whole process: name -> function that tells the present mode.
MODES: dict[str, Callable[[], Any]] = {}
DEFAULT_MODES: dict[str, Any] = {}
SURROUNDINGS: dict[str, Callable[[Any], AbstractContextManager]] = {}  # of a call from over there: name -> in that mode
FRAMES_NESTED = 15  # of our own that a call of the suite within one of the submission takes
CREDENTIALS = struct.Struct("3i")  # pid, uid, gid: the kernel's struct ucred


class Opens(Keeps, Protocol):
    """What a door needs of the keeper, beside what the stand-ins need that come through it."""

    budget_bytes: int
    copy_arguments: bool
    answer: Answer
    imports: list[tuple[str, int]]
    elsewhere: Elsewhere
    places: Places | None
    patches: Patches
    surroundings: Surroundings

    def imported(self) -> tuple[str, ...]:
        """The modules of the submission that the suite has imported."""


class Door:
    """Requests to one process.

    Args:
        ledger: what has crossed already.
        connection: the socket to the process.
        endings: says why the process has gone, and ends it.
        keeper: of all processes.
    """

    def __init__(self, ledger: Ledger, connection: Connection, endings: Endings, keeper: Opens) -> None:
        self.ledger = ledger
        self.serial = ledger.serial
        self.connection = connection
        self.endings = endings
        self.keeper = keeper
        self.adjustments: list[tuple[str, Any]] = []  # seeds that the suite has set since the last request
        self.modes: dict[str, Any] = {**DEFAULT_MODES, **DEFAULT_SURROUNDINGS}  # that the other side has
        self.folder = keeper.places.cwd if keeper.places else ""  # the suite's current one, as the other side knows it
        self.patched: dict[Place, tuple] = {}  # what stands there over there, where that is another than before all patches
        self.looks = [*MODES.items(), *keeper.surroundings.looks.items()]
        self.listener = Listener(keeper.surroundings, keeper.imports)
        self.ledger.objects[0] = Stdin()
        self.number = 0  # of the last request; its reply repeats it
        self.busy = False
        self.requests: list[RequestEncoder] = []  # that wait for a reply, the last within those before it
        self.returned: list[Any] = []  # arrays and tensors that the suite's functions have given to the request that runs
        self.allowance = Allowance()  # of the request that runs
        self.uses = 0  # of the suite's objects, within the request that runs
        self.turn = threading.RLock()  # of the suite's thread that uses the process
        self.looked = Looked(self.is_touched)

    @property
    def gone(self) -> ProcessGone | TrustedValueError | None:
        """Why the process does not answer any more, if it does not."""
        return self.ledger.gone

    def ask(self, operation: str, arguments: Iterable[Any] = (), keywords: Iterable[str] = ()) -> Any:
        """Have one operation carried out and return its value.

        Raises:
            the submission's own exception, as the same builtin type.
            SubmissionFailure: it cannot answer.
            TrustedValueError: an argument may not leave this side.
        """
        __tracebackhide__ = True
        self.keeper.elsewhere.check()
        calls = operation == "call" or operation == "method"
        with self.turn:
            if calls and self.looked.answers:
                self.looked.forget()  # which keeps nothing alive, then, that the suite has dropped
            if not self.keeper.patches.before:
                value = self.finish(self.begin(operation, arguments, keywords))
            else:
                with self.keeper.patches.ours():
                    value = self.finish(self.begin(operation, arguments, keywords))
        if calls:
            self.keeper.answer.note(value)
        return value

    def ask_method(self, value: Any, name: str, arguments: tuple, keywords: dict[str, Any]) -> Any:
        """Have `value.name(...)` carried out. Where the attribute is no method of the submission, it is called here."""
        __tracebackhide__ = True
        number = self.number
        try:
            found = self.ask("method", [value, name, *arguments, *keywords.values()], keywords)
        except TrustedValueError:  # an argument may not leave this side; and need not, if it is the suite's to call
            if self.number != number:
                raise
            found = Uncalled(self.ask("getattr", [value, name]))
        if type(found) is not Uncalled:
            return found
        return found.value(*arguments, **keywords)

    def look(self, key: Any, fetch: Callable[[], Any], keep: Callable[[Any], bool]) -> Any:
        """Return what the suite looks at; the same as before where nothing can have changed it since.

        Args:
            key: what it is, and of which object.
            fetch: asks for it.
            keep: whether an answer may be given again.
        """
        __tracebackhide__ = True
        with self.turn:
            known = self.looked.known(key, self.number)
            if known is not MISSING:
                return known
            try:
                value = fetch()
            finally:
                self.looked.number = self.number
            if keep(value):
                self.looked.answers[key] = value
            return value

    def has_seen(self, key: Any) -> bool:
        """Whether `look` has an answer that still holds."""
        return self.looked.known(key, self.number) is not MISSING

    def is_in_step(self, value: Any) -> bool:
        """Whether both sides have a value, and are told of what the other one does to it."""
        return id(value) in self.ledger.mirror_ids

    def once(self, key: Any, fetch: Callable[[], Any]) -> Any:
        """Return what an imported name stands for: in one process, it is looked up by the import and stays that."""
        __tracebackhide__ = True
        if key not in self.ledger.fetched:
            self.ledger.fetched[key] = self.look(key, fetch, lambda value: False)
        return self.ledger.fetched[key]

    def is_touched(self) -> bool:
        """Whether the suite has changed something that the process has not been told of yet."""
        if self.gone or self.adjustments or self.keeper.patches.before or self.ledger.is_written():
            return True
        places = self.keeper.places
        if places and places.current != self.folder:
            return True
        return any(now is not self.modes[name] and now != self.modes[name] for name, now in self.present_modes())

    def present_modes(self) -> Iterable[tuple[str, Any]]:
        return ((name, look()) for name, look in self.looks)

    def encoder(self) -> RequestEncoder:
        return RequestEncoder(self.ledger, self.keeper.copy_arguments)

    def begin(self, operation: str, arguments: Iterable[Any] = (), keywords: Iterable[str] = ()) -> RequestEncoder:
        """Send a request whose reply `finish` takes; until then this process can be asked for nothing else."""
        __tracebackhide__ = True
        encoder = self.encoder()
        encoded = [encoder.encode(argument) for argument in arguments]
        # While a reply is read, dicts and sets are put together. If it holds a stand-in and a number of the same hash as keys,
        # Python compares the two, and a comparison with a stand-in is a request. No honest reply does that.
        if self.busy:
            raise WireError("a reply asks for another request")
        self.busy = True
        try:
            self.send(operation, encoded, list(keywords), encoder)
        except BaseException as error:
            self.interrupted(error)
            raise
        return encoder

    def finish(self, request: RequestEncoder) -> Any:
        """Wait for the reply to a request that `begin` has sent; return or raise what it says."""
        __tracebackhide__ = True
        self.requests.append(request)
        try:
            status, *rest = self.receive(request)
            while status in ("callback", "told"):
                if status == "told":
                    self.hear(*rest)
                else:
                    self.busy = False
                    self.listener.put()
                    self.answer(*rest)
                    self.busy = True
                status, *rest = self.receive(request)
        except BaseException as error:
            self.interrupted(error)
            raise
        finally:
            self.requests.remove(request)
            if not self.requests:
                self.returned.clear()
                self.uses = 0
        self.busy = False
        if self.listener.events:
            self.listener.put()
        if status == "ok":
            return whole(rest[0])
        if status == "too large":
            refused = TrustedValueError(
                f"the submission's answer, or what its arguments have become, has more parts than can cross at once; {INSIDE}"
            )
            self.interrupted(refused)
            raise refused
        raised = exception_from(status, rest)
        self.connection.look_into(raised)
        raise raised

    def hear(self, text: Any, events: list) -> None:
        """Keep what the submission has printed and the like until the outcome is there."""
        try:
            self.listener.hear(checked_events(text, events))
        except WireError as error:
            raise self.rejected(error) from None

    def answer(self, operation: str, arguments: list, keywords: list[str], modes: list) -> None:
        """Use an object of the suite as the submission asks for, and tell it what came of that.

        Args:
            modes: of a library, that the submission has chosen for what it does now.
        """
        number, *arguments = arguments
        use, target = USES.get(operation), self.lent_object(operation, number)
        if use is None or target is None or not all(name in SURROUNDINGS for name, _ in modes):
            raise self.rejected(WireError("an object of the suite is used that was not lent"))
        if operation not in OF_ARGUMENTS and (number in self.ledger.twins or not permits(operation, target)):
            raise self.rejected(WireError("an object of the suite is used in a way that it does not have"))
        if len(self.requests) > MAX_NESTED + 1:  # then an honest process says so itself
            raise self.rejected(WireError("uses of objects of the suite are nested too deeply"))
        if not self.uses:
            self.allowance.begin()
        self.uses += 1
        first = len(arguments) - len(keywords)
        given = dict(zip(keywords, arguments[first:], strict=True))
        recursion_limit = sys.getrecursionlimit()
        sys.setrecursionlimit(recursion_limit + FRAMES_NESTED)
        self.keeper.surroundings.raised += FRAMES_NESTED
        try:
            with ExitStack() as surroundings:
                if self.keeper.patches.present is not None:
                    surroundings.enter_context(self.keeper.patches.theirs())
                for name, mode in modes:
                    surroundings.enter_context(SURROUNDINGS[name](mode))
                surroundings.enter_context(self.allowance.limited())
                value = use(target, *arguments[:first], **given)
        except WireError as error:
            raise self.rejected(error) from None
        except SuiteTimeout as error:  # the submission has chosen what the suite's object had to do
            raise self.lose(self.endings.why_gone(self.serial, error.clock)) from None
        except (SubmissionFailure, AutograderError, KeyboardInterrupt):
            raise
        except BaseException as error:
            handle = getattr(error, "student_handle", None)  # of an exception that the submission has raised before
            self.tell("raise", [Raised(error) if handle is None else handle])
        else:
            self.tell("return", [value])
        finally:
            self.keeper.surroundings.raised -= FRAMES_NESTED
            sys.setrecursionlimit(recursion_limit)

    def lent_object(self, operation: str, number: int) -> Any:
        """The object of the suite that the submission uses; for what is done with arguments, an array or tensor."""
        if operation not in OF_ARGUMENTS:
            return self.ledger.objects.get(number)
        for request in self.requests:
            if number in request.lent:
                return request.lent[number]
        mirror = self.ledger.mirrors.get(number)
        return mirror.value if mirror else self.ledger.anchors.get(number)

    def interrupted(self, error: BaseException) -> None:
        """Ctrl-C, or the suite's own alarm: what is on its way now would answer the next request."""
        self.busy = False
        if self.gone:
            return
        if isinstance(error, AutograderError):  # whatever asks next fails for the same reason, which is not the submission's
            self.ledger.gone = TrustedValueError(str(error))
            self.close()
        else:
            self.lose(f"the test was interrupted while your code was at work ({type(error).__name__})")

    def tell(self, operation: str, arguments: Iterable[Any] = ()) -> None:
        """Send a request that has no reply."""
        encoder = self.encoder()
        encoder.returning = operation == "return"
        try:
            self.send(operation, [encoder.encode(argument) for argument in arguments], [], encoder)
        except BaseException as error:
            self.interrupted(error)
            raise

    def send(self, operation: str, encoded: list, keywords: list[str], encoder: RequestEncoder) -> None:
        __tracebackhide__ = True
        if self.ledger.gone:
            raise self.ledger.gone
        self.number += 1
        updates = [[Tag.LIST, number, mirror.encode(encoder)] for number, mirror in self.ledger.written()]
        adjustments = [[Tag.LIST, name, encoder.encode(argument)] for name, argument in self.adjusted(operation)]
        request = [
            Tag.LIST,
            operation,
            [Tag.LIST, *encoded],
            [Tag.LIST, *keywords] if keywords else None,
            [Tag.LIST, *updates] if updates else None,
            [Tag.LIST, *self.ledger.take_released()] if self.ledger.released else None,
            [Tag.LIST, *adjustments] if adjustments else None,
            self.number,
        ]
        encoder.number = self.number
        try:
            self.connection.send(request, encoder.arrays)
        except TooLarge:
            raise TrustedValueError(f"the arguments have more parts than can cross at once; {INSIDE}") from None
        except OSError:
            raise self.lose(self.endings.why_gone(self.serial)) from None
        encoder.sent()
        if operation in ("return", "raise"):
            for number, value in encoder.lent.items():
                self.ledger.retain(number, value, number in encoder.copied)
                self.returned.append(value)

    def receive(self, request: RequestEncoder) -> list:
        __tracebackhide__ = True
        ledger = self.ledger
        lent, sealed, copied = request.lent, request.sealed, request.copied
        if len(self.requests) > 1:  # within each other: what was lent to the outer ones is known as well
            lent = {number: value for asked in self.requests for number, value in asked.lent.items()}
            sealed = sealed.union(*(asked.sealed for asked in self.requests))
            copied = copied.union(*(asked.copied for asked in self.requests))
        decoder = ReplyDecoder(ledger, self.keeper, lent, self.keeper.budget_bytes)
        try:
            reply = self.connection.receive(decoder)
            decoder.adopt_mirrors()
            updates, retained, graph = checked_reply(reply, request.number, lent, ledger.mirrors, sealed)
            if decoder.join_graph and decoder.outputs:
                decoder.join_graph(graph)
            for number in retained:
                if number < 0:
                    ledger.anchors.pop(-number, None)
                else:
                    ledger.retain(number, lent[number], number in copied)
            for number, content in updates:
                if number in ledger.twins:
                    check_attributes(ledger.twins[number], content)
                ledger.overwrite(number, lent, content)
        except EOFError:
            raise self.lose(self.endings.why_gone(self.serial)) from None
        except WireError as error:
            raise self.rejected(error) from None
        except (LookupError, AttributeError, RecursionError) as error:
            raise self.rejected(WireError(f"it cannot be put together: {type(error).__name__}")) from error
        return reply

    def rejected(self, error: WireError) -> ProcessGone:
        """End the conversation with a process that has said what no honest one says."""
        self.endings.end(self.serial)
        return self.lose(f"your code sent an invalid reply to the grader ({error})")

    def lose(self, reason: str) -> ProcessGone:
        self.ledger.gone = gone = ProcessGone(reason)
        self.close()
        return gone

    def close(self) -> None:
        self.connection.close()
        self.allowance.close()

    def adjusted(self, operation: str) -> list[tuple[str, Any]]:
        """The seeds and modes that the suite has set since the last request, and what it has replaced in libraries."""
        found, self.adjustments = self.adjustments, []
        if self.keeper.patches.before and operation != "start":  # with which a process comes to find the submission
            changes = self.keeper.patches.changes(self.patched)
            if changes:
                found.append(("patch", (self.keeper.imported(), *changes)))
        modes = self.modes
        for name, look in self.looks:
            now = look()
            known = modes.get(name)
            if now is not known and now != known:
                modes[name] = now
                found.append((name, now))
        places = self.keeper.places
        if places and places.current != self.folder:
            self.folder = places.current
            found.append(("os.chdir", FOLLOW + self.folder))
        return found

    def copy_into(self, serial: int, sock: socket.socket) -> "Door":
        """The door to a copy of this process: what is known here is known there."""
        connection = self.connection.to_copy(sock)
        copy = Door(self.ledger.copy(serial), connection, self.endings, self.keeper)
        copy.modes, copy.patched, copy.number = dict(self.modes), dict(self.patched), self.number
        copy.folder = self.folder
        return copy

    def greeting(self) -> int:
        """Wait for a copy's first word; return its pid, which the kernel vouches for."""
        __tracebackhide__ = True
        try:
            self.connection.wait()
            first, ancillary, _, _ = self.connection.socket.recvmsg(1, socket.CMSG_SPACE(CREDENTIALS.size))
        except EOFError:
            first, ancillary = b"", []
        if not first or not ancillary:
            raise self.lose(self.endings.why_gone(self.serial))
        self.connection.unread(first)
        request = self.encoder()
        request.number = self.number
        self.receive(request)
        return CREDENTIALS.unpack(ancillary[0][2][: CREDENTIALS.size])[0]
