"""Which mistake explains the failures of a part: the one that gives all of these answers, if there is only one."""

from dataclasses import replace

import numpy as np
import pytest
from files import write_files

from autograder.assignment import Assignment, Part
from autograder.compare import Mismatch, assert_close
from autograder.errors import AssignmentError
from autograder.grading.mistakes.fingerprint import answer_of
from autograder.grading.mistakes.library import FILE, Described, Library, digest_of_mistakes, digest_of_tests, not_told_apart
from autograder.grading.mistakes.naming import Fitting, Namer, exact_covers, named
from autograder.grading.outcome import Outcome
from autograder.grading.records import Named, Record

RNG = np.random.default_rng(2)
E = RNG.normal(size=(7, 3))
WRONG = {name: RNG.normal(size=(7, 3)) for name in "abcdefgh"}
TESTS = {"t::one": "1.1", "t::two": "1.2", "t::three": "1.3", "t::four": "2.1", "t::five": "2.2"}
PARTS = (Part("1", "Layers", 3.0), Part("2", "Optimizer", 2.0))


@pytest.fixture
def assignment(tmp_path):
    return Assignment(folder=tmp_path, title="made up", files=("a.py",), parts=PARTS)


def records(**wrong):
    """A submission whose tests fail that are given, each with this answer; all others are passed."""
    found = []
    for test, number in TESTS.items():
        record = Record(test, test, number=number, max_score=1.0, score=1.0, status="passed")
        actual = wrong.get(test[3:])
        if actual is not None:
            with pytest.raises(Mismatch) as caught:
                assert_close(actual, E, "result")
            answers = [answer_of(caught.value, str(caught.value), {}).plain()]
            record = replace(record, status="failed", score=0.0, answers=answers)
        found.append(record)
    return found


def library(**mistakes):
    return Library.of(
        {name: Described(f"describes {name}", f"asks {name}?") for name in mistakes},
        {name: records(**wrong) for name, wrong in mistakes.items()},
    )


AVERAGED = {"one": WRONG["a"], "two": WRONG["b"], "four": WRONG["c"]}
NO_BIAS = {"three": WRONG["d"]}
SIGN = {"one": WRONG["e"], "three": WRONG["d"]}
KNOWN = library(averaged=AVERAGED, no_bias=NO_BIAS, sign=SIGN)


def mistakes_named(assignment, submission, known=KNOWN):
    return {test[3:]: each.mistake for test, each in named(assignment, submission, known).items() if each.mistake}


@pytest.mark.parametrize(("name", "wrong"), [("averaged", AVERAGED), ("no_bias", NO_BIAS), ("sign", SIGN)])
def test_a_mistake_in_the_library_is_named_in_every_test_that_it_fails(assignment, name, wrong):
    assert mistakes_named(assignment, records(**wrong)) == dict.fromkeys(wrong, name)


def test_a_name_comes_with_its_description_and_hint(assignment):
    assert named(assignment, records(**NO_BIAS), KNOWN)["t::three"] == Named("no_bias", "describes no_bias", "asks no_bias?")


def test_rounding_does_not_hide_a_mistake(assignment):
    wrong = {test: array * (1 + 1e-13) for test, array in AVERAGED.items()}
    assert set(mistakes_named(assignment, records(**wrong)).values()) == {"averaged"}


def test_two_mistakes_that_fit_are_both_not_named(assignment):
    known = library(averaged=AVERAGED, no_bias=NO_BIAS, also_no_bias=NO_BIAS)
    assert mistakes_named(assignment, records(**NO_BIAS), known) == {}


def test_two_mistakes_in_the_same_words_are_one(assignment):
    known = library(no_bias=NO_BIAS, the_same=NO_BIAS)
    known = replace(known, mistakes=dict.fromkeys(known.mistakes, Described("the bias is missing")))
    assert named(assignment, records(**NO_BIAS), known)["t::three"].describe == "the bias is missing"


def test_two_mistakes_that_fail_other_tests_are_both_named(assignment):
    submission = records(**AVERAGED, **NO_BIAS)
    assert mistakes_named(assignment, submission) == dict.fromkeys(AVERAGED, "averaged") | {"three": "no_bias"}


def test_a_failure_that_no_mistake_explains_takes_the_name_from_the_whole_part(assignment):
    submission = records(**AVERAGED, three=WRONG["h"])
    assert mistakes_named(assignment, submission) == {"four": "averaged"}


def test_a_test_that_is_passed_contradicts_a_mistake_that_fails_it(assignment):
    assert mistakes_named(assignment, records(one=WRONG["a"])) == {}


