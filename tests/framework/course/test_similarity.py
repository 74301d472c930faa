"""Similar code is found whatever has been done to hide it; what everybody writes and what was handed out is no sign."""

import random
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from known import Corpus
from places import ROOT

from autograder.course.model import Person, Row
from autograder.course.regions import MAX_CHARACTERS, extents, given_by, own_code, without_comments
from autograder.course.similarity import similar
from autograder.course.winnowing import GRAM, WINDOW, winnow
from autograder.demo.variations import copied, recomment, rename, reorder, respace

NAMES = ("modules.py", "optimizers.py", "mlp_numpy.py", "train_mlp_numpy.py")
SKELETON = {name: (ROOT / "student" / name).read_text(encoding="utf-8") for name in NAMES}


def row(name, files):
    return Row(name, (Person(name),), files=files)


@pytest.fixture(scope="module")
def class_of_many():
    """Rows of right solutions in different styles."""
    corpus = Corpus(ROOT)
    styles = [known for known in corpus.solutions.values() if known.changed & set(NAMES)]
    rows = []
    for known in styles:
        contents = corpus.contents_of([known])
        rows.append(row(known.name, {name: contents[name].decode("utf-8-sig") for name in NAMES}))
    return rows


def files_of(rows, name):
    return next(each.files for each in rows if each.id == name)


def changed(files, change):
    return {name: change(source, random.Random(5)) for name, source in files.items()}


def split_lines(source, rng):
    """Break lines in brackets, after each comma."""
    return "".join(
        line.replace(", ", ",\n                ") if line.strip().startswith(("self.", "return np.")) else line
        for line in source.splitlines(keepends=True)
    )


def test_equal_submissions_are_a_hundred_per_cent_alike_and_come_first(class_of_many):
    rows = [*class_of_many, row("again", files_of(class_of_many, "einsum"))]
    first = similar(rows, SKELETON)[0]
    assert ({first.a, first.b}, first.share_a, first.share_b, first.rank) == ({"again", "einsum"}, 1, 1, 1)


