"""A calculator that reads lines until "quit"."""

import sys


def calculate(line):
    left, operator, right = line.split()
    a, b = float(left), float(right)
    return {"+": a + b, "-": b - a, "*": a * b, "/": a // b}[operator]


def main(argv=None):
    argv = sys.argv[1:] if argv is None else argv
    if argv:
        print(calculate(" ".join(argv)))
        return
    while True:
        line = input()
        if line == "quit":
            return
        print(calculate(line))


if __name__ == "__main__":
    main()
