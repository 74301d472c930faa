"""Count words: scripts_wordcount.py [FILE ...], or standard input without files."""

import sys


def count(text):
    counts = {}
    for word in text.lower().split():
        counts[word] = counts.get(word, 0) + 1
    return counts


def main(argv):
    if argv and argv[0] in ("-h", "--help"):
        print(__doc__)
        return 0
    if argv:
        texts = []
        for path in argv:
            try:
                with open(path) as file:
                    texts.append(file.read())
            except OSError as error:
                print(f"error: {error.strerror}: {path}", file=sys.stderr)
                return 1
        text = " ".join(texts)
    else:
        text = sys.stdin.read()
    for word, n in sorted(count(text).items(), key=lambda item: (-item[1], item[0])):
        print(f"{n} {word}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