@pytest.mark.parametrize(
    ("change", "least"),
    [(rename, 0.99), (reorder, 0.99), (recomment, 1), (respace, 1), (split_lines, 0.85), (copied, 0.95)],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_copy_stays_similar_with_other(change, least, class_of_many):
    files = changed(files_of(class_of_many, "einsum"), change)
    assert files != files_of(class_of_many, "einsum")
    first = similar([*class_of_many, row("again", files)], SKELETON)[0]
    assert {first.a, first.b} == {"again", "einsum"}
    assert min(first.share_a, first.share_b) >= least


def test_what_matches_is_shown_by_lines_of_both(class_of_many):
    files = files_of(class_of_many, "einsum")
    moved = {"modules.py": "# mine\n\n\n" + files["modules.py"]}
    pair = similar([row("a", {"modules.py": files["modules.py"]}), row("b", moved)], SKELETON)[0]
    assert pair.matches
    for match in pair.matches:
        assert (match.file_a, match.file_b) == ("modules.py", "modules.py")
        assert match.lines_b == (match.lines_a[0] + 3, match.lines_a[1] + 3)
    text = files["modules.py"].splitlines()
    shown = {line for match in pair.matches for line in text[match.lines_a[0] - 1 : match.lines_a[1]]}
    assert any("np.einsum" in line for line in shown)


def test_code_that_was_handed_out_counts_on_neither_side():
    handed_out = {"work.py": "def given(x):\n" + "".join(f"    x = step_{i}(x, {i}) + other(x) * x\n" for i in range(50))}
    own = {name: SOURCES[name] for name in ("loops", "sums")}
    both = [row(name, {"work.py": f"{handed_out['work.py']}\n\n{source}"}) for name, source in own.items()]
    assert similar(both, handed_out) == []
    assert similar(both, {}) != []
    assert similar([row(name, handed_out) for name in "abc"], handed_out) == []


def test_one_given_line_within_a_function_is_left_out():
    skeleton = {"a.py": "class A:\n    def f(self, x):\n        given = x + 1\n        raise NotImplementedError\n"}
    source = "class A:\n    def f(self, x):\n        given = x + 1\n        return given * 2\n"
    assert [segment.lines for segment in own_code({"a.py": source}, given_by(skeleton))] == [[4, 4, 4, 4]]


def test_short_formulas_that_everybody_writes_are_no_sign():
    linear = "class Linear:\n    def forward(self, x):\n        self.x = x\n        return x @ self.W.T + self.b\n\n\n"
    rows = [row(name, {"work.py": linear + source}) for name, source in SOURCES.items()]
    assert similar(rows, {}) == []


def test_what_more_than_half_of_the_class_has_says_nothing():
    shared = SOURCES["loops"]
    rows = [row(f"s{place:02}", {"work.py": shared}) for place in range(11)]
    rows += [row(f"t{place:02}", {"work.py": "value = 1\n"}) for place in range(9)]
    assert similar(rows, {}) == []
    assert similar(rows[:4], {}) != []  # of so few nothing is common


def test_rare_code_ranks_before_what_many_have():
    rows = [row(f"s{place:02}", {"work.py": SOURCES["sums"]}) for place in range(6)]  # more of it
    rows += [row(f"t{place:02}", {"work.py": SOURCES["loops"]}) for place in range(2)]
    rows += [row(f"u{place:02}", {"work.py": "value = 1\n"}) for place in range(8)]
    assert (similar(rows, {})[0].a, similar(rows, {})[0].b) == ("t00", "t01")


def test_an_archive_is_compared_with_the_class_and_not_with_itself(class_of_many):
    old = {"2025/x": files_of(class_of_many, "einsum"), "2025/y": files_of(class_of_many, "einsum")}
    pairs = similar(class_of_many, SKELETON, archive=old)
    archived = [pair for pair in pairs if pair.archived]
    assert [(pair.a, pair.b) for pair in archived[:2]] == [("einsum", "2025/x"), ("einsum", "2025/y")]
    assert not any(pair.a in old for pair in pairs)
    assert dict(archived[0].files_b) == old["2025/x"]
    assert all(not pair.files_b for pair in pairs if not pair.archived)


def test_the_order_of_the_rows_makes_no_difference(class_of_many):
    rows = [*class_of_many, *(row(name, files_of(class_of_many, name)) for name in ("einsum", "one_hot"))]
    assert len(similar(rows, SKELETON)) >= 2
    assert similar(rows[::-1], SKELETON) == similar(rows, SKELETON)


def test_the_result_does_not_depend_on_the_seed_of_hashes():
    program = textwrap.dedent(
        """
        from pathlib import Path
        from autograder.course.model import Person, Row
        from autograder.course.similarity import similar
        rows = [Row(name, (Person(name),), files={"m.py": Path(folder, "modules.py").read_text()})
                for name, folder in (("a", "reference"), ("b", "solutions/einsum"), ("c", "reference"))]
        print(similar(rows, {"m.py": Path("student/modules.py").read_text()}))
        """
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
    assert "Pair(a='a', b='c', share_a=1.0" in told.pop()


def codes_of(source):
    return [segment.codes for segment in own_code({"a.py": source}, {})]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("total = 'a' * 34 + other", 'x = "bc" * 77 + y'),
        ("f(a, b)", "f(\n    a,\n    b,\n)"),
        ("self.mask = x > 0", "self.positive = inputs > 0  # why"),
        ("y = x.sum(axis=0)", "y = x.sum(\n    axis = 0)"),
        ("a = b + \\\n    c", "a = b + c"),
        ('def f():\n    """Doc."""\n    return 5.5', "def g():\n    return 1e-3"),
    ],
)
def test_these_are_the_same_code(one, other):
    assert codes_of(one) == codes_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("y = np.exp(x)", "y = np.log(x)"),
        ("y = x.sum(axis=0)", "y = x.sum(axis=1)"),
        ("y = x.sum(axis=0)", "y = x.sum(where=0)"),
        ("y = x @ w", "y = x * w"),
        ("if x: y = 1", "while x: y = 1"),
        ("y = max(x)", "y = min(x)"),
    ],
)
def test_these_are_not(one, other):
    assert codes_of(one) != codes_of(other)


def test_a_bracket_that_is_never_closed_ends_with_its_function():
    source = "def f(x):\n    return (x,\n\n\ndef g(x):\n    return x\n"
    assert extents(source) == {"f": (1, 2), "g": (5, 6)}


