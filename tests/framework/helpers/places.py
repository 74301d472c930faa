"""Where things are."""

from pathlib import Path

HELPERS = Path(__file__).resolve().parent
ROOT = HELPERS.parents[2]  # of the repository
OTHER_USER = 65534  # nobody
