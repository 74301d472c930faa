"""Functions in which built-ins are replaced or forbidden."""


def my_sum(numbers):
    return sum(numbers)


def my_max(numbers):
    return sorted(numbers)[-1]


def bubble_sort(items):
    return sorted(items)


def reverse(text):
    return "".join(reversed(text))


def read_number(prompt="Number: "):
    return int(input(prompt))


def greet():
    print("Name? ")
    name = input()
    print(f"Hello, {name}!")


def first_line(path):
    with open(path) as file:
        return file.readline()


def save(path, lines):
    with open(path, "a") as file:
        file.write("\n".join(lines))


def evaluate(expression):
    return eval(expression)


def menu(actions):
    while True:
        choice = input("> ")
        if choice == "quit":
            return
        actions[choice]()
