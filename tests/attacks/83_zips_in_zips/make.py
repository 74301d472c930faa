"""Zips in zips."""

import io
import zipfile
from pathlib import Path

RIGHT = Path(__file__).parents[1].joinpath("assignment/reference/submitted.py").read_bytes()


def zipped(files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def make(folder):
    content = zipped({"submitted.py": RIGHT})
    for _ in range(5):
        content = zipped({"hw.zip": content})
    (folder / "hw.zip").write_bytes(content)
    return folder / "hw.zip"
