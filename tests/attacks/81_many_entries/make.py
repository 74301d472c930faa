"""A zip with a long list."""

import zipfile
from pathlib import Path

RIGHT = Path(__file__).parents[1].joinpath("assignment/reference/submitted.py").read_bytes()


def make(folder):
    with zipfile.ZipFile(folder / "hw.zip", "w") as archive:
        archive.writestr("submitted.py", RIGHT)
        for number in range(10**5):
            archive.writestr(zipfile.ZipInfo(str(number)), b"")
    return folder / "hw.zip"
