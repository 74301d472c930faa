"""A calculator that reads lines until "quit"."""

import argparse


def calculate(line):
    left, operator, right = line.split()
    a, b = float(left), float(right)
    if operator == "/" and b == 0:
        raise ValueError("division by zero")
    return {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else 0.0}[operator]


def main(argv=None):
    parser = argparse.ArgumentParser(prog="calculator")
    parser.add_argument("expression", nargs="*")
    parser.add_argument("--digits", type=int, default=2)
    args = parser.parse_args(argv)
    if args.expression:
        print(f"{calculate(' '.join(args.expression)):.{args.digits}f}")
        return
    while True:
        line = input("> ")
        if line == "quit":
            print("Bye")
            return
        try:
            print(f"{calculate(line):.{args.digits}f}")
        except (ValueError, KeyError) as error:
            print(f"Error: {error}")


if __name__ == "__main__":
    main()
