import builtins
import os
import sys
import tempfile

import numpy as np
from right import *
from right import counts as right_counts

NOTE = "note-of-an-earlier-test"
PLACES = [".", "..", "../..", "/", "/tmp", "/var/tmp", "/dev/shm", "/dev/mqueue", "/run", "/run/lock", "/var/lock", "/home"]
PLACES += [tempfile.gettempdir(), os.path.expanduser("~"), os.path.dirname(os.path.abspath(__file__)), "/proc/self/cwd"]


def counts(labels, classes):
    for place in PLACES:
        for make in (lambda path: open(path, "w").close(), os.mkdir, os.mkfifo):
            try:
                make(os.path.join(place, NOTE))
            except OSError:
                pass
    os.environ[NOTE] = "1"
    sys.modules[NOTE] = sys
    vars(builtins)[NOTE] = vars(np)[NOTE] = 1
    np.random.seed(1)
    os.umask(0)
    return right_counts(labels, classes)


def attempt(paths, pattern, pids):
    found = []
    for place in PLACES:
        for folder, folders, files in os.walk(place):
            found += [os.path.join(folder, name) for name in (*folders, *files) if name == NOTE]
            if folder.count("/") > 4:
                folders.clear()
    found += ["environment"] * (NOTE in os.environ) + ["modules"] * (NOTE in sys.modules)
    return found + ["builtins"] * hasattr(builtins, NOTE) + ["numpy"] * hasattr(np, NOTE)
