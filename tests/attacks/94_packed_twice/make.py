"""A zip in a zip, of 40 entries of 9 MB each."""

import io
import zipfile
from pathlib import Path

RIGHT = Path(__file__).parents[1].joinpath("assignment/reference/submitted.py").read_bytes()


def make(folder):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(40):
            archive.writestr(f"{number}.py", bytes(9 * 10**6))
        archive.writestr("__MACOSX/._submitted.py", bytes(50 * 10**6))
    with zipfile.ZipFile(folder / "hw.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("in.zip", inner.getvalue() + bytes(60 * 10**6))
    return folder / "hw.zip"
