"""Pairs of submissions whose code is similar.

What students have written themselves is compared (see `regions`). Two submissions are similar as far as they share
fingerprints (see `winnowing`). A fingerprint weighs 1 + ln(N / (1 + n)), where n of N submissions have it: what everybody
writes says little. What more than half of the class has says nothing, and counts on neither side. The result is a ranking of
what to look at. It proves nothing, and the word for it is "similar".
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.course.findings import Match, Pair
from autograder.course.model import Row
from autograder.course.regions import changed_files, given_by, own_code
from autograder.course.winnowing import GRAM, winnow

MOST = 100  # pairs
LARGE_CLASS = 10  # submissions; in a smaller class nothing is left out as common
COMMON = 0.5  # of the class
LEAST = 8  # fingerprints that a submission must have and that a pair must share: some 40 tokens
EVIDENCE = 10  # weight, of two to five fingerprints; a few equal lines are no equal submissions
SCALE = 64  # weights are whole multiples of 1 / SCALE, whose sums are exact in any order
PAIRS_AT_ONCE = 1 << 21  # of texts that share a fingerprint
MAX_GAP = 2  # lines between two matches that are shown as one


@dataclass(frozen=True)
class Tokens:
    """The own code of N submissions, one after another.

    Attributes:
        codes: uint64 (T,), a number for each token.
        line: int64 (T,), the line of each, counted from 1.
        segment: int64 (T,), the segment of each.
        owner: int64 (S,), the submission of each segment.
        files: the file of each segment.
    """

    codes: np.ndarray
    line: np.ndarray
    segment: np.ndarray
    owner: np.ndarray
    files: Sequence[str]


@dataclass(frozen=True)
class Prints:
    """The fingerprints that count, by submission and value; each at its first place in a submission.

    Attributes:
        owner: int64 (F,), the submission.
        value: int64 (F,), a number for each different fingerprint.
        start: int64 (F,), the place of its first token.
        weight: int64 (F,), in units of 1 / SCALE.
        bounds: int64 (N + 1,), where the fingerprints of each submission begin.
    """

    owner: np.ndarray
    value: np.ndarray
    start: np.ndarray
    weight: np.ndarray
    bounds: np.ndarray


def similar(
    rows: Sequence[Row],
    skeleton: Mapping[str, str],
    archive: Mapping[str, Mapping[str, str]] | None = None,
    most: int = MOST,
) -> list[Pair]:
    """Return the pairs of submissions that are most similar, the most similar first.

    The result depends on the texts and the ids only. Rows without files are left out, and so is who has written too little to
    say anything about.

    Args:
        skeleton: the files that were handed out, by name.
        archive: label -> files by name: submissions of other years, each compared with the rows and not with each other.
        most: so many pairs at most.
    """
    here = sorted((row for row in rows if row.files), key=lambda row: row.id)
    labels = sorted(archive or {})
    texts = [row.files for row in here] + [(archive or {})[label] for label in labels]
    if not texts:
        return []
    tokens = tokens_of(texts, skeleton)
    prints = fingerprints(tokens, len(texts), len(here))
    names = [*(row.id for row in here), *labels]
    pairs = []
    for rank, (a, b, weight) in enumerate(ranked(prints, len(texts), len(here), most), 1):
        share_a, share_b = (shared_part(prints, one, other) for one, other in ((a, b), (b, a)))
        archived = b >= len(here)
        files_b = tuple(sorted(texts[b].items())) if archived else ()
        matches = tuple(matches_of(tokens, prints, a, b))
        pairs.append(Pair(names[a], names[b], share_a, share_b, weight, rank, matches, archived, files_b))
    return pairs


def tokens_of(texts: Sequence[Mapping[str, str]], skeleton: Mapping[str, str]) -> Tokens:
    given = given_by(skeleton)
    codes: list[int] = []
    lines: list[int] = []
    lengths: list[int] = []
    owner: list[int] = []
    files: list[str] = []
    for number, text in enumerate(texts):
        for segment in own_code(changed_files(text, skeleton), given):
            codes += segment.codes
            lines += segment.lines
            lengths.append(len(segment.codes))
            owner.append(number)
            files.append(segment.file)
    return Tokens(
        np.array(codes, np.uint64),
        np.array(lines, np.int64),
        np.repeat(np.arange(len(lengths)), lengths),
        np.array(owner, np.int64),
        files,
    )


def fingerprints(tokens: Tokens, texts: int, rows: int) -> Prints:
    """Return the fingerprints of all texts, of which the first are rows, but for common ones."""
    start, hashes = winnow(tokens.codes, tokens.segment)
    owner = tokens.owner[tokens.segment[start]]
    _, value = np.unique(hashes, return_inverse=True)
    # One of each value in each text, the first.
    _, kept = np.unique(owner * (int(value.max(initial=0)) + 1) + value, return_index=True)
    start, owner, value = start[kept], owner[kept], value[kept]
    having = np.bincount(value)  # how many texts have it
    in_class = np.bincount(value[owner < rows], minlength=len(having))
    weights = np.array([round(SCALE * (1 + math.log(texts / (1 + n)))) for n in range(texts + 1)], np.int64)
    rare = (in_class <= COMMON * rows)[value] if rows >= LARGE_CLASS else np.ones(len(value), bool)
    start, owner, value = start[rare], owner[rare], value[rare]
    enough = (np.bincount(owner, minlength=texts) >= LEAST)[owner]
    start, owner, value = start[enough], owner[enough], value[enough]
    return Prints(owner, value, start, weights[having[value]], np.searchsorted(owner, np.arange(texts + 1)))


def ranked(prints: Prints, texts: int, rows: int, most: int) -> list[tuple[int, int, float]]:
    """Return (a, b, weight) of the pairs with the largest weight, where a < b, and a is a row.

    The weight of a pair is 2 s / (a + b + EVIDENCE), where s, a and b are the weights of all shared fingerprints, of a's and of
    b's: equal texts come first, the longest of them before the others.
    """
    shared, counts = shared_weights(prints, texts, rows)
    own = np.bincount(prints.owner, prints.weight, minlength=texts)
    a, b = np.nonzero(counts >= LEAST)
    weight = 2 * shared[a, b] / (own[a] + own[b] + SCALE * EVIDENCE)
    best = np.lexsort((b, a, -weight))[:most]
    return [(int(a[i]), int(b[i]), round(float(weight[i]), 4)) for i in best]


def shared_weights(prints: Prints, texts: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the weight and the number of the fingerprints that each two texts share, both (N, N), filled where a < b."""
    shared, counts = np.zeros((2, texts * texts))
    for keys, weights in sharing(prints, texts, rows):
        counts += np.bincount(keys, minlength=texts * texts)
        shared += np.bincount(keys, weights, minlength=texts * texts)
    return shared.reshape(texts, texts), counts.reshape(texts, texts)


