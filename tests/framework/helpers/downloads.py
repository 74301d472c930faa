"""Small downloads of a class, as the platforms make them, with hostile names."""

import subprocess
import zipfile
from pathlib import Path

from files import write_files

RIGHT = "def double(x):\n    return 2 * x\n"
HOSTILE = (
    "=cmd()",
    "a" * 200,
    "Zoë Müller",
    "\u202eevil",
    "two\nlines",
    "bell\a",
    "@SUM(A1)",
    "CON",
    "-1+1",
)  # names of folders


def yml(submissions: dict[str, dict], results: str = "") -> str:
    """A submission_metadata.yml as Gradescope writes it. Each submission: people, created_at, history."""
    text = []
    for label, data in submissions.items():
        text.append(f"{label}:\n  :submitters:\n")
        for name, sid, email in data["people"]:
            text.append(f"  - :name: {name}\n    :sid: '{sid}'\n    :email: {email}\n")
        text.append(f"  :created_at: {data['created_at']}\n  :score: 1.5\n  :status: processed\n{results}")
        for time, score in data.get("history", ()):
            text.append(f"  :history:\n  - :id: 1\n    :created_at: {time}\n    :score: {score}\n")
    return "".join(text)


ADA, BOB, EVE = ("Ada Lovelace", "s1", "ada@example.edu"), ("Bob", "s2", "bob@example.edu"), ("Eve", "s3", "eve@example.edu")
RESULTS = """\
  :results:
    tests:
    - name: one
      output: |2-
          submission_666:
          :submitters:

        - :name: Mallory
      score: 1.0
"""


def gradescope(folder: Path) -> Path:
    """Ada and Bob together, Eve alone after an earlier submission."""
    submissions = {
        "submission_101": {"people": [ADA, BOB], "created_at": "2026-11-12 22:01:25.123456000 Z"},
        "submission_102": {
            "people": [EVE],
            "created_at": "2026-11-13 10:00:00.000000000 Z",
            "history": [("2026-11-11 10:00:00.000000000 Z", 3.0)],
        },
    }
    files = {"submission_101/double.py": RIGHT, "submission_102/double.py": RIGHT}
    return write_files(folder, {"submission_metadata.yml": yml(submissions, RESULTS), ".DS_Store": "", **files})


def zipped(folder: Path, archive: Path, root: str = "") -> Path:
    """A zip of a folder, below a folder of its own if root names one."""
    with zipfile.ZipFile(archive, "w") as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, f"{root}{path.relative_to(folder)}")
    return archive


def clone(folder: Path, time: str = "2026-11-12T22:00:00+01:00") -> Path:
    """A repository with one commit of that time."""
    write_files(folder, {"double.py": RIGHT})
    settings = ["-c", "user.name=x", "-c", "user.email=x@example.edu", "-c", "init.defaultBranch=main"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "done"]):
        environment = {
            "GIT_COMMITTER_DATE": time,
            "GIT_AUTHOR_DATE": time,
            "HOME": str(folder),
            "PATH": "/usr/bin:/bin:/usr/local/bin",
        }
        subprocess.run(["git", *settings, *arguments], cwd=folder, check=True, env=environment)
    return folder
