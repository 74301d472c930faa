"""Functions in which built-ins are replaced or forbidden."""

import builtins


def my_sum(numbers):
    total = 0
    for number in numbers:
        total += number
    return total


def my_max(numbers):
    best = numbers[0]
    for number in numbers:
        if number > best:
            best = number
    return best


def bubble_sort(items):
    result = [item for item in items]  # noqa: C416  list() may be forbidden
    n = 0
    for _ in result:
        n += 1
    for end in range(n - 1, 0, -1):
        for i in range(end):
            if result[i] > result[i + 1]:
                result[i], result[i + 1] = result[i + 1], result[i]
    return result


def reverse(text):
    result = ""
    for letter in text:
        result = letter + result
    return result


def read_number(prompt="Number: "):
    while True:
        try:
            return int(input(prompt))
        except ValueError:
            print("Not a number.")


def greet():
    name = input("Name? ")
    print(f"Hello, {name}!")


def first_line(path):
    with open(path) as file:
        return file.readline().strip()


def save(path, lines):
    with open(path, "w") as file:
        for line in lines:
            file.write(line + "\n")


def evaluate(expression):
    left, operator, right = expression.split()
    a, b = float(left), float(right)
    return {"+": a + b, "-": a - b, "*": a * b}[operator]


def menu(actions):
    while True:
        choice = builtins.input("> ")
        if choice == "quit":
            return
        actions.get(choice, lambda: print("?"))()
