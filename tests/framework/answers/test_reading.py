"""Reading answers: what is understood, what costs its own question and no other, and that no bytes do any harm."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.answers import reading
from autograder.answers.reading import MAX_BYTES, MAX_REMARKS, read

IDS = ("1a", "1b", "2", "variant")
LARGE = 4 * MAX_BYTES  # larger than what is ever looked into: a reader whose work grows with the square would not come back


def entry(source, key="1a"):
    content = source if isinstance(source, bytes) else source.encode()
    return read(content, IDS).entries[key]


def value(answer):
    found = entry(f"1a = {answer}")
    assert found.problem is None, found.problem
    return found.value


def problem(answer):
    found = entry(f"1a = {answer}\n1b = 2")
    assert found.value is None
    assert entry(f"1a = {answer}\n1b = 2", "1b").value == 2, "the next answer is lost as well"
    return found.problem


# What is understood


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("3", 3),
        ("-3", -3),
        ("+3", 3),
        ("−3", -3),
        ("–3", -3),
        ("0.0474", Fraction(474, 10_000)),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("4.74e-2", Fraction(474, 10_000)),
        ("1E+3", 1000),
        ("3/5", Fraction(3, 5)),
        ("-1 / 2", Fraction(-1, 2)),
        ("0.5/2", Fraction(1, 4)),
        ('"0.0474"', Fraction(474, 10_000)),
        ("'3/5'", Fraction(3, 5)),
        ("“2”", 2),
        ("007", 7),
        ("-0", 0),
        ("1e" + "0" * 5000 + "1", 10),
        ("1e-" + "0" * 5000, 1),
    ],
)
def test_numbers_are_read_exactly_in_every_usual_form(answer, number):
    assert value(answer) == number
    assert type(value(answer)) is Fraction


@pytest.mark.parametrize("answer", ["true", "True", "TRUE", '"true"', "'TRUE'"])
def test_truth_values_are_no_numbers(answer):
    assert value(answer) is True


def test_words_need_no_quotes():
    assert value("tanh") == value('"tanh"') == value("'tanh'") == "tanh"
    assert value("7Q2K-M4XD-9B3T") == "7Q2K-M4XD-9B3T"


def test_lists_may_go_over_several_lines_with_comments():
    assert value("[1, 2, 3]") == value("[1,2,3,]") == (1, 2, 3)
    assert value("[  # first\n 1,\n\n 2, # a ] in a comment\n 3\n]\n1b = 4") == (1, 2, 3)
    assert value('["a", b, c]') == ("a", "b", "c")


def test_comments_end_an_answer_but_not_inside_of_quotes():
    assert value("3 # 4") == 3
    assert entry('1a = "a#b"').problem
    assert entry('1a = "a" # "b"').value == "a"


@pytest.mark.parametrize("answer", ["", '""', "''", "[]", "[ ]", "   # nothing yet"])
def test_an_empty_answer_is_no_answer_yet(answer):
    found = entry(f"1a = {answer}")
    assert (found.line, found.value, found.problem) == (1, None, None)


def test_a_missing_line_is_told_from_an_empty_answer():
    assert entry("1b = 3").line == 0
    assert entry("1b = 3").problem is None


@pytest.mark.parametrize("key", ["1a", "1A", '"1a"', "'1a'", " 1a ", "\t1a\t"])
def test_keys_may_be_quoted_indented_or_in_capitals(key):
    assert entry(f"{key} = 3").value == 3


def test_spaces_around_the_dot_of_a_key_do_not_matter():
    assert read(b"8 . 1a = 3", ["8.1a"]).entries["8.1a"].value == 3


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_line_ends_and_byte_order_marks_do_not_matter(ends, encoding):
    found = read(ends.join(["# über", "1a = −3", "[heading] # x", "1b = 4", ""]).encode(encoding), IDS)
    assert (found.entries["1a"].value, found.entries["1b"].value) == (-3, 4)
    assert found.entries["1b"].line == 4
    assert found.remarks == ()


# What costs its own question


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("nan", "write a finite number"),
        ("-inf", "write a finite number"),
        ("+Infinity", "write a finite number"),
        ('"NaN"', "write a finite number"),
        ("1e999", "exponent"),
        ('"1e999999999"', "exponent"),
        ("1e-" + "9" * 1000, "exponent"),
        ("1e" + "0" * 5000 + "301", "exponent"),
        ("1" * 1000, "digits"),
        ("0." + "3" * 1000, "digits"),
        ("1" * 60 + "e300", "larger"),
        ("1e300/1e-300", "larger"),
        ("1,5", "with a point"),
        ("1, 5", "in square brackets"),
        ("a, b", "in square brackets"),
        ("(4, 7)", "in square brackets with commas"),
        ("4 x 7", "in square brackets with commas"),
        ("3.7 (rounded)", "write only 3.7 and leave out the rest"),
        ("920 parameters", "write only 920 and leave out the rest"),
        ("≈ -3.7", "write only -3.7 and leave out the rest"),
        ("class 2", "write only 2 and leave out the rest"),
        ('"b)"', "write only b and leave out the rest"),
        ("e)", "write only e and leave out the rest"),
        ("2 pi", "not a calculation"),
        ("2 e", "not a calculation"),
        ("sqrt 2", "not a calculation"),
        ("2 (3)", "not a calculation"),
        ("3.7 ± 0.1", "neither a number"),
        ("50%", "not a percentage"),
        ("1/0", "divides by 0"),
        ("1/2/3", "not a calculation"),
        ("np.log(2)", "not a calculation"),
        ("2**3", "not a calculation"),
        ("__import__('os').system('true')", "not a calculation"),
        ('"tanh', "put quotes around the whole answer"),
        ('"', "put quotes around the whole answer"),
        ('"""tanh"""', "put quotes around the whole answer"),
        ("2021-03-17T10:00:00", "neither a number"),
        ("{ a = 1 }", "neither a number"),
        ("two words", "neither a number"),
        ("w" * 100, "neither a number"),
        ("[1, 2", "not closed"),
        ("[1, 2] 3", "not closed"),
        ("[[1], [2]]", "without further brackets"),
        ("[" * 5000 + "]" * 5000, "without further brackets"),
        ("[0 0 0]", "put commas between the items"),
        ("[1; 2]", "put commas between the items"),
        ("[a c]", "put commas between the items"),
        ('["a" "c"]', "put commas between the items"),
        ("[1,, 2]", "empty"),
        ('[1, ""]', "empty"),
        ("[1, nan]", "write a finite number"),
        ("[" + "1," * 200 + "]", "200 items"),
    ],
)
def test_an_answer_that_cannot_be_read_says_what_to_write(answer, words):
    assert words in problem(answer)


def test_a_bracket_that_is_never_closed_ends_before_the_next_answer():
    found = read(b"1a = [1,\n2,\n1b = 3\n2 = 4", IDS)
    assert "not closed" in found.entries["1a"].problem
    assert (found.entries["1b"].value, found.entries["2"].value) == (3, 4)


def test_a_bracket_that_is_never_closed_ends_before_the_next_heading():
    found = read(b"1a = [1,\n2,\n[next] # part\n1b = 3", IDS)
    assert "not closed" in found.entries["1a"].problem
    assert found.entries["1b"].value == 3


def test_two_answers_to_one_question_are_both_named():
    found = read(b"1a = 1\n1b = 2\n1A = 1\n", IDS)
    assert found.entries["1a"].problem == "lines 1 and 3 both answer 1a; keep one of them"
    assert found.entries["1a"].value is None
    assert found.entries["1b"].value == 2


def test_bytes_that_are_not_utf8_cost_their_own_answer():
    content = "# Größe\n1a = 3 # Größe\n1b = Größe\n2 = 5".encode("latin-1")
    found = read(content, IDS)
    assert found.entries["1a"].value == 3
    assert "not UTF-8" in found.entries["1b"].problem
    assert found.entries["2"].value == 5


def test_what_is_shown_of_an_answer_is_short_and_holds_no_control_characters():
    found = entry("1a = \x1b[31m" + "(" * 200)
    assert len(found.text) < 60
    assert found.text.isprintable()


def test_a_file_that_is_too_large_is_not_looked_into():
    found = read(b"1a = 3\n" + b"#" * MAX_BYTES, IDS)
    assert {entry.line for entry in found.entries.values()} == {0}
    assert all("bytes, more than the 65,536" in entry.problem for entry in found.entries.values())


# Lines that answer nothing


def test_an_unknown_key_is_remarked_with_the_nearest_known_one():
    assert read(b"variabt = 3", IDS).remarks == ("answers.toml, line 1: there is no question variabt; did you mean variant?",)


def test_a_line_that_is_no_statement_is_remarked_and_skipped():
    found = read(b"hello\n= 3\nfoo bar = 3\n1a = 3", IDS, "mine.toml")
    assert [remark.split(":")[0] for remark in found.remarks] == [f"mine.toml, line {line}" for line in (1, 2, 3)]
    assert found.entries["1a"].value == 3


def test_there_are_only_so_many_remarks():
    assert len(read(b"x = 1\n" * 1000, IDS).remarks) == MAX_REMARKS


# Any bytes


@given(st.one_of(st.binary(max_size=300), st.text(alphabet="1a2b =[]\"'#,.\n\r\t\\e-+/−%(){}", max_size=120).map(str.encode)))
@settings(deadline=None)
def test_no_bytes_ever_raise(content):
    for found in read(content, IDS).entries.values():
        assert found.value is None or found.problem is None


@pytest.mark.parametrize(
    "content",
    [
        b"1a = [" + b"[" * (LARGE - 10),
        b"1a = [\n" + b",\n" * (LARGE // 2 - 10),
        b"1a = [\n" * (LARGE // 8),
        b"1a = " + b"9" * (LARGE - 10),
        b"1a = " + b"9," * (LARGE // 2 - 10),
        b"1a = " + b"-" * (LARGE - 10),
        b"1a = " + b'"' * (LARGE - 10),
        b"1a = " + b"a" * (LARGE - 10) + b"!",
        b"1a" + b" " * (LARGE - 10) + b"= 1",
        b"1" + b" . " * (LARGE // 3 - 10) + b"= 1",
        b"=" * LARGE,
        b"[" * LARGE,
        b"abcdefgh = 1\n" * (LARGE // 13),
        b"1a = 1\n" * (LARGE // 8),
        b"\n" * LARGE,
        b"1a = " + b"9" * 50 + b"e" + b"9" * (LARGE - 100),
    ],
    ids=lambda content: repr(content[:24]),
)
def test_no_file_keeps_the_reader_busy(content, monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", LARGE)
    assert LARGE // 20 < len(content) <= LARGE
    assert set(read(content, IDS).entries) == set(IDS)
