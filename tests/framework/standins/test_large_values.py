"""Values of the submission that are larger than one message."""

import pytest
from toys import toy

from autograder.sandbox.wire import MAX_TEXT
from autograder.standins import standin
from autograder.standins.ledger import Ledger
from autograder.standins.standin import Handle, new_handle, whole

SUBMISSION = """
    import json
    SIZE = 3_000_000
    def text(): return "a" * SIZE
    def wide(): return "\\U0001F600" * 900_000
    def data(): return b"x" * SIZE
    def strings(): return ["x" * 1000 for _ in range(5000)]
    def pair(): return ("x" * 900_000, "y" * 900_000)
    def document(): return json.dumps(list(range(200_000)))
    def books():
        for letter in "abc": yield letter * SIZE
    def names(): return {f"k{index}" for index in range(150_000)}
    def power(): return 7 ** 500_000
    def grow(texts): texts.append("x" * SIZE)
    def ask(function): return function("x" * SIZE)
    def longest(): return "a" * (1 << 26) + "b"
    class Refused(Exception): pass
    def refuse(): raise ValueError("a" * 300_000 + "b")
    def refuse_by_a_class(): raise Refused("c" * 30_000 + "d")
    def refuse_at_length(): raise ValueError("e" * SIZE)
    def refuse_at_greatest_length(): raise ValueError("e" * (1 << 26) + "f")
    class Long:
        def __repr__(self): return "x" * SIZE
"""
SUITE = """
    import json, re
    import modules
    import pytest
    def test_message():
        with pytest.raises(ValueError) as caught: modules.refuse()
        assert str(caught.value) == "a" * 300_000 + "b" == caught.value.args[0]
    def test_message_of_a_class():
        with pytest.raises(modules.Refused, match="^c{30000}d$"): modules.refuse_by_a_class()
    def test_class_of_a_long_message():
        with pytest.raises(ValueError): modules.refuse_at_length()
    def test_longest_message():
        with pytest.raises(ValueError, match="f$"): modules.refuse_at_greatest_length()
    def test_long_message():
        with pytest.raises(ValueError) as caught: modules.refuse_at_length()
        assert str(caught.value) == "e" * 3_000_000 and caught.value.args == ("e" * 3_000_000,)
    def test_text(): assert modules.text() == "a" * 3_000_000
    def test_wide_text(): assert modules.wide() == "\\U0001F600" * 900_000
    def test_bytes(): assert modules.data() == b"x" * 3_000_000
    def test_strings(): assert modules.strings() == ["x" * 1000 for _ in range(5000)]
    def test_texts_in_a_tuple(): assert modules.pair() == ("x" * 900_000, "y" * 900_000)
    def test_text_for_a_library():
        assert json.loads(modules.document())[-1] == 199_999 and re.search("a$", modules.text())
    def test_texts_of_a_generator(): assert [text[0] for text in modules.books()] == ["a", "b", "c"]
    def test_set(): assert modules.names() == {f"k{index}" for index in range(150_000)}
    def test_repr(): assert repr(modules.Long()) == "x" * 3_000_000
    def test_integer(): assert modules.power() == 7 ** 500_000
    def test_text_in_what_was_lent():
        texts = []
        modules.grow(texts)
        assert texts == ["x" * 3_000_000]
    def test_text_for_a_function(): assert modules.ask(lambda text: text == "x" * 3_000_000)
    def test_longest_text(): assert modules.longest() == "a" * (1 << 26) + "b"
"""
RIGHT = {
    *("text", "wide_text", "bytes", "strings", "texts_in_a_tuple", "text_for_a_library", "texts_of_a_generator", "set", "repr"),
    *(
        "text_in_what_was_lent",
        "text_for_a_function",
        "message",
        "long_message",
        "message_of_a_class",
        "class_of_a_long_message",
    ),
}
WRONG = {
    '"a" * SIZE': '"a" * SIZE + "b"',
    '"\\U0001F600" * 900_000': '"\\U0001F600" * 899_999',
    'b"x" * SIZE': 'b"x" * (SIZE - 1) + b"y"',
    '["x" * 1000 for _ in range(5000)]': '["x" * 1000 for _ in range(4999)] + ["y"]',
    '"y" * 900_000': '"z" * 900_000',
    "range(200_000)": "range(200_001)",
    '"abc"': '"abd"',
    "range(150_000)": "range(1, 150_001)",
    'texts.append("x" * SIZE)': 'texts.append("y" * SIZE)',
    'function("x" * SIZE)': 'function("x" * SIZE + "y")',
    'return "x" * SIZE': 'return "y" * SIZE',
    'ValueError("a" * 300_000 + "b")': 'ValueError("a" * 300_000 + "c")',
    '"c" * 30_000 + "d"': '"c" * 30_000 + "e"',
    'ValueError("e" * SIZE)': 'KeyError("e" * SIZE)',
}


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    return toy(tmp_path_factory.mktemp("right"), SUITE, SUBMISSION)


@pytest.fixture(scope="module")
def wrong(tmp_path_factory):
    submission = SUBMISSION
    for found, made in WRONG.items():
        assert submission.count(found) == 1
        submission = submission.replace(found, made)
    return toy(tmp_path_factory.mktemp("wrong"), SUITE, submission)


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_a_right_value_passes(right, name):
    record = right[f"test_{name}"]
    assert record.status == "passed", record.staff


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_a_wrong_value_fails(wrong, name):
    assert wrong[f"test_{name}"].status == "failed"


@pytest.mark.parametrize("name", ["integer", "longest_text"])
def test_staff_are_asked_about_a_value_that_is_not_copied(right, name):
    record = right[f"test_{name}"]
    assert record.status == "broken" and "too long to be compared" in record.staff and "inside" in record.staff


def test_staff_are_asked_about_a_message_that_does_not_come(right):
    record = right["test_longest_message"]
    assert record.status == "broken" and "too long to compare" in record.staff and "inside" in record.staff, record.reason


@pytest.mark.parametrize("pieces", [["a"], [b"a" * MAX_TEXT, b"a"], ["a" * MAX_TEXT, 5]])
def test_a_text_is_refused_whose_pieces_do_not_make_its_length(monkeypatch, pieces):
    answers = iter([MAX_TEXT + 1, *pieces, "", ""])
    monkeypatch.setattr(standin, "ask", lambda *_: next(answers))
    text = new_handle(Handle, Ledger(1), None, 1, "str", "str")
    with pytest.raises(TypeError, match="a length that is not its own"):
        whole(text)
