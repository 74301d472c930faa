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


if __name__ == "__main__":
    main(sys.argv[1:])
