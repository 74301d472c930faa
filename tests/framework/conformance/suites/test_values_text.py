import re

import numpy as np
import pytest
import values_text as work


def test_match_groups():
    match = work.find_email("write to ann.b@example.org today")
    assert match.group("user") == "ann.b"
    assert match["host"] == "example.org"


def test_match_is_truthy_or_none():
    assert work.find_email("a@b")
    assert work.find_email("nobody") is None


def test_groupdict_and_span():
    match = work.find_email("x a@b.c")
    assert match.groupdict() == {"user": "a", "host": "b.c"}
    assert match.span() == (2, 7)


def test_pattern_of_the_submission():
    pattern = work.date_pattern()
    assert isinstance(pattern, re.Pattern)
    assert pattern.fullmatch("2024-03-01").groups() == ("2024", "03", "01")
    assert pattern.fullmatch("24-3-1") is None


def test_constant_pattern():
    assert work.EMAIL.flags & re.IGNORECASE
    assert work.EMAIL.groups == 2


def test_pattern_handed_in():
    assert work.replace_all(re.compile(r"\d"), "a1b2", "#") == "a#b#"


def test_replacement_function():
    assert work.replace_all(re.compile(r"\d+"), "3 and 10", lambda m: str(int(m.group()) * 2)) == "6 and 20"


def test_tokens():
    assert work.tokens("12+(3*4)") == ["12", "+", "(", "3", "*", "4", ")"]


@pytest.mark.parametrize("pattern, expected", [(r"a.c", ["abc"]), (r"\w+", ["abc", "abcd"])])
def test_full_matches(pattern, expected):
    assert work.matches(pattern, ["abc", "abcd", "-"]) == expected


def test_spans_with_flags():
    assert work.spans(re.compile("a", re.I), "AbA") == [(0, 1), (2, 3)]


def test_xor_of_bytes():
    assert work.xor(b"\x01\x02\x03", b"\xff\x00") == b"\xfe\x02\xfc"


def test_xor_takes_a_bytearray():
    result = work.xor(bytearray(b"abc"), b"kk")
    assert isinstance(result, bytes)
    assert work.xor(result, b"kk") == b"abc"


def test_fill_bytearray_in_place():
    buffer = bytearray(4)
    work.fill(buffer, 7)
    assert buffer == b"\x07\x07\x07\x07"


def test_fill_through_a_memoryview():
    buffer = bytearray(4)
    work.fill(memoryview(buffer)[1:3], 9)
    assert buffer == b"\x00\x09\x09\x00"


def test_checksum():
    assert work.checksum(b"\xff\x02") == 1


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_encode(encoding):
    assert work.encode("Grüße", encoding).decode(encoding) == "Grüße"


def test_memoryview_result():
    view = work.view(b"hello", 1, 3)
    assert bytes(view) == b"el"
    assert view.nbytes == 2


def test_string_array():
    names = work.labels(["cat", "horse"])
    assert isinstance(names, np.ndarray)
    assert names.dtype.kind == "U"
    assert names.tolist() == ["cat", "horse"]


def test_string_array_there_and_back():
    np.testing.assert_array_equal(work.upper(np.array([["a", "b"], ["c", "dd"]])), np.array([["A", "B"], ["C", "DD"]]))


def test_one_hot_of_labels():
    classes, encoded = work.one_hot(np.array(["b", "a", "b"]))
    assert list(classes) == ["a", "b"]
    np.testing.assert_array_equal(encoded, [[0, 1], [1, 0], [0, 1]])


def test_caesar():
    assert work.caesar("xyz Ab", 3) == "abc Ae"


def test_translation_table():
    assert "cab".translate(work.table()) == "zxy"
