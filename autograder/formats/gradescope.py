"""Gradescope's results.json: https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format"""

import json

from autograder.grading import Outcome
from autograder.results import validate


def write(outcome: Outcome) -> str:
    document = outcome.document()
    validate(document)
    return json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False) + "\n"
