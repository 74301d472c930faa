"""A zip."""

import zipfile
from pathlib import Path

RIGHT = Path(__file__).parents[1].joinpath("assignment/reference/submitted.py").read_bytes()


def make(folder):
    target = "../assignment/tests/hidden/test_attacked.py"
    names = [target, f"../{target}", f"x/../../{target}", str(folder.parent / "assignment/results/results.json")]
    names += ["/etc/cron.d/x", "//x.py", "x/\0/../y.py"]
    names += ["C:\\x.py", "\\\\server\\x.py", "..\\..\\assignment\\x.py", "./../x.py", "~/.bashrc"]
    with zipfile.ZipFile(folder / "hw.zip", "w") as archive:
        archive.writestr("submitted.py", RIGHT)
        for name in names:
            entry = zipfile.ZipInfo("x")
            entry.filename = name
            archive.writestr(entry, b"raise SystemExit(0)\n")
    return folder / "hw.zip"
