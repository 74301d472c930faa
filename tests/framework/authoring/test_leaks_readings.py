"""A solution is found however the file is written that it stands in; what cannot be read is refused until it is listed."""

import base64
import bz2
import gzip
import html
import io
import json
import lzma
import pickle
import quopri
import struct
import tarfile
import urllib.parse
import zipfile
import zlib

import numpy as np
import pytest
from handing_out import write

from autograder.assignment import load
from autograder.authoring.handout_zip import handout_files
from autograder.authoring.leaks.parts import Budget
from autograder.authoring.leaks.readings import Place, Reader, Reading, Unread
from autograder.authoring.leaks.search import leaks
from autograder.authoring.skeleton import build_skeleton
from autograder.errors import AssignmentError

SHARE = "share = (checked(x) - smallest) / (largest - smallest)"
NOTES = f"How it is done:\n{SHARE}\n"


@pytest.fixture(scope="module")
def assignment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("assignment")
    write(folder)
    build_skeleton(folder / "reference", folder / "student")
    return load(folder)


def in_zip(content, name="notes.txt", comment=b""):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        archive.writestr(name, content)
    return file.getvalue()


def in_tar(content, mode):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        info = tarfile.TarInfo("notes.txt")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def saved(save, *arrays, **named):
    file = io.BytesIO()
    save(file, *arrays, **named)
    return file.getvalue()


