"""Programs that print."""

import sys


def hello(name="World"):
    print(f"Hello, {name}!")


def countdown(n):
    for i in range(n, 0, -1):
        print(i, end=" ")
    print("Go!")


def table(rows):
    for name, price in rows:
        print(f"{name:<8}{price:>8.2f}")


def triangle(n):
    for i in range(1, n + 1):
        print("*" * i)


def warn_and_print(message):
    print("working", flush=True)
    print(f"warning: {message}", file=sys.stderr)
    print("done")


def progress(n):
    for i in range(n):
        sys.stdout.write(f"\r{i + 1}/{n}")
    sys.stdout.write("\n")
    sys.stdout.flush()


def print_to(file, *values):
    print(*values, sep=", ", file=file)


def show(items):
    print(items)
    print(*items, sep="\n")


class Receipt:
    def __init__(self):
        self.lines = []

    def add(self, line):
        self.lines.append(line)
        print(f"added {line}")

    def __str__(self):
        return "\n".join(self.lines)

    def show(self):
        print(self)


def fail_loudly():
    print("about to fail")
    raise RuntimeError("failed")


def umlauts():
    print("Grüße, Ελλάδα, 世界 ✓")


def lines():
    print("first")
    yield 1
    print("second")
    yield 2


def each(items, show):
    for item in items:
        print("before", item)
        show(item)
        print("after", item)
