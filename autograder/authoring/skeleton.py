"""Make the skeleton, from which students start, of the reference solution.

A region between markers (see markers.py) becomes a TODO with its number and hint, and a NotImplementedError that names the
place. Everything else stays as it is, imports that only the solution used too: students will need them. In a .toml file, such
as one of answers, the value of each key in a region becomes "" under that TODO. A file without markers is copied byte for byte.
"""

import ast
from pathlib import Path

from autograder.assignment import tomllib
from autograder.authoring.markers import Region, complaint, regions, source_names, split_lines
from autograder.errors import AssignmentError
from autograder.files import write_atomically


def build_skeleton(reference: Path, skeleton: Path) -> list[str]:
    """Make the .py and .toml files below `skeleton` those that `reference` gives; return what was done: "wrote data.py".

    Such a file that the reference does not have is removed: the folder is generated. Files of other kinds, `__pycache__`
    and names that start with a dot are left alone on both sides. Each file is replaced at once, one that is right already
    not at all, and none before every reference file has been read and found in order.

    Raises:
        AssignmentError: a reference file is wrong, there is none, or one folder lies in the other.
    """
    wanted = rendered(reference, skeleton)
    done = []
    for name, content in wanted.items():
        path = skeleton / name
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, content)
            done.append(f"wrote {name}")
    for name in extra_names(skeleton, wanted):
        (skeleton / name).unlink()
        done.append(f"removed {name}")
    return done


def check_skeleton(reference: Path, skeleton: Path) -> list[str]:
    """Return what `build_skeleton` would change, a sentence for each file; empty when the skeleton is up to date."""
    wanted = rendered(reference, skeleton)
    differences = []
    for name, content in wanted.items():
        path = skeleton / name
        if not path.is_file():
            differences.append(f"{name} is missing")
        elif path.read_bytes() != content:
            differences.append(f"{name} differs {first_difference(path.read_bytes(), content)}")
    differences += [f"{name} is extra: {reference.name}/ has no such file" for name in extra_names(skeleton, wanted)]
    return differences


# One file


def render(source: str, name: str) -> str:
    """Return the skeleton of one reference file; a source without markers is returned as it is.

    Args:
        source: the text of the reference file.
        name: its path below the assignment, such as "reference/modules.py", for messages and the first line.

    Raises:
        AssignmentError: a marker is wrong, or the source or what is left of it does not compile; with file and line.
    """
    found = regions(source, name)
    if not found:
        return source
    if name.endswith(".toml"):
        return "\n".join([generated_from(name), *with_empty_values(source, name, found)]).rstrip("\n") + "\n"
    for region in found:
        if not compiles(without(split_lines(source), [region])):
            text = "without this region the file does not compile; put whole statements into the region"
            raise complaint(name, region.task.line, source, text)
    lines = without(split_lines(source), found)
    # Only comments may stand before a docstring, and the line that makes a file a script stays the first.
    first = 1 if lines[0].startswith("#!") else 0
    lines.insert(first, generated_from(name))
    return "\n".join(lines).rstrip("\n") + "\n"


def generated_from(name: str) -> str:
    return f'# Generated from {name} by "autograder build skeleton"; the tasks are the TODOs.'


def without(lines: list[str], found: list[Region]) -> list[str]:
    """Return the lines with a stub in place of each region."""
    result = lines.copy()
    for region in reversed(found):
        task = region.task
        result[task.line - 1 : region.last_line] = [
            f"{region.indent}# TODO {task.number}: {task.hint}",
            f'{region.indent}raise NotImplementedError("TODO {task.number}: {task.owner}")',
        ]
    return result


def compiles(lines: list[str]) -> bool:
    try:
        ast.parse("\n".join(lines))
    except SyntaxError:
        return False
    return True


def with_empty_values(source: str, name: str, found: list[Region]) -> list[str]:
    """Return the lines with a TODO for each first marker and "" for each value of a region; comments keep their columns."""
    lines = split_lines(source)
    for region in reversed(found):
        first, last = region.task.line, region.last_line
        inside = [without_value(source, name, number) for number in range(first + 1, last)]
        if inside == lines[first : last - 1]:
            raise complaint(name, first, source, "this region contains no value; remove it or move the solution into it")
        lines[first - 1 : last] = [f"# TODO {region.task.number}: {region.task.hint}", *inside]
    return lines


def without_value(source: str, name: str, number: int) -> str:
    line = split_lines(source)[number - 1]
    if not line.strip() or line.lstrip().startswith("#"):
        return line
    # A # inside of a string starts no comment, and what stands before it is no TOML.
    ends = [place for place, char in enumerate(line) if char == "#"] + [len(line)]
    end = next((place for place in ends if is_toml(line[:place])), None)
    key, equals, _ = line.partition("=")
    if end is None or not equals:
        raise complaint(name, number, source, "each line of a region in a .toml file must be one key with its value")
    return f'{key.rstrip()} = ""'.ljust(end) + line[end:] if end < len(line) else f'{key.rstrip()} = ""'


def is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


# Folders


def rendered(reference: Path, skeleton: Path) -> dict[str, bytes]:
    """Return the bytes of every skeleton file by its path below the folder."""
    ours, theirs = reference.resolve(), skeleton.resolve()
    if ours == theirs or ours in theirs.parents or theirs in ours.parents:
        raise AssignmentError(f"{reference} and {skeleton} contain one another; give the skeleton a separate folder.")
    names = source_names(reference)
    if not names:
        raise AssignmentError(f"{reference} has no .py or .toml file; the skeleton is made from the reference solution in it.")
    return {name: rendered_bytes((reference / name).read_bytes(), f"{reference.name}/{name}") for name in names}


def rendered_bytes(content: bytes, name: str) -> bytes:
    try:
        source = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise AssignmentError(f"{name}:{line}: byte {error.start} is not UTF-8; save the file as UTF-8.") from error
    skeleton = render(source, name)
    return content if skeleton == source else skeleton.encode()


def extra_names(skeleton: Path, wanted: dict[str, bytes]) -> list[str]:
    return [name for name in source_names(skeleton) if name not in wanted]


def first_difference(found: bytes, wanted: bytes) -> str:
    """Return where and how two files differ first, line by line."""
    found_lines, wanted_lines = found.split(b"\n"), wanted.split(b"\n")
    number = 0
    while found_lines[number : number + 1] == wanted_lines[number : number + 1]:
        number += 1
    pair = [lines[number].decode(errors="replace") if number < len(lines) else None for lines in (found_lines, wanted_lines)]
    texts = ["the end of the file" if text is None else repr(text) for text in pair]
    return f"from line {number + 1} on: has {texts[0]}, expected {texts[1]}"
