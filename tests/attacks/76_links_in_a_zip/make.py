"""A zip with links."""

import stat
import zipfile
from pathlib import Path

RIGHT = Path(__file__).parents[1].joinpath("assignment/reference/submitted.py").read_bytes()


def make(folder):
    reference = str(folder.parent / "assignment/reference/submitted.py")
    kinds = {"submitted.py": stat.S_IFLNK, "link": stat.S_IFLNK, "device": stat.S_IFCHR, "pipe": stat.S_IFIFO}
    with zipfile.ZipFile(folder / "hw.zip", "w") as archive:
        for name, kind in kinds.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (kind | 0o777) << 16
            archive.writestr(entry, reference)
    return folder / "hw.zip"
