"""Times the search for similar code in a made class, and says where those rank who hide whose work theirs is.

python benchmarks/made_class.py /tmp/class --files modules.py optimizers.py mlp_numpy.py train_mlp_numpy.py
python benchmarks/similar_code.py /tmp/class
"""

import argparse
import csv
import resource
import time
from pathlib import Path

from autograder.course.model import Person, Row
from autograder.course.similarity import similar

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("made", type=Path, help="what made_class.py has made, as plain folders")
    arguments.add_argument("--skeleton", type=Path, default=ROOT / "student")
    options = arguments.parse_args()
    rows = [
        Row(folder.name, (Person(folder.name),), files=texts(folder))
        for folder in sorted((options.made / "submissions").iterdir())
    ]
    with (options.made / "truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {one["id"]: one["note"].split() for one in csv.DictReader(file)}
    hidden = {frozenset((one, note[1])) for one, note in truth.items() if note[:1] == ["like"]}
    began = time.process_time()
    pairs = similar(rows, texts(options.skeleton))
    seconds = time.process_time() - began
    lines = sum(text.count("\n") for row in rows for text in row.files.values())
    ranks = [pair.rank for pair in pairs if frozenset((pair.a, pair.b)) in hidden]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(rows)} submissions, {lines} lines: {seconds:.1f} s of processor time, {memory} MB")
    print(f"{len(hidden)} hide whose work theirs is: {len(ranks)} are among the first {len(pairs)} pairs, at {ranks}")


def texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py"))}


if __name__ == "__main__":
    main()
