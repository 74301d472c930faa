"""A zip whose entry says that it is encrypted."""

import zipfile
from pathlib import Path

RIGHT = Path(__file__).parents[1].joinpath("assignment/reference/submitted.py").read_bytes()


def make(folder):
    with zipfile.ZipFile(folder / "hw.zip", "w") as archive:
        archive.writestr("submitted.py", RIGHT)
    packed = bytearray((folder / "hw.zip").read_bytes())
    packed[6] |= 1
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    (folder / "hw.zip").write_bytes(packed)
    return folder / "hw.zip"