def test_a_passed_test_of_another_part_contradicts_a_mistake_that_fails_it(assignment):
    known = library(averaged=AVERAGED, averaged_in_the_layers={"one": WRONG["a"], "two": WRONG["b"]})
    assert mistakes_named(assignment, records(one=WRONG["a"], two=WRONG["b"]), known) == dict.fromkeys(
        ("one", "two"), "averaged_in_the_layers"
    )


def test_a_test_that_is_passed_with_our_files_contradicts_no_mistake(assignment):
    submission = [
        replace(record, status="passed", score=1.0) if record.number == "2.1" else record for record in records(**AVERAGED)
    ]
    assert mistakes_named(assignment, submission) == dict.fromkeys(("one", "two"), "averaged")


def test_another_answer_in_one_test_contradicts_a_mistake(assignment):
    assert mistakes_named(assignment, records(**{**AVERAGED, "two": WRONG["h"]})) == {"four": "averaged"}


def test_a_right_submission_has_no_name(assignment):
    assert named(assignment, records(), KNOWN) == {}


def test_a_part_with_a_broken_test_has_no_name(assignment):
    submission = records(**NO_BIAS)
    submission[0] = replace(submission[0], status="broken")
    assert named(assignment, submission, KNOWN) == {}


def test_a_mistake_that_fails_a_test_that_has_not_run_is_not_named(assignment):
    submission = [record for record in records(**AVERAGED) if record.number != "2.1"]
    assert mistakes_named(assignment, submission) == {}


def saying(number):
    """A submission that fails a test with a message."""
    found = records()
    text = f"the standard deviation is {number}, expected 0.04082"
    answers = [answer_of(AssertionError(text), text, {}).plain()]
    found[4] = replace(found[4], status="failed", score=0.0, answers=answers)
    return found


def test_numbers_that_a_message_always_has_tell_nothing(assignment):
    said = {"ones": "0.0", "variance": "0.00167", "fan_out": "0.07071"}
    known = Library.of({name: Described(name) for name in said}, {name: saying(number) for name, number in said.items()})
    sure = {name: named(assignment, saying(number), known)["t::five"].is_sure for name, number in said.items()}
    assert sure == {"ones": False, "variance": False, "fan_out": True}  # 0.00167 has three digits, which others may have


CHANGES = library(**{"a.py:3:axis-1": AVERAGED, "a.py:7:sign-1": {"three": WRONG["h"]}, "a.py:8:zero-1": {"five": 0 * E}})


def test_a_change_of_the_reference_explains_what_no_mistake_does(assignment):
    found = named(assignment, records(three=WRONG["h"]), KNOWN, CHANGES)
    assert found == {"t::three": Named(change="describes a.py:7:sign-1")}
    assert found["t::three"].told() == "The same answers as the reference with describes a.py:7:sign-1."


def test_a_mistake_comes_before_a_change_of_the_reference(assignment):
    found = named(assignment, records(**AVERAGED), KNOWN, CHANGES)
    assert [(each.mistake, each.change) for each in found.values()] == [("averaged", "")] * 3


def test_a_change_of_the_reference_explains_a_part_alone_or_not_at_all(assignment):
    one, other = records(one=WRONG["a"]), records(one=WRONG["a"], three=WRONG["h"])
    assert named(assignment, one, None, CHANGES) == named(assignment, other, None, CHANGES) == {}


def test_a_change_of_the_reference_that_answers_as_many_others_is_not_told(assignment):
    assert not any(each.change for each in named(assignment, records(five=0 * E), None, CHANGES).values())


def test_a_mistake_whose_answers_many_would_give_is_told_to_staff_as_not_sure(assignment):
    zeros = {"one": np.zeros_like(E)}
    named_so = named(assignment, records(**zeros), library(returns_zeros=zeros))["t::one"]
    assert not named_so.is_sure
    assert named_so.told().startswith("Perhaps mistake returns_zeros: ")


def test_a_test_without_an_answer_is_explained_by_nothing_known(assignment):
    submission = records(**NO_BIAS)
    submission[2] = replace(submission[2], answers=[])
    assert named(assignment, submission, KNOWN) == {}


def test_a_relation_is_told_where_it_holds_in_all_failures_of_a_part(assignment):
    found = named(assignment, records(one=-E, two=-E, four=2 * E))
    assert found["t::one"] == Named(relations=("has the wrong sign, in all entries",))
    assert found["t::four"].relations == ("is twice what was expected, in all entries",)
    assert named(assignment, records(one=-E, two=2 * E)) == {}


def test_a_search_that_takes_too_long_names_nothing():
    tests = frozenset(f"t{i}" for i in range(40))
    fits = [Fitting(f"{i} {j}", Described(""), frozenset({f"t{i}", f"t{j}"}), True) for i in range(40) for j in range(i)]
    ways = exact_covers(tests, fits)
    assert next(ways, None) is not None
    assert next(ways, None) is not None


