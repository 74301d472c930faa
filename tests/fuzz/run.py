"""Fuzz one target with atheris, guided by coverage:

    python tests/fuzz/run.py wire --inputs 1000000

Needs atheris, which is no dependency of the project: `pip install atheris` into an environment that has the package. The
inputs start from what the real encoders write (`targets.py`). Exit status 1, with the input that did it in a file, where a
target raised what it should not, took longer than ten seconds for one input, or grew by more than 100 MB.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SECONDS = 10  # for one input
GROWTH_MB = 100  # of the whole process, from the first input to the last
LONGEST = 4096  # bytes of one input
BASE = re.compile(r"^base_rss_mb: (\d+)$", re.M)
STATISTICS = re.compile(r"^stat::(\w+):\s+(\d+)$", re.M)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("target", help="one of targets.TARGETS")
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1, help="of the fuzzer's generator")
    parser.add_argument("--corpus", type=Path, help="folder that keeps what was found interesting, for the next run")
    parser.add_argument("--artifacts", type=Path, default=Path(), help="folder for an input that fails")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as scratch:
        corpus = given.corpus or Path(scratch)
        corpus.mkdir(exist_ok=True)
        options = [
            f"-runs={given.inputs}", f"-seed={given.seed}", f"-timeout={SECONDS}", f"-max_len={LONGEST}",
            "-print_final_stats=1", "-rss_limit_mb=0", f"-artifact_prefix={given.artifacts.resolve()}/", str(corpus),
        ]  # fmt: skip
        command = [sys.executable, "-B", str(HERE / "guided.py"), given.target, str(corpus), *options]
        ended = subprocess.run(command, capture_output=True, text=True, errors="replace")
    said = ended.stdout + ended.stderr
    found = {name: int(value) for name, value in STATISTICS.findall(said)}
    if ended.returncode or "peak_rss_mb" not in found:
        start = said.find("Uncaught Python exception")
        print(said[start:][:8000] if start >= 0 else said[-8000:])
        print(f"{given.target}: FAILED with exit status {ended.returncode}")
        return 1
    growth = found["peak_rss_mb"] - int(BASE.search(said)[1])
    print(
        f"{given.target}: {found['number_of_executed_units']} inputs, {found['average_exec_per_sec']} a second, "
        f"{found['new_units_added']} reached something new, the slowest took {found['slowest_unit_time_sec']} s, "
        f"{growth} MB more at the peak than at the start"
    )
    return int(growth > GROWTH_MB or found["number_of_executed_units"] < given.inputs)


if __name__ == "__main__":
    sys.exit(main())