def sharing(prints: Prints, texts: int, rows: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield a · N + b and the weight for each fingerprint and each two texts a < b that share it, PAIRS_AT_ONCE or more."""
    order = np.lexsort((prints.owner, prints.value))
    owner, weight = prints.owner[order], prints.weight[order]
    first = np.flatnonzero(np.diff(prints.value[order], prepend=-1))
    sizes = np.diff(first, append=len(owner))  # how many texts share each fingerprint
    keys: list[np.ndarray] = []
    weights: list[np.ndarray] = []
    for size in np.unique(sizes[sizes > 1]):
        one, other = np.triu_indices(size, 1)
        of_size = first[sizes == size]
        at_once = max(1, PAIRS_AT_ONCE // len(one))
        for begin in range(0, len(of_size), at_once):
            block = of_size[begin : begin + at_once, None]  # a row for each fingerprint, a column for each two that have it
            a, b, each = np.broadcast_arrays(owner[block + one], owner[block + other], weight[block])
            of_class = a < rows
            keys.append(a[of_class] * texts + b[of_class])
            weights.append(each[of_class])
            if sum(map(len, keys)) >= PAIRS_AT_ONCE:
                yield np.concatenate(keys), np.concatenate(weights)
                keys, weights = [], []
    if keys:
        yield np.concatenate(keys), np.concatenate(weights)


def shared_part(prints: Prints, one: int, other: int) -> float:
    """Return the part of the weight of one's fingerprints that the other has too, 0 to 1."""
    mine, theirs = (slice(*prints.bounds[[text, text + 1]]) for text in (one, other))
    weight = prints.weight[mine]
    return round(float(weight[np.isin(prints.value[mine], prints.value[theirs])].sum() / weight.sum()), 4)


# What is shown of a pair


def matches_of(tokens: Tokens, prints: Prints, a: int, b: int) -> list[Match]:
    """Return the lines that two texts share: runs of equal tokens around equal fingerprints, in the order of a's lines."""
    parts = [slice(*prints.bounds[[text, text + 1]]) for text in (a, b)]
    mine, theirs = (prints.value[part] for part in parts)
    _, in_a, in_b = np.intersect1d(mine, theirs, return_indices=True)
    starts = sorted(zip(prints.start[parts[0]][in_a].tolist(), prints.start[parts[1]][in_b].tolist(), strict=True))
    found: list[Match] = []
    done: set[tuple[int, int]] = set()  # the segments of both, and how far apart: a run has been found there
    end = -1
    for start_a, start_b in starts:
        if start_a < end and (start_a - start_b, tokens.segment[start_b]) in done:
            continue
        low, high = extent(tokens, start_a, start_b)
        end = start_a + high
        done.add((start_a - start_b, int(tokens.segment[start_b])))
        lines = [(int(tokens.line[start - low]), int(tokens.line[start + high - 1])) for start in (start_a, start_b)]
        files = [tokens.files[tokens.segment[start]] for start in (start_a, start_b)]
        found.append(Match(files[0], lines[0], files[1], lines[1]))
    return joined(found)


def extent(tokens: Tokens, start_a: int, start_b: int) -> tuple[int, int]:
    """Return how many tokens before and from two places on are equal, within their segments."""

    def same(step: int) -> bool:
        at_a, at_b = start_a + step, start_b + step
        return (
            min(at_a, at_b) >= 0
            and max(at_a, at_b) < len(tokens.codes)
            and tokens.segment[at_a] == tokens.segment[start_a]
            and tokens.segment[at_b] == tokens.segment[start_b]
            and tokens.codes[at_a] == tokens.codes[at_b]
        )

    low, high = 0, GRAM
    while same(-low - 1):
        low += 1
    while same(high):
        high += 1
    return low, high


def joined(matches: Sequence[Match]) -> list[Match]:
    """Put matches into one that follow each other in both files."""
    found: list[Match] = []
    for match in sorted(set(matches), key=lambda match: (match.file_a, match.lines_a, match.file_b, match.lines_b)):
        last = found[-1] if found else None
        if last and (last.file_a, last.file_b) == (match.file_a, match.file_b) and follows(last, match):
            lines_a = (last.lines_a[0], max(last.lines_a[1], match.lines_a[1]))
            lines_b = (last.lines_b[0], max(last.lines_b[1], match.lines_b[1]))
            found[-1] = Match(match.file_a, lines_a, match.file_b, lines_b)
        else:
            found.append(match)
    return found


def follows(last: Match, match: Match) -> bool:
    gaps = match.lines_a[0] - last.lines_a[1], match.lines_b[0] - last.lines_b[1]
    return match.lines_b[0] >= last.lines_b[0] and max(gaps) <= MAX_GAP
