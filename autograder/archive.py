"""Zip files whose bytes depend on nothing but what is in them."""

import hashlib
import io
import zipfile
from collections.abc import Mapping

VERSION = "VERSION"  # the file in a zip that says its version
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip can hold
MODE = 0o100644  # a regular file that everybody may read
EXECUTABLE = 0o100755
UNIX = 3


def zip_bytes(files: Mapping[str, bytes], executable: frozenset[str] = frozenset()) -> bytes:
    """Return a zip of these files, name -> content, sorted by name.

    They are stored as they are: what a compressor makes of them changes with the version of zlib.

    Args:
        executable: names of those that are programs.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system = UNIX  # or this machine's
            entry.external_attr = (EXECUTABLE if name in executable else MODE) << 16
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def version_of(files: Mapping[str, bytes]) -> str:
    """Return twelve hexadecimal digits that stand for the names and contents of these files."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"{len(name.encode())} {name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:12]
