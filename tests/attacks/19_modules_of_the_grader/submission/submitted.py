import importlib
import re
import sys


def attempt(paths, pattern, pids):
    found = []
    for name, module in list(sys.modules.items()):
        for text in [vars(module).get("__doc__"), vars(module).get("SECRET"), vars(module).get("__file__")]:
            if isinstance(text, str) and (re.search(pattern, text) or "tests/hidden" in text):
                found.append(f"{name}: {text}")
    for path in paths:
        folder, _, file = path.rpartition("/")
        if file.endswith(".py"):
            sys.path.insert(0, folder)
            sys.modules.pop(file[:-3], None) if file != "submitted.py" else None
            try:
                module = importlib.import_module(file[:-3])
                if getattr(module, "__file__", "").startswith(folder):
                    found.append(f"imported {path}")
            except BaseException:
                pass
            sys.path.pop(0)
    return found
