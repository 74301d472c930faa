"""A zip with a name twice."""

import warnings
import zipfile
from pathlib import Path

RIGHT = Path(__file__).parents[1].joinpath("assignment/reference/submitted.py").read_bytes()


def make(folder):
    with warnings.catch_warnings(), zipfile.ZipFile(folder / "hw.zip", "w") as archive:
        warnings.simplefilter("ignore")
        for name in ("submitted.py", "submitted.py", "Submitted.py", "SUBMITTED.PY", "submitted.py\u0301"):
            archive.writestr(name, RIGHT)
    return folder / "hw.zip"
