"""The question paper of an assignment, and the command with which students read it and check their answers.

PAPER = Paper(QUESTIONS, draw, description)

if __name__ == "__main__":
    PAPER.run(__file__)

python questions.py          prints the numbers and the questions
python questions.py check    says for each answer whether it can be read, and for some whether it is right
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.answers.local_check import Checks, check, read_checks
from autograder.answers.reading import Reading, read
from autograder.answers.sheet import Question, Sheet, Solve, too_short, unusable
from autograder.printing import printing
from autograder.variants import bare, letters_of

VARIANT = "variant"  # the line with the code of the student's numbers


@dataclass(frozen=True)
class Paper:
    """The questions of an assignment, and the numbers that they are about.

    Attributes:
        questions: all of them, earlier ones first.
        draw: returns the numbers for a code, or the common numbers for "" or None. Raises ValueError if the text is not a code,
            as `autograder.variants.generator` does.
        description: returns numbers as text, for students.
        sections: beginning of ids -> heading to print above these questions.
        file: the file with the answers, beside questions.py.
        checks: made by `local_check.make_checks`; it may be absent.
    """

    questions: Sequence[Question]
    draw: Callable[[str | None], Any]
    description: Callable[[Any], str]
    sections: Mapping[str, str] = field(default_factory=dict)
    file: str = "answers.toml"
    checks: str = "answer_checks.toml"

    def read(self, content: bytes) -> tuple[str, Reading]:
        """Return the code in the bytes of a file with answers, or "", and the answers."""
        reading = read(content, [VARIANT, *(question.id for question in self.questions)], self.file)
        entry = reading.entries[VARIANT]
        if isinstance(entry.value, str):
            return entry.value, reading
        return ("" if entry.value is None and not entry.problem else entry.text.strip("\"'")), reading

    def problems(self, content: bytes, variant: str | None = None) -> list[str]:
        """Return one sentence for each problem: a wrong code, a line that cannot be read, a missing answer.

        Args:
            variant: the code of the student's numbers, as the fixture `variant` gives it; None if it is not known.
        """
        code, reading = self.read(content)
        wrong = wrong_code(code) or (different_code(self.file, code, variant) if variant else "")
        return [*filter(None, [wrong]), *reading.remarks, *self.unusable(reading)]

    def unusable(self, reading: Reading) -> list[str]:
        """Return one sentence for each answer that cannot be judged, and one for all without a line or left empty."""
        told, lacking, empty = [], [], []
        for question in self.questions:
            entry = reading.entries[question.id]
            problem = unusable(reading.name, question, entry)
            if problem and not entry.problem and not entry.line:
                lacking.append(question.id)
            elif problem and not entry.problem and entry.value is None:
                empty.append(question.id)
            elif problem:
                told.append(problem)
        if lacking:
            told.append(f"{self.file} has no line for {', '.join(lacking)}")
        if empty:
            told.append(f"{self.file} has no answer yet to {', '.join(empty)}")
        return list(dict.fromkeys(told))  # what is wrong with the whole file is said once

    def sheet(self, content: bytes, variant: str | None, answer_key: Callable[[Any], Solve]) -> Sheet:
        """Return the answers of a student, with the answer key for the student's numbers.

        Args:
            content: bytes of the file with the answers.
            variant: the code of the student's numbers; None if all have the same.
            answer_key: returns the function `solve(given)` for these numbers; see Sheet.
        """
        code, reading = self.read(content)
        solve = answer_key(self.draw(variant))
        return Sheet(self.questions, reading, solve, different_code(self.file, code, variant))

    # The command

    def run(self, script: str) -> None:
        """Run the command in the file `script`, and end the program with its exit status."""
        raise SystemExit(printing(lambda: self.main(sys.argv[1:], Path(script).resolve().parent)))

    def main(self, arguments: Sequence[str], folder: Path) -> int:
        """Return the exit status: 0 done, 1 an answer is missing or not right, 2 wrong usage.

        Args:
            folder: with the answers.
        """
        if list(arguments) not in ([], ["check"]):
            print("usage: python questions.py [check]", file=sys.stderr)
            return 2
        file = folder / self.file
        code, reading = self.read(file.read_bytes() if file.is_file() else b"")
        try:
            numbers = self.draw(code)
        except ValueError as error:
            print(f"{self.file}, line {reading.entries[VARIANT].line}: {error}", file=sys.stderr)
            return 2
        if not arguments:
            self.print(numbers, code)
            return 0
        if not file.is_file():
            print(f"{folder} has no {self.file}; copy it from the handout zip, or hand in without these answers")
            return 1
        return self.look_over(reading, code, self.read_checks(folder))

    def print(self, numbers: Any, code: str) -> None:
        """Print the numbers and all questions."""
        print(f"The numbers of {code}" if code else "The common numbers")
        print(self.description(numbers))
        head = ""
        for question in self.questions:
            section = next((each for each in self.sections if question.id.startswith(each)), "")
            if section != head:
                print(f"\n{section}  {self.sections[section]}\n")
            head = section
            print(f"{question.id:5} {question.text}")
            for key, meaning in getattr(question.rule, "options", {}).items():
                if meaning:
                    print(f"        {key}  {meaning}")
            print(f"      Answer: {question.rule.sentence}.")

    def look_over(self, reading: Reading, code: str, checks: Checks | None) -> int:
        """Print a line about each answer; return 0 if none is missing, and none that is checked here is wrong."""
        if checks and bare(checks.variant) != bare(code):
            print(f"{self.checks} belongs to other numbers than yours, so this check cannot say which answers are right.")
            checks = None
        for remark in reading.remarks:
            print(remark)
        problems = self.unusable(reading)
        status = 1 if problems else 0
        for question in self.questions:
            entry = reading.entries[question.id]
            if unusable(reading.name, question, entry):
                continue
            assert entry.value is not None
            right = check(question, entry.value, checks) if checks else None
            words = {True: "right", False: "not right", None: "can be read"}[right]
            short = too_short(question, entry) if not right else ""
            print(f"{question.id}  {entry.text}: {words}{f', but {short}' if short else ''}")
            status = 1 if right is False else status
        for problem in problems:
            print(problem)
        return status

    def read_checks(self, folder: Path) -> Checks | None:
        file = folder / self.checks
        return read_checks(file.read_text(encoding="utf-8")) if file.is_file() else None


def wrong_code(code: str) -> str:
    """Return why a declared code is not a code; "" if it is one, or if none is declared."""
    try:
        letters_of(code) if code else None
    except ValueError as error:
        return str(error)
    return ""


def different_code(file: str, declared: str, variant: str | None) -> str:
    """Return a sentence if the declared code is not `variant`, otherwise ""."""
    if bare(declared) == bare(variant or ""):
        return ""
    found = f'variant = "{declared}"' if declared else "no variant"
    if not variant:
        return f'{file} has {found}, but here all students have the same numbers: write variant = ""'
    return f'{file} has {found}, but your numbers are those of variant = "{variant}"'
