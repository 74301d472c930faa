"""`autograder audit`: known mistakes, and mutants of the reference; which of them no test sees."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.commands.arguments import add_assignment
from autograder.commands.documents import add_json, write_document
from autograder.commands.grade import positive
from autograder.commands.grade_class import Shown, graders
from autograder.errors import AutograderError, UsageError

if TYPE_CHECKING:
    from autograder.assignment import Assignment
    from autograder.audit.grading import GradedMutant
    from autograder.audit.mistakes import GradedMistake
    from autograder.audit.whole import Audit
    from autograder.course.pool import Engine


def add_to(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "audit",
        help="find mistakes that no test catches",
        description="Grade the known mistakes and solutions of the assignment, and check that each loses the points "
        "that it should. "
        "Then change the reference in many small ways, grade each of these mutants, and show those that lose no points.",
        epilog="example: autograder audit --files modules.py --out audit.html",
    )
    command.add_argument(
        "--files",
        nargs="+",
        default=[],
        metavar="NAME",
        help="change only these files of the reference, and grade no known mistakes (default: all files that students write)",
    )
    command.add_argument(
        "--solution",
        metavar="NAME",
        help="change this one of solutions/ instead of the reference, and grade no known mistakes (default for --files: the "
        "files in which it differs). mistakes/equivalent.toml does not apply",
    )
    command.add_argument(
        "--mistakes",
        nargs="*",
        metavar="NAME",
        help="grade only the known mistakes and solutions, all of them or those named; make no mutants",
    )
    command.add_argument(
        "--again", action="store_true", help="grade mistakes, too, for which nothing has changed since the last time"
    )
    command.add_argument("--out", type=Path, metavar="FILE", help="write a page with all mutants and tests, such as audit.html")
    command.add_argument(
        "--answers",
        action="store_true",
        help="keep what each mutant answers in mistakes/mutants.json; with it, grading shows staff which change of the "
        "reference gives the answers that no known mistake gives",
    )
    add_json(command)
    command.add_argument(
        "--matrix",
        action="store_true",
        help="also run the tests of other parts on mutants that a test of their own part has caught; takes longer",
    )
    command.add_argument(
        "--jobs",
        type=positive,
        metavar="N",
        help="grade N mutants at a time (default: one for each processor, fewer if memory is short)",
    )
    command.add_argument(
        "--sandbox",
        choices=("strict", "auto"),
        default="auto",
        help="strict: grade only with every layer of the sandbox; auto: with at least those that hide the tests (default)",
    )
    add_assignment(command)
    command.set_defaults(run=run, nurseries=())


def run(arguments: argparse.Namespace) -> int:
    from autograder.assignment import load
    from autograder.commands.grade import protect

    if arguments.mistakes is not None and (arguments.files or arguments.solution or arguments.out or arguments.answers):
        raise UsageError("--mistakes makes no mutants; leave out --files, --solution, --out and --answers, or --mistakes")
    if arguments.solution and arguments.answers:
        raise UsageError("--answers keeps what mutants of the reference answer; leave out --solution")
    if arguments.mistakes is None:
        require_libcst()
    assignment = load(arguments.assignment)
    protect(arguments)
    out = arguments.out.absolute() if arguments.out else None  # the current folder is another one while suites are there
    sound = True
    document: dict[str, object] = {}
    if arguments.solution:
        assignment = from_solution(assignment, arguments)
    elif not arguments.files:
        from autograder.audit.report import mistakes_document, mistakes_text

        done, same = graded_mistakes(arguments, assignment)
        sound = not any(one.faults for one in done)
        document["mistakes"] = mistakes_document(done)
        document["unchanged"] = same
        if not arguments.json:
            print(mistakes_text(done, len(same)))
    if arguments.mistakes is None:
        from autograder.audit.report import document_of, text_of

        found = audited(arguments, assignment)
        sound = sound and found.sound
        document |= document_of(found)
        if not arguments.json:
            print(text_of(found))
        if arguments.answers:
            from autograder.audit.answers import kept
            from autograder.grading.mistakes.library import MUTANTS

            kept(assignment, found).write(assignment.folder / MUTANTS)
            print(f"written to {MUTANTS}: what each mutant answers", file=sys.stderr)
        if out:
            from autograder.audit.page import page_of
            from autograder.files import write_atomically

            write_atomically(out, page_of(found), 0o600)  # it shows the reference
            print(f"written to {out}", file=sys.stderr)
    if arguments.json:
        write_document(document)
    return 0 if sound else 1


def graded_mistakes(arguments: argparse.Namespace, assignment: "Assignment") -> "tuple[list[GradedMistake], list[str]]":
    """Grade the mistakes and solutions, and write down what they answer.

    Returns:
        those that were graded; the names of those that were not, because nothing has changed for them.
    """
    from autograder.audit.mistakes import graded
    from autograder.audit.unchanged import changed, digests, stored, unchanged, updated
    from autograder.authoring.mistakes import Corpus
    from autograder.grading.mistakes.library import FILE

    shown = Shown(sys.stderr)  # this one: pytest puts another in its place

    def begin(total: int) -> Callable[["GradedMistake"], None]:
        return shown.begin(total, lambda one: not one.records)

    corpus = Corpus(assignment)
    before, now = stored(assignment.folder), digests(corpus)
    names = arguments.mistakes or (() if arguments.again else changed(corpus, before, now))
    done: list[GradedMistake] = []
    if names or arguments.again:
        count = arguments.jobs or graders()
        done = graded(assignment, arguments.nurseries, count, arguments.sandbox, begin, names=names, note=shown.note)
        shown.end()
    after = updated(corpus, before, now, done)
    begun = bool(before.mistakes) or not arguments.mistakes  # a trial of a single mistake leaves no file
    if after != before and (corpus.mistakes or corpus.solutions) and begun:
        after.write(assignment.folder / FILE)
        print(f"written to {FILE}: what each mistake answers, by which the grader names it", file=sys.stderr)
    return done, [] if arguments.mistakes else sorted(unchanged(before, now) - {one.mistake.name for one in done})


def from_solution(assignment: "Assignment", arguments: argparse.Namespace) -> "Assignment":
    """The assignment with one of its solutions as the reference; the files to be changed are those in which it differs."""
    from autograder.authoring.mistakes import Corpus

    corpus = Corpus(assignment)
    solution = corpus.solutions.get(arguments.solution)
    if not solution:
        known = ", ".join(corpus.solutions) or "none"
        raise UsageError(f"--solution {arguments.solution}: there is no such solution; there are: {known}")
    folder = Path(arguments.cleanup.enter_context(tempfile.TemporaryDirectory(prefix="autograder-")), "solution")
    corpus.build(solution, folder)
    arguments.files = arguments.files or sorted(name for name in solution.changed if name.endswith(".py"))
    return replace(assignment, reference=str(folder))


def require_libcst() -> None:
    try:
        import libcst  # noqa: F401
    except ImportError as error:
        raise AutograderError(
            f"autograder audit makes its mutants with libcst, which cannot be imported ({error}); install it with: "
            "pip install 'autograder[audit]'"
        ) from error


def audited(arguments: argparse.Namespace, assignment: "Assignment") -> "Audit":
    """Make the audit, and show how far it is."""
    from autograder.audit.whole import audit
    from autograder.course.pool import Pool

    shown = Shown(sys.stderr)  # this one: pytest puts another in its place

    def engine_for(limited: "Assignment", first_rung: bool) -> "Engine":
        nurseries = arguments.nurseries[:1] if first_rung else arguments.nurseries
        return Pool(limited, nurseries, arguments.jobs or graders(), arguments.sandbox, note=shown.note)

    def begin(total: int) -> Callable[["GradedMutant"], None]:
        return shown.begin(total, lambda one: bool(one.faults))

    found = audit(
        assignment, arguments.files, engine_for, shown.note, begin, arguments.matrix, solution=bool(arguments.solution)
    )
    shown.end()
    return found
