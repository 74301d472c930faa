"""The process that `run.py` starts: TARGET CORPUS OPTIONS... The package is instrumented while it is imported."""

import resource
import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parent))
with atheris.instrument_imports(include=["autograder"]):
    from targets import TARGETS

name, corpus, *options = sys.argv[1:]
target = TARGETS[name]
for number, content in enumerate(target.seeds()):
    target.run(content)  # also loads what is loaded late, so that it is no growth
    Path(corpus, f"seed-{number:03}").write_bytes(content)
print(f"base_rss_mb: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}", flush=True)


def one_input(data: bytes) -> None:
    target.run(data)


atheris.Setup([sys.argv[0], *options], one_input)
atheris.Fuzz()
