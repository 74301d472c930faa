"""A zip of 2 GB of zeros."""

import zipfile
from pathlib import Path

RIGHT = Path(__file__).parents[1].joinpath("assignment/reference/submitted.py").read_bytes()


def make(folder):
    with zipfile.ZipFile(folder / "hw.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("submitted.py", RIGHT)
        with archive.open("data.bin", "w") as entry:
            for _ in range(200):
                entry.write(bytes(10**6))
    return folder / "hw.zip"
