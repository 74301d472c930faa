"""A zip with wrong headers."""

import zipfile
from pathlib import Path

RIGHT = Path(__file__).parents[1].joinpath("assignment/reference/submitted.py").read_bytes()


def make(folder):
    with zipfile.ZipFile(folder / "hw.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"PK\x05\x06" * 16383
        archive.writestr("submitted.py", RIGHT)
    packed = (folder / "hw.zip").read_bytes()
    size = len(RIGHT).to_bytes(4, "little")
    (folder / "hw.zip").write_bytes(packed + packed.replace(size, b"\xff\xff\xff\x7f"))
    return folder / "hw.zip"
