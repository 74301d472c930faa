"""A small class that hands in the assignment of `autograder new softmax`: what docs/class.md begins with."""

import zipfile
from pathlib import Path

BEGIN = "import numpy as np\n\n\ndef softmax(x):\n"
RIGHT = BEGIN + (
    "    shifted = x - np.max(x, axis=1, keepdims=True)\n"
    "    powers = np.exp(shifted)\n"
    "    return powers / np.sum(powers, axis=1, keepdims=True)\n"
)
SHORT = BEGIN + "    e = np.exp(x - x.max(1)[:, None])\n    return e / e.sum(1)[:, None]\n"
OVERFLOWS = BEGIN + "    {0} = np.exp(x)\n    return {0} / {0}.sum(axis=1, keepdims=True)\n"
OTHER_AXIS = BEGIN + "    e = np.exp(x - x.max(axis=0))\n    return e / e.sum(axis=0)\n"
IN_PLACE = BEGIN + (
    "    x -= x.max(axis=1, keepdims=True)\n    np.exp(x, out=x)\n    x /= x.sum(axis=1, keepdims=True)\n    return x\n"
)
UNFINISHED = BEGIN + "    raise NotImplementedError\n"
UNREADABLE = BEGIN + "    return np.exp(x) / np.exp(x).sum(axis=1\n"
# Who has handed in together, when, and what.
WORKS = (
    (("Ines Aalto",), "2026-11-11 18:04:11", RIGHT),
    (("Kofi de Boer",), "2026-11-12 20:40:02", OVERFLOWS.format("e")),
    (("Ebru Çelik", "Hugo Dufour"), "2026-11-12 21:15:47", SHORT),
    (("Lea Fischer",), "2026-11-12 09:30:00", OVERFLOWS.format("exponentials")),
    (("Mei Gómez",), "2026-11-12 22:01:25", OTHER_AXIS),
    (("Jan Haddad",), "2026-11-10 13:12:30", IN_PLACE),
    (("Noor Jansen",), "2026-11-12 22:50:09", UNREADABLE),
    (("Oya Kaplan",), "2026-11-14 01:59:00", OVERFLOWS.format("powers")),
    (("Björn Lindqvist",), "2026-11-14 10:00:00", RIGHT.replace("powers", "e")),
    (("Sanne Moreau",), "2026-11-12 16:20:54", UNFINISHED),
)
NOTHING = ("Teun Quist",)
EXTENSIONS = {"Björn Lindqvist": "+2d"}


def make_class(folder: Path) -> None:
    """Write Gradescope's export of the submissions, and the roster."""
    names = sorted([*(name for people, _, _ in WORKS for name in people), *NOTHING], key=lambda name: name.split()[-1])
    ids = {name: str(1200001 + 137 * place) for place, name in enumerate(names)}
    lines = ["Name,SID,Email,Section,Extension"]
    lines += [
        f"{name},{ids[name]},{email(ids[name])},{'AB'[place % 2]},{EXTENSIONS.get(name, '')}"
        for place, name in enumerate(names)
    ]
    (folder / "roster.csv").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    metadata = "---\n"
    with zipfile.ZipFile(folder / "assignment_5150_export.zip", "w") as archive:
        for number, (people, time, content) in enumerate(WORKS, 87100001):
            archive.writestr(f"assignment_5150_export/submission_{number}/functions.py", content)
            metadata += f"submission_{number}:\n  :submitters:\n"
            for name in people:
                metadata += f"  - :name: {name}\n    :sid: '{ids[name]}'\n    :email: {email(ids[name])}\n"
            metadata += f"  :created_at: {time}.000000000 Z\n  :score: 0.0\n  :status: processed\n  :history: []\n"
        archive.writestr("assignment_5150_export/submission_metadata.yml", metadata)


def email(student: str) -> str:
    return f"s{student}@school.example"
