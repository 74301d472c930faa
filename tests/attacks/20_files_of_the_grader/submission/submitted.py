import contextlib
import glob
import os
import re


def attempt(paths, pattern, pids):
    found = []
    folder = os.path.commonpath(paths)
    near = ["/root", "/home", "/etc/shadow", "/autograder", "/var/log", "/run", os.path.dirname(folder), *glob.glob("/tmp/*")]
    near += [f"/proc/{pid}/{name}" for pid in (*pids, 1, os.getppid()) for name in ("environ", "cwd", "maps", "fd")]
    near += [f"{os.path.dirname(path)}/__pycache__" for path in paths]
    for number, path in enumerate([*paths, *near]):
        os.symlink(path, f"link{number}")
        for form in (path, f"link{number}", f"/proc/self/root{path}", f"/proc/self/cwd/link{number}", f"{path}/."):
            for flags in (os.O_RDONLY, os.O_WRONLY, os.O_RDWR, os.O_RDONLY | os.O_DIRECTORY):
                try:
                    descriptor = os.open(form, flags)
                except OSError:
                    continue
                try:
                    got = os.read(descriptor, 1 << 20) if not flags & os.O_DIRECTORY else repr(os.listdir(descriptor)).encode()
                    if path.startswith((folder, "/proc")) or re.search(pattern, got.decode(errors="replace")):
                        found.append(f"{form} {flags}: {got[:100]!r}")
                except OSError:
                    pass
                os.close(descriptor)
        with contextlib.suppress(OSError):
            os.link(path, f"hard{number}")
            found.append(f"a second name of {path}")
    for name in ("environ", "cmdline", "mountinfo", "maps"):
        with contextlib.suppress(OSError), open(f"/proc/self/{name}", "rb") as file:
            found += re.findall(pattern, file.read().decode(errors="replace"))
    return found + [text for text in os.environ.values() if re.search(pattern, text)]
