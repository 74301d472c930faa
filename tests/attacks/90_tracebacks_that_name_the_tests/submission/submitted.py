import linecache

from right import *


def attempt(paths, pattern, pids):
    files = [path for path in paths if path.endswith((".py", ".json", ".toml"))]

    def descend(rest):
        if not rest:
            raise ValueError(linecache.getlines(files[0]))
        for line in (1, 17, 18):
            space = {}
            exec(compile("\n" * (line - 1) + "def f(g, rest): g(rest)", rest[0], "exec"), space)
            space["f"](descend, rest[1:])

    descend(files[:20])