def png(*chunks):
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\0")),
        *chunks,
        (b"IEND", b""),
    ]
    parts = [struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def notebook(source=(), outputs=()):
    cell = {"cell_type": "code", "source": list(source), "outputs": list(outputs), "metadata": {}, "execution_count": 1}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def pdf(stream, filtered=b"/Filter /FlateDecode "):
    data = zlib.compress(stream) if filtered else stream
    return (
        b"%PDF-1.4\n1 0 obj\n<< " + filtered + b"/Length %d >>\nstream\n" % len(data) + data + b"\nendstream\nendobj\n%%EOF\n"
    )


def spread(text, size=60):
    return "\n".join(text[start : start + size] for start in range(0, len(text), size))


WORDS = NOTES.encode()
B64 = base64.b64encode(WORDS).decode()
WRITTEN = {
    "one byte that is no UTF-8": ("notes.txt", b"Andr\xe9's notes\n" + WORDS),
    "one NUL": ("notes.txt", b"\0" + WORDS),
    "a NUL within a word": ("notes.txt", WORDS.replace(b"smallest", b"small\0est")),
    "NULs between the words": ("notes.txt", WORDS.replace(b" - ", b"\0-\0", 1)),
    "Latin-1 as it declares": ("cases.py", b"# -*- coding: latin-1 -*-\n# Andr\xe9\n" + SHARE.encode() + b"\n"),
    "Windows quotes": ("notes.txt", b"\x93" + SHARE.encode() + b"\x94"),
    "UTF-8 with a mark": ("notes.txt", NOTES.encode("utf-8-sig")),
    "UTF-16 with a mark": ("notes.txt", NOTES.encode("utf-16")),
    "UTF-16 without one": ("notes.txt", NOTES.encode("utf-16-le")),
    "UTF-16, the other way around": ("notes.txt", NOTES.encode("utf-16-be")),
    "UTF-32 with a mark": ("notes.txt", NOTES.encode("utf-32")),
    "UTF-32 without one": ("notes.txt", NOTES.encode("utf-32-be")),
    "a mark of UTF-16 before ASCII": ("notes.txt", b"\xff\xfe\xff" + WORDS),
    "a mark of UTF-32 before ASCII": ("notes.txt", b"\xff\xfe\0\0" + WORDS),
    "UTF-7": ("notes.txt", WORDS.replace(b"=", b"+AD0-").replace(b"/", b"+AC8-")),
    "a zip": ("notes.zip", in_zip(WORDS)),
    "a zip in a zip": ("notes.zip", in_zip(in_zip(WORDS), "inner.zip")),
    "the comment of a zip": ("notes.zip", in_zip(b"", comment=WORDS)),
    "a zip behind a picture": ("notes.png", png() + in_zip(WORDS)),
    "gzip": ("notes.gz", gzip.compress(WORDS)),
    "bzip2": ("notes.bz2", bz2.compress(WORDS)),
    "xz": ("notes.xz", lzma.compress(WORDS)),
    "lzma": ("notes.lzma", lzma.compress(WORDS, format=lzma.FORMAT_ALONE)),
    "zlib": ("notes.bin", zlib.compress(WORDS)),
    "a tar": ("notes.tar", in_tar(WORDS, "w")),
    "a tar, compressed": ("notes.tgz", in_tar(WORDS, "w:gz")),
    "an array of text": ("notes.npy", saved(np.save, np.array(NOTES.split("\n")))),
    "an array of bytes": ("notes.npy", saved(np.save, np.frombuffer(WORDS, np.uint8))),
    "an array of codes of letters": ("notes.npy", saved(np.save, np.frombuffer(WORDS, np.uint8).astype(np.int64))),
    "an array of objects": ("notes.npy", saved(np.save, np.array([NOTES, None], dtype=object))),
    "an npz": ("notes.npz", saved(np.savez_compressed, notes=np.array(NOTES))),
    "a pickle": ("notes.pkl", pickle.dumps({"notes": NOTES})),
    "a pickle of bytes": ("notes.pkl", pickle.dumps(WORDS)),
    "the source of a notebook": ("notes.ipynb", notebook(["share = (checked(x)\n", " - smallest) / (largest - smallest)\n"])),
    "a text that a notebook has printed": ("notes.ipynb", notebook(outputs=[{"text": "\n" + SHARE}])),
    "a picture in a notebook": (
        "notes.ipynb",
        notebook(outputs=[{"data": {"image/png": spread(base64.b64encode(png((b"tEXt", b"a\0" + WORDS))).decode(), 76)}}]),
    ),
    "a text in a PNG": ("notes.png", png((b"tEXt", b"Comment\0" + SHARE.encode()))),
    "a compressed text in a PNG": ("notes.png", png((b"zTXt", b"Comment\0\0" + zlib.compress(SHARE.encode())))),
    "an international text in a PNG": ("notes.png", png((b"iTXt", b"Comment\0\0\0\0\0" + SHARE.encode()))),
    "an international text in a PNG, compressed": ("notes.png", png((b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(WORDS)))),
    "a comment in a JPEG": ("notes.jpg", b"\xff\xd8\xff\xfe\0\x7f" + SHARE.encode() + b"\xff\xd9"),
    "the text of a drawing": ("notes.svg", f"<svg><text>{SHARE}</text></svg>".encode()),
    "the text of a drawing in pieces": (
        "notes.svg",
        ("<svg>" + "".join(f"<text>{word}</text>" for word in SHARE.split()) + "</svg>").encode(),
    ),
    "the text of a drawing in letters": (
        "notes.svg",
        ("<svg>" + "".join(f"<tspan>{html.escape(letter)}</tspan>" for letter in SHARE) + "</svg>").encode(),
    ),
    "a Word document, whose words are in pieces": (
        "notes.docx",
        in_zip(b"<?xml version='1.0'?><w:t>" + b"</w:t><w:t>".join(bytes([letter]) for letter in SHARE.encode()) + b"</w:t>"),
    ),
    "a drawing, compressed": ("notes.svgz", gzip.compress(f"<svg><text>{SHARE}</text></svg>".encode())),
    "a drawing in a page": (
        "notes.html",
        b'<img src="data:image/svg+xml;base64,%s">' % base64.b64encode(f"<svg><text>{SHARE}</text></svg>".encode()),
    ),
    "a drawing in a page, in URL escapes": (
        "notes.html",
        f'<img src="data:image/svg+xml,{urllib.parse.quote(f"<svg><text>{SHARE}</text></svg>")}">'.encode(),
    ),
    "a stream of a PDF": ("notes.pdf", pdf(b"BT (" + SHARE.replace("(", "\\(").replace(")", "\\)").encode() + b") Tj ET")),
    "a plain stream of a PDF": (
        "notes.pdf",
        pdf(b"BT [(share = \\(check) -20 (ed\\(x\\) - smallest\\) / \\(largest - smallest\\))] TJ", b""),
    ),
    "a page of a PDF as TeX sets it": (
        "notes.pdf",
        pdf(
            b"BT [(sha)28(re)-333(=)-333(\\(c)10(hecked\\(x\\))-222(-)-222(smallest\\))-333(/)-333"
            b"(\\(largest)-222(-)-222(smallest\\))]TJ ET"
        ),
    ),
    "a stream of a PDF with fonts of its own": (
        "notes.pdf",
        pdf(
            b"BT (" + SHARE.replace("(", "\\(").replace(")", "\\)").encode() + b") Tj ET",
            b"/Resources << /Font << /F1 << /A 1 >> >> >> /Filter /FlateDecode ",
        ),
    ),
    "entities": ("notes.md", html.escape(SHARE).replace("=", "&#61;").replace("/", "&#x2F;").encode()),
    "escapes in a string": ("notes.py", f'X = "{SHARE}"\n'.replace("smallest", "\\u0073mallest").encode()),
    "escapes in JSON": ("notes.json", json.dumps({"a": SHARE}).replace("s", "\\u0073").encode()),
    "octal escapes": ("notes.txt", SHARE.replace("s", "\\163").encode()),
    "names of letters": ("notes.py", f'X = "{SHARE}"\n'.replace("-", "\\N{HYPHEN-MINUS}").encode()),
    "pieces of a string": ("notes.py", b'X = ("share = (chec"\n     "ked(x) - small" "est) / (largest - smallest)")\n'),
    "a sum of strings": ("notes.py", b'X = "share = (chec" + "ked(x) - small" + "est) / (largest - smallest)"\n'),
    "bytes of a string": ("notes.py", f"X = {zlib.compress(WORDS)!r}\n".encode()),
    "quoted-printable": ("notes.eml", quopri.encodestring((SHARE + " é" * 40).encode())),
    "URL escapes": ("notes.txt", urllib.parse.quote(NOTES).encode()),
    "base64": ("notes.txt", B64.encode()),
    "base64 in a string of code": ("notes.py", f'import base64\n\nHINT = base64.b64decode("{B64}")\n'.encode()),
    "base64 on several lines": ("notes.txt", f"A file:\n\n{spread(B64)}\n\nas it was.\n".encode()),
    "base64 in pieces of a string": ("notes.py", f'X = ("{B64[:40]}"\n     "{B64[40:]}")\n'.encode()),
    "base64 in a list of lines": ("notes.py", f'X = [\n    "{B64[:40]}",\n    "{B64[40:]}",\n]\n'.encode()),
    "base64 for addresses": ("notes.txt", base64.urlsafe_b64encode(WORDS).rstrip(b"=")),
    "base64 of base64": ("notes.txt", base64.b64encode(base64.b64encode(WORDS))),
    "base64 of a zip": ("notes.txt", base64.b64encode(in_zip(WORDS))),
    "hexadecimal digits": ("notes.txt", WORDS.hex().encode()),
    "hexadecimal digits, two by two": ("notes.txt", WORDS.hex(" ").encode()),
    "codes of letters": ("notes.py", f"X = {list(WORDS)}\n".encode()),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content"), WRITTEN.values(), ids=WRITTEN)
def test_a_solution_is_found_however_it_is_written(assignment, name, content):
    found = leaks(assignment, {"tests/public/other.txt": b"Nothing.\n", f"tests/public/{name}": content})
    assert [leak for leak in found if "the solution of 1.1, reference/rescaling.py:10" in leak.message], found
    assert all(leak.file.startswith(f"tests/public/{name}") for leak in found)


@pytest.mark.parametrize(
    ("name", "content", "place"),
    [
        ("notes.zip", in_zip(WORDS), "notes.zip/notes.txt:2: "),
        ("notes.txt", b"\n\n" + B64.encode(), "notes.txt:3: in base64: "),
        ("notes.txt", b"Andr\xe9\n" + WORDS, "notes.txt:3: "),
        ("notes.py", f'\nX = "{SHARE}"\n'.replace("s", "\\x73").encode(), "notes.py:2: "),
    ],
)
def test_a_message_says_where_it_is_written_and_how(assignment, name, content, place):
    (leak,) = leaks(assignment, {name: content})
    assert str(leak).startswith(f'{place}"') and "solution of 1.1" in str(leak)


@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_a_number_of_a_hidden_test_is_found_in_an_array(assignment, kind):
    array = np.linspace(0, 1, 7).astype(kind)
    assert leaks(assignment, {"a.npy": saved(np.save, array)}) == []
    array[3] = -0.666667
    assert leaks(assignment, {"a.npy": saved(np.save, np.abs(array))})
    (leak,) = leaks(assignment, {"a.npz": saved(np.savez, x=np.abs(array))})
    assert str(leak).startswith("a.npz/x.npy:1: 0.666667 stands in tests/hidden/test_rescaling_hidden.py:")


def test_files_of_an_archive_are_judged_by_their_names_as_well(assignment):
    hidden = (assignment.folder / "tests/hidden/hidden_checks.py").read_bytes()
    said = [str(leak) for leak in leaks(assignment, {"all.zip": in_zip(hidden, "checks.py~")})]
    assert "all.zip/checks.py~:1: is a copy of tests/hidden/hidden_checks.py" in said or any(
        "an editor, Python or a version control system has left this file" in line for line in said
    )


UNREADABLE = {
    "random bytes": ("weights.bin", np.random.default_rng(0).bytes(4000)),
    "a format that is not known": ("archive.7z", b"7z\xbc\xaf\x27\x1c" + np.random.default_rng(1).bytes(400)),
    "an encrypted PDF": ("notes.pdf", b"%PDF-1.4\ntrailer << /Encrypt 1 0 R >>\n"),
    "a PDF in numbers of glyphs": ("notes.pdf", pdf(b"<00010002> Tj") + b"<< /Encoding /Identity-H >>"),
    "a damaged zip": ("notes.zip", in_zip(WORDS)[:-60] + in_zip(WORDS)[-30:]),
    "a damaged gzip": ("notes.gz", gzip.compress(WORDS)[:-20]),
    "an array that claims to be huge": (
        "x.npy",
        saved(np.save, np.zeros(2)).replace(b"(2,)", b"(2000000000000,)").replace(b" " * 13 + b"\n", b"\n"),
    ),
}


@pytest.mark.parametrize(("name", "content"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_refused_and_the_key_is_named(assignment, name, content):
    (leak,) = [leak for leak in leaks(assignment, {f"data/{name}": content}) if "not searched" in leak.message]
    assert leak.file == f"data/{name}"
    assert leak.message.endswith(f'add "data/{name}" to [leaks] unread in assignment.toml')


def test_a_file_of_an_archive_that_cannot_be_read_is_named(assignment):
    (leak,) = leaks(assignment, {"all.zip": in_zip(UNREADABLE["random bytes"][1], "weights.bin")})
    assert leak.file == "all.zip/weights.bin" and 'add "all.zip" to [leaks] unread' in leak.message


def test_what_assignment_toml_lists_is_handed_out_unread_and_nothing_else(tmp_path):
    write(tmp_path)
    build_skeleton(tmp_path / "reference", tmp_path / "student")
    _, noise = UNREADABLE["random bytes"]
    (tmp_path / "tests/public/a.bin").write_bytes(noise)
    (tmp_path / "tests/public/b.dat").write_bytes(noise[::-1])
    settings = tmp_path / "assignment.toml"
    before = settings.read_text()
    with pytest.raises(AssignmentError) as caught:
        handout_files(load(tmp_path))
    assert {line.split(":")[0] for line in str(caught.value).split("\n")[1:-1]} == {"tests/public/a.bin", "tests/public/b.dat"}
    settings.write_text(f'{before}\n[leaks]\nunread = ["tests/public/*.bin"]\n')
    with pytest.raises(AssignmentError) as caught:
        handout_files(load(tmp_path))
    assert [line.split(":")[0] for line in str(caught.value).split("\n")[1:-1]] == ["tests/public/b.dat"]
    settings.write_text(f'{before}\n[leaks]\nunread = ["tests/public/*.bin", "tests/public/b.dat"]\n')
    assert handout_files(load(tmp_path))["tests/public/a.bin"] == noise


def test_a_secret_is_found_in_a_file_that_is_listed(tmp_path):
    write(tmp_path)
    (tmp_path / "assignment.toml").write_text(f'{(tmp_path / "assignment.toml").read_text()}\n[leaks]\nunread = ["*"]\n')
    secret = (tmp_path / "variants.secret").read_bytes().strip()
    (leak,) = leaks(load(tmp_path), {"a.bin": UNREADABLE["random bytes"][1] + secret})
    assert "holds the secret of the variants" in leak.message


def readings(content, budget):
    return [*Reader(budget).file(Place("bomb"), content)]


def nested_bomb():
    content = bytes(1 << 20)
    for _ in range(20):
        content = in_zip(content, "0")
    return content


@pytest.mark.parametrize(
    "content",
    [
        in_zip(bytes(9 << 20)),
        gzip.compress(bytes(9 << 20)),
        bz2.compress(bytes(9 << 20)),
        lzma.compress(bytes(9 << 20)),
        zlib.compress(bytes(9 << 20)),
        png((b"zTXt", b"a\0\0" + zlib.compress(bytes(9 << 20)))),
        pdf(bytes(9 << 20)),
        nested_bomb(),
    ],
    ids=["zip", "gz", "bz2", "xz", "zlib", "png", "pdf", "nested"],
)
def test_a_bomb_is_not_unfolded_beyond_the_bound(content):
    found = readings(content, Budget(content_bytes=1 << 20))
    assert any(isinstance(each, Unread) for each in found)
    assert sum(len(each.content or b"") + len(each.text) for each in found if isinstance(each, Reading)) < 12 << 20


def test_a_text_that_is_too_long_is_said_to_be_unread():
    found = readings(b"word " * 1000, Budget(text_letters=1000))
    assert [each.why for each in found if isinstance(each, Unread)] == ["holds more than is looked through"]


def test_a_hidden_suite_in_latin_1_is_as_secret_as_any_other(tmp_path):
    write(tmp_path)
    lines = [f"    assert value_{i} == other_{i} + third_{i}, 'Andr\xe9'" for i in range(9)]
    source = "# -*- coding: latin-1 -*-\ndef test_all(x):\n" + "\n".join(lines) + "\n"
    (tmp_path / "tests/hidden/test_named.py").write_bytes(source.encode("latin-1"))
    (leak, *_) = leaks(load(tmp_path), {"notes.txt": source.encode("utf-8")})
    assert "stands in tests/hidden/test_named.py" in leak.message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("notes.txt", "Καλημέρα, κόσμε\n".encode()),
        ("notes.txt", "Привет".encode("cp1251")),
        ("notes.txt", "日本語のメモ\n".encode("shift-jis")),
        ("empty.txt", b""),
        ("colours.txt", b"\x1b[31mred\x1b[0m\n"),
        ("x.npy", saved(np.save, np.random.default_rng(0).random((40, 40)))),
        ("x.npz", saved(np.savez, a=np.arange(10000), b=np.eye(3, dtype=bool), c=np.array([1 + 2j]))),
        ("x.npy", saved(np.save, np.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")]))),
        ("x.npy", saved(np.save, np.zeros((0, 3)))),
        ("figure.png", png()),
        ("data.pkl", pickle.dumps({"a": [1, 2.5], "b": None})),
        ("page.html", b'<img src="data:font/woff2;base64,' + base64.b64encode(np.random.default_rng(2).bytes(900)) + b'">'),
        ("drawing.svg", b'<svg><path d="M 0.666667 6.66667 L 3417 1"/></svg>'),
    ],
)
def test_ordinary_files_are_read_and_nothing_is_found(assignment, name, content):
    assert leaks(assignment, {name: content}) == []


def test_an_archive_of_which_nothing_can_be_read_is_named_once(assignment):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(9):
            archive.writestr(f"weights/{number}", np.random.default_rng(number).bytes(400))
    (leak,) = leaks(assignment, {"model.pt": file.getvalue()})
    assert leak.file == "model.pt/weights/0" and 'add "model.pt" to [leaks] unread' in leak.message
