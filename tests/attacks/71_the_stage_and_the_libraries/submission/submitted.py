import glob
import os
import site
import sys
import tempfile

from right import *


def change(path):
    before = os.stat(path)
    os.chmod(path, 0o777)
    os.utime(path, (1, 1))
    after = os.stat(path)
    if (before.st_mode, before.st_mtime) == (after.st_mode, after.st_mtime):
        raise PermissionError("that was pretended")


def attempt(paths, pattern, pids):
    here = os.path.dirname(os.path.abspath(__file__))
    folders = {here, os.path.join(here, "__pycache__"), *sys.path, sys.prefix, sys.base_prefix, *site.getsitepackages()}
    folders |= {os.path.dirname(module.__file__) for module in list(sys.modules.values()) if getattr(module, "__file__", None)}
    found = []
    for folder in folders - {"", os.getcwd()}:
        for call in (
            lambda: open(os.path.join(folder, "usercustomize.py"), "w").close(),
            lambda: os.mkdir(os.path.join(folder, "planted")),
            lambda: change(folder),
            lambda: os.rename(folder, folder + "2"),
        ):
            try:
                call()
                found.append(folder)
            except OSError:
                pass
    # This process has a copy of its own. The files that the next one gets a copy of lie elsewhere.
    for path in glob.glob(os.path.join(tempfile.gettempdir(), "..", "..", "*", "stage", "*.py")) + glob.glob(
        "/tmp/*/stage/*.py"
    ):
        for call in (os.unlink, lambda path: open(path, "a").close(), lambda path: os.truncate(path, 0), change):
            try:
                call(path)
                found.append(path)
            except OSError:
                pass
    return found
