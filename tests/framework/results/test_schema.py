"""Our own look at results.json says of every document what jsonschema says."""

import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from places import ROOT

from autograder.results.schema import faults

SCHEMA = json.loads((ROOT / "autograder/results/results.schema.json").read_text(encoding="utf-8"))
THEIRS = jsonschema.Draft202012Validator(SCHEMA)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-2, 2)
    | st.floats(allow_nan=True)
    | st.sampled_from(["", "text", "passed", "hidden", "asc", "a\nb", "a\x00", "x" * 301])
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2)
)


def objects(name):
    """Objects with some of the properties of a definition, most of them with values that do not fit."""
    properties = (SCHEMA["$defs"][name] if name else SCHEMA)["properties"]
    others = {} if name else {"tests": st.lists(objects("test") | JSON), "leaderboard": st.lists(objects("entry") | JSON)}
    return st.fixed_dictionaries({}, optional={key: others.get(key, JSON) for key in [*properties, "another"]})


def agree(document):
    ours = list(faults(document, SCHEMA, SCHEMA["$defs"]))
    theirs = list(THEIRS.iter_errors(document))
    assert {place for place, _ in ours} == {"/".join(map(str, error.absolute_path)) for error in theirs}


@settings(deadline=None)  # a busy machine makes no test fail
@given(objects(None) | JSON)
def test_it_finds_faults_where_jsonschema_does(document):
    agree(document)


FITTING = {
    "score": 1.5,
    "execution_time": 0,
    "output": "text\n",
    "output_format": "md",
    "visibility": "hidden",
    "extra_data": {"anything": [None]},
    "tests": [{"name": "n", "status": "passed", "score": 1, "max_score": 2, "tags": ["t"], "number": "1", "output": "o"}],
    "leaderboard": [{"name": "n", "value": None, "order": "asc"}, {"name": "n", "value": "v"}, {"name": "n", "value": 1}],
}


def test_a_document_that_fits_has_no_fault():
    assert list(faults(FITTING, SCHEMA, SCHEMA["$defs"])) == []


@pytest.mark.parametrize("value", [None, True, -1, 1, "", "a\n", "a\x00", "x" * 301, [], ["a\n"], [1], {}, {"a": 1}], ids=repr)
def test_each_value_in_each_place_is_judged_alike(value):
    for key in [*SCHEMA["properties"], "another"]:
        agree({**FITTING, key: value})
        agree({name: other for name, other in FITTING.items() if name != key})
    for kind, name in (("tests", "test"), ("leaderboard", "entry")):
        for key in [*SCHEMA["$defs"][name]["properties"], "another"]:
            agree({**FITTING, kind: [{**FITTING[kind][0], key: value}]})
            agree({**FITTING, kind: [{name: other for name, other in FITTING[kind][0].items() if name != key}]})


def test_a_keyword_that_it_does_not_know_is_an_error():
    with pytest.raises(ValueError, match="maxItems is not known"):
        list(faults([], {"maxItems": 0}, {}))
