"""Small programs as in the first weeks of a course."""


def main():
    n = int(input("How many? "))
    total = 0
    for i in range(n):
        total += float(input(f"Price {i}: "))
    print("You pay", total)


def fizzbuzz(n):
    for i in range(1, n + 1):
        print("Fizz" if i % 3 == 0 else "Buzz" if i % 5 == 0 else "FizzBuzz" if i % 15 == 0 else i)


def times_table(n):
    for i in range(1, n + 1):
        print([i * j for j in range(1, n + 1)])


def hangman(word):
    guessed, left = set(), 5
    while left and set(word) - guessed:
        letter = input("Letter: ")
        if letter not in word:
            left -= 1
            print(f"Wrong, {left} left.")
        guessed.add(letter)
    print("You win!")
    return True


def dice(roll):
    value = roll()
    print(f"{value} + {value} = {value + value}")
    return True


class Pet:
    def __init__(self, name):
        self.name = name

    def speak(self):
        print(f"{self.name} makes a noise.")


class Dog(Pet):
    def speak(self):
        print("Woof!")
