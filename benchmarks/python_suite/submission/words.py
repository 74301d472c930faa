"""A solution in plain Python: words of a text, counted."""


class Counter:
    def __init__(self):
        self.counts = {}

    def add(self, text):
        for word in text.lower().split():
            self.counts[word] = self.counts.get(word, 0) + 1

    def most_common(self):
        return sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))


def longest(words):
    return max(words, key=len, default="")


def is_palindrome(text):
    letters = [letter for letter in text.lower() if letter.isalpha()]
    return letters == letters[::-1]


def fibonacci(count):
    found = [0, 1]
    while len(found) < count:
        found.append(found[-2] + found[-1])
    return found[:count]
