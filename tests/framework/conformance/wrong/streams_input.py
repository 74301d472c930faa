"""Programs that ask."""

import sys


def add():
    a = input("First: ")
    b = input("Second: ")
    print(f"Sum: {a + b}")
    return a + b


def read_until_empty():
    words = []
    word = "?"
    while word:
        word = input()
        words.append(word)
    return words


def guess(secret):
    tries = 0
    while True:
        number = int(input("Guess: "))
        if number == secret:
            print(f"Right after {tries} tries!")
            return tries
        tries += 1
        print("Too high" if number < secret else "Too low")


def yes_or_no(question):
    answer = input(question + " [y/n] ")
    return answer == "y"


def sum_stdin():
    return int(sys.stdin.readline())


def read_all():
    return sys.stdin.read().split("\n")


def second_line():
    return sys.stdin.readline().rstrip("\n")


def until_end():
    lines = []
    while True:
        lines.append(input())


class Survey:
    def __init__(self, questions):
        self.questions = questions
        self.answers = {}

    def ask(self):
        for question in self.questions:
            self.answers[question] = input(question)


def arguments():
    return sys.argv
