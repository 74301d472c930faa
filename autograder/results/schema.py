"""Validate a document against a JSON schema with the keywords that our schema uses, after each grading.

jsonschema would take 50 ms to load. The tests compare with it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "null": (type(None),),
}
SILENT = ("$schema", "title", "$defs")


def faults(value: Any, schema: Mapping[str, Any], definitions: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, str]]:
    """Yield the place and a sentence for each thing in a JSON value that does not fit.

    Args:
        definitions: of the whole schema: what `$ref` names.
        place: of the value in the document, such as tests/0/name.

    Raises:
        ValueError: the schema has a keyword that is not known here.
    """
    for keyword, wanted in schema.items():
        if keyword == "$ref":
            yield from faults(value, definitions[wanted.removeprefix("#/$defs/")], definitions, place)
        elif keyword == "anyOf":
            if all(any(faults(value, option, definitions)) for option in wanted):
                yield place, f"{value!r} is not one of the allowed values"
        elif keyword == "items":
            for i, item in enumerate(value if isinstance(value, list) else ()):
                yield from faults(item, wanted, definitions, below(place, i))
        elif keyword == "properties":
            for name in [name for name in wanted if isinstance(value, dict) and name in value]:
                yield from faults(value[name], wanted[name], definitions, below(place, name))
        elif keyword == "additionalProperties" and wanted is False:
            known = schema.get("properties", {})
            for name in [name for name in value if name not in known] if isinstance(value, dict) else ():
                yield place, f"{name!r} is not an allowed property"
        elif keyword not in SILENT:
            words = fault(value, keyword, wanted)
            if words:
                yield place, words


def below(place: str, part: object) -> str:
    return f"{place}/{part}" if place else str(part)


def fault(value: Any, keyword: str, wanted: Any) -> str:
    """Return what a keyword says against a value by itself; empty where it says nothing."""
    told = f"{value!r} does not fit {keyword} {wanted!r}"
    if keyword == "type":
        names = [wanted] if isinstance(wanted, str) else wanted
        fits = not isinstance(value, bool) and any(isinstance(value, TYPES[name]) for name in names)
    elif keyword == "enum":
        fits = value in wanted
    elif keyword == "minimum":
        fits = isinstance(value, bool) or not isinstance(value, (int, float)) or not value < wanted
    elif keyword == "minLength":
        fits = not isinstance(value, str) or len(value) >= wanted
    elif keyword == "maxLength":
        fits = not isinstance(value, str) or len(value) <= wanted
    elif keyword == "pattern":
        fits = not isinstance(value, str) or re.search(wanted, value) is not None
    elif keyword == "required":
        fits = not isinstance(value, dict) or all(name in value for name in wanted)
    elif keyword == "dependentRequired":
        present = [others for name, others in wanted.items() if name in value] if isinstance(value, dict) else []
        fits = all(name in value for others in present for name in others)
    else:
        raise ValueError(f"{keyword} is not known")
    return "" if fits else told
