"""Programs that ask."""

import sys


def add():
    a = int(input("First: "))
    b = int(input("Second: "))
    print(f"Sum: {a + b}")
    return a + b


def read_until_empty():
    words = []
    while True:
        word = input()
        if not word:
            return words
        words.append(word)


def guess(secret):
    tries = 0
    while True:
        tries += 1
        number = int(input("Guess: "))
        if number == secret:
            print(f"Right after {tries} tries!")
            return tries
        print("Too low" if number < secret else "Too high")


def yes_or_no(question):
    while True:
        answer = input(question + " [y/n] ").strip().lower()
        if answer in ("y", "n"):
            return answer == "y"


def sum_stdin():
    return sum(int(line) for line in sys.stdin)


def read_all():
    return sys.stdin.read().split()


def second_line():
    sys.stdin.readline()
    return sys.stdin.readline().rstrip("\n")


def until_end():
    lines = []
    try:
        while True:
            lines.append(input())
    except EOFError:
        return lines


class Survey:
    def __init__(self, questions):
        self.questions = questions
        self.answers = {}

    def ask(self):
        for question in self.questions:
            self.answers[question] = input(f"{question}? ")


def arguments():
    return sys.argv[1:]
