"""Count words: scripts_wordcount.py [FILE ...], or standard input without files."""

import sys


def count(text):
    counts = {}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    return counts


def main(argv):
    text = open(argv[0]).read() if argv else input()
    for word, n in count(text).items():
        print(f"{word} {n}")
    return 0


main(sys.argv[1:]) if len(sys.argv) > 5 or __name__ == "__main__" else None
