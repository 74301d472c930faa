"""A zip of 100 MB of zeros that says it holds 1000 bytes."""

import struct
import zipfile
from pathlib import Path

RIGHT = Path(__file__).parents[1].joinpath("assignment/reference/submitted.py").read_bytes()


def make(folder):
    size = 100 * 10**6
    with zipfile.ZipFile(folder / "honest", "w", zipfile.ZIP_BZIP2) as archive, archive.open("submitted.py", "w") as entry:
        for _ in range(100):
            entry.write(bytes(10**6))
    packed = (folder / "honest").read_bytes().replace(struct.pack("<L", size), struct.pack("<L", 1000))
    (folder / "honest").unlink()
    (folder / "hw.zip").write_bytes(packed)
    return folder / "hw.zip"
