"""The hidden suites use the same helpers as the public ones, which lie beside those."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "public"))
