"""Small programs as in the first weeks of a course."""


def main():
    n = int(input("How many? "))
    total = 0
    for i in range(n):
        total += float(input(f"Price {i + 1}: "))
    print(f"You pay {total:.2f}.")


def fizzbuzz(n):
    for i in range(1, n + 1):
        print("FizzBuzz" if i % 15 == 0 else "Fizz" if i % 3 == 0 else "Buzz" if i % 5 == 0 else i)


def times_table(n):
    for i in range(1, n + 1):
        print("\t".join(str(i * j) for j in range(1, n + 1)))


def hangman(word):
    guessed, left = set(), 5
    while left and set(word) - guessed:
        print(" ".join(letter if letter in guessed else "_" for letter in word))
        letter = input("Letter: ").lower()
        if letter in guessed:
            print("You tried that.")
        elif letter not in word:
            left -= 1
            print(f"Wrong, {left} left.")
        guessed.add(letter)
    print("You win!" if left else f"You lose, it was {word}.")
    return bool(left)


def dice(roll):
    first, second = roll(), roll()
    print(f"{first} + {second} = {first + second}")
    return first == second


class Pet:
    def __init__(self, name):
        self.name = name

    def speak(self):
        print(f"{self.name} makes a noise.")


class Dog(Pet):
    def speak(self):
        super().speak()
        print("Woof!")