# The library


def test_a_library_comes_back_from_its_file(tmp_path):
    KNOWN.write(tmp_path / FILE)
    assert Library.read(tmp_path / FILE).answers.keys() == KNOWN.answers.keys()
    assert Library.read(tmp_path / FILE).mistakes == KNOWN.mistakes
    before = (tmp_path / FILE).read_bytes()
    Library.read(tmp_path / FILE).write(tmp_path / FILE)
    assert (tmp_path / FILE).read_bytes() == before


def test_a_library_that_was_read_names_as_the_one_that_was_made(assignment):
    KNOWN.write(assignment.folder / FILE)
    known = Library.read(assignment.folder / FILE)
    for wrong in (AVERAGED, NO_BIAS, SIGN):
        assert named(assignment, records(**wrong), known) == named(assignment, records(**wrong), KNOWN)


def test_texts_in_a_library_may_hold_anything(tmp_path):
    odd = replace(KNOWN, mistakes=dict.fromkeys(KNOWN.mistakes, Described('odd },"\n \u2028 “', 'is it "},"?')))
    odd.write(tmp_path / FILE)
    assert Library.read(tmp_path / FILE).mistakes == odd.mistakes


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": 0}', '{"format": 1, "of": {}}'])
def test_a_file_that_is_no_library_is_named_with_what_to_do(tmp_path, text):
    (tmp_path / "answers.json").write_text(text)
    with pytest.raises(AssignmentError, match=r"answers\.json .*autograder audit"):
        Library.read(tmp_path / "answers.json")


def test_mistakes_that_no_test_tells_apart_are_found():
    known = library(one=AVERAGED, other=AVERAGED, no_bias=NO_BIAS, longer={**NO_BIAS, "four": WRONG["a"]})
    [pair] = not_told_apart(known)
    assert (pair.one, pair.other, set(pair.tests)) == ("one", "other", {"t::one", "t::two", "t::four"})


def outcome(assignment):
    return Outcome(assignment, records(**NO_BIAS), 0.0)


def test_a_result_gets_its_names_from_the_assignments_library(assignment):
    replace(KNOWN, tests=digest_of_tests(assignment), sources=digest_of_mistakes(assignment)).write(assignment.folder / FILE)
    found = Namer(assignment).name(outcome(assignment))
    assert [record.named.mistake for record in found.records if record.named] == ["no_bias"]
    assert found.notes == []


def test_a_list_of_equivalent_mutants_makes_no_library_old(assignment):
    before = digest_of_mistakes(assignment)
    write_files(assignment.folder, {"mistakes/equivalent.toml": "# none\n"})
    assert digest_of_mistakes(assignment) == before
    write_files(assignment.folder, {"mistakes/summed/mistake.toml": "describe = 'The sum.'\n"})
    assert digest_of_mistakes(assignment) != before


def test_a_library_of_other_tests_gives_no_names_and_a_note(assignment):
    KNOWN.write(assignment.folder / FILE)
    found = Namer(assignment).name(outcome(assignment))
    assert [record.named for record in found.records if record.named] == []
    assert len(found.notes) == 1
    assert "other tests" in found.notes[0]


# What is shown


def shown(**changes):
    told = Named("no_bias", "The bias is missing.", "What does a layer do with zeros?", ("is all zero",))
    return replace(Record("t", "t", status="failed", reason="differs", show_hints=True, named=told), **changes)


def test_a_student_reads_the_relations_and_the_hint_and_staff_the_name():
    assert shown().why() == "differs\n\nThe answer is all zero.\nHint: What does a layer do with zeros?"
    assert shown().why(staff=True) == "differs\n\nMistake no_bias: The bias is missing.\nThe answer is all zero."


@pytest.mark.parametrize("changes", [{"show_hints": False}, {"visibility": "hidden"}, {"visibility": "after_due_date"}])
def test_a_hint_is_for_visible_tests_of_suites_that_allow_it(changes):
    assert shown(**changes).why() == "differs"


def test_a_student_reads_the_first_of_several_relations():
    told = Named(relations=("is twice what was expected", "is sqrt(4) times what was expected"))
    assert shown(named=told).why() == "differs\n\nThe answer is twice what was expected."


def test_relations_are_not_for_students_who_read_no_values():
    assert shown(full_reason="differs by 0.25").why() == "differs\n\nHint: What does a layer do with zeros?"


def test_a_mistake_that_is_not_sure_gives_no_hint():
    assert shown(named=Named("no_bias", "The bias is missing.", "What?", is_sure=False)).why() == "differs"


def test_a_test_that_hides_its_errors_hides_the_hint():
    assert shown(hide_errors="not shown").why() == "not shown"