def test_code_that_does_not_compile_is_compared_as_well():
    lines = SOURCES["loops"].splitlines()
    cut = "\n".join([*lines[:3], "    open_forever = (1, 2", *lines[3:]])
    pair = similar([row("a", {"work.py": SOURCES["loops"]}), row("b", {"work.py": cut})], {})[0]
    assert pair.share_a > 0.5


def test_equal_lines_with_functions_between_are_not_one_passage():
    """Otherwise a match from the first to the last of them would show the functions, too."""
    sources = [
        "".join(f"RATE{i} = make(rate{i}=0.5)\n\n\ndef f{i}(x):\n    return {body}\n\n\n" for i in range(30))
        for body in ("x.y[0]", "[a for a in b if c]")
    ]
    assert similar([row(f"s{number}", {"work.py": source}) for number, source in enumerate(sources)], {}) == []


def test_too_little_code_says_nothing():
    assert similar([row(name, {"work.py": "def f(x):\n    return x.sum() + 1\n"}) for name in "ab"], {}) == []


def test_empty_hand_ins_and_classes_give_no_pairs():
    assert similar([], {}) == []
    assert similar([row("a", {}), row("b", {"work.py": ""}), row("c", {"notes.txt": "words " * 900})], {}) == []


@pytest.mark.parametrize(
    "source",
    [
        '\\"""' * 30_000,
        "'''" + "x" * 50_000,
        "(" * 50_000,
        "a." * 50_000,
        "#" * MAX_CHARACTERS * 2,
        "\x00\r\x0c'\\",
        '"' + "\\" * 50_001,
    ],
    ids=["quotes", "unclosed", "brackets", "dots", "long", "odd", "backslashes"],
)
def test_hostile_sources_are_read(source):
    assert similar([row("a", {"a.py": source}), row("b", {"a.py": source})], {}) is not None


@given(st.text(alphabet="ab'\"#\\\n\r (f=", max_size=60))
def test_lines_keep_their_numbers_without_comments(source):
    expected = source.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    assert without_comments(source).count("\n") == expected


@given(st.lists(st.sampled_from("a+b*c()120"), min_size=GRAM + WINDOW - 1, max_size=60), st.integers(0, 5))
def test_a_run_that_is_long_enough_is_found_wherever_it_stands(tokens, before):
    run = np.array([ord(token) for token in tokens], np.uint64)
    moved = np.concatenate([np.arange(before, dtype=np.uint64) + 2000, run, np.array([3000], np.uint64)])
    both = np.concatenate([run, moved])
    starts, values = winnow(both, np.repeat([0, 1], [len(run), len(moved)]))
    first = set(values[starts < len(run)].tolist())
    assert first
    assert first & set(values[starts >= len(run)].tolist())


SOURCES = {
    "loops": """
def average_of_rows(table, weights):
    total, seen = 0.0, []
    for position, entry in enumerate(table):
        if entry.size > 3 and weights[position] >= 0.5:
            total += weights[position] * entry.max()
            seen.append((position, entry.argmin()))
        elif not seen:
            raise ValueError("nothing to average at " + str(position))
    while len(seen) > 10:
        seen = seen[1::2]
    return total / max(len(seen), 1), sorted(seen, key=lambda pair: -pair[1])
""",
    "sums": """
def scores(batch, labels, smoothing=0.1):
    shifted = batch - batch.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    picked = logs[np.arange(len(labels)), labels]
    uniform = logs.mean(axis=-1) * smoothing
    try:
        result = -((1 - smoothing) * picked + uniform).mean()
    except FloatingPointError as error:
        result = float("nan") if error.args else None
    assert result is not None, "no result"
    return {"loss": result, "accuracy": (batch.argmax(axis=1) == labels).mean()}
""",
    "classes": """
class Schedule(dict):
    def __getitem__(self, epoch):
        low, high = divmod(epoch, self.period)
        with open(self.path) as lines:
            rates = [float(line.split(":")[1]) for line in lines if line.strip()]
        return rates[low] ** (1 + high) if low < len(rates) else rates[-1] // 2

    def warm(self, *steps, **kinds):
        yield from (step / 5 for step in steps)
        del self.cache[kinds.pop("name")]
        return None if self.path is None else not self.period
""",
}
