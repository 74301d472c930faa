"""Programs that print."""


def hello(name="World"):
    return f"Hello, {name}!"


def countdown(n):
    for i in range(n, 0, -1):
        print(i)
    print("Go!")


def table(rows):
    for name, price in rows:
        print(name, price)


def triangle(n):
    for i in range(n):
        print("*" * i)


def warn_and_print(message):
    print("working")
    print(f"warning: {message}")
    print("done")


def progress(n):
    for i in range(n):
        print(f"{i + 1}/{n}")


def print_to(file, *values):
    print(*values, sep=", ")


def show(items):
    print(items)
    for item in items:
        print(repr(item))


class Receipt:
    def __init__(self):
        self.lines = []

    def add(self, line):
        self.lines.append(line)

    def __str__(self):
        return " ".join(self.lines)

    def show(self):
        print(self)


def fail_loudly():
    raise RuntimeError("failed")


def umlauts():
    print("Gruesse")


def lines():
    print("first")
    print("second")
    yield 1
    yield 2


def each(items, show):
    for item in items:
        print("before", item)
        print("after", item)
        show(item)
