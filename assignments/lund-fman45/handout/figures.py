"""Draw the figures of the handout: `python handout/figures.py` writes figures/*.svg beside this file.

They are drawn for a light ground. The same versions of matplotlib and NumPy give the same bytes.
"""

import sys
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
INK, BLUE, ORANGE = "#20262e", "#0b61a4", "#b8500b"
STYLE = {"svg.fonttype": "path", "svg.hashsalt": "handout", "font.family": "DejaVu Sans", "font.size": 9, "text.color": INK}


def fortran_order():
    """An image of 3 × 2 pixels in two channels, and the column that becomes of it."""
    figure = Figure(figsize=(6.4, 2.6))
    axes = figure.subplots()
    for channel, colour in enumerate((BLUE, ORANGE)):
        for i, j in np.ndindex(3, 2):
            place = (0.8 * j + 2.1 * channel, 2.4 - 0.7 * i)
            cell(axes, place, i + 3 * j + 6 * channel, colour, size=(0.8, 0.7))
        axes.text(0.8 + 2.1 * channel, 3.35, f"channel {channel}", color=colour, ha="center")
    axes.annotate("", (4.9, 2.05), (4.0, 2.05), arrowprops={"arrowstyle": "->", "color": INK})
    for place in range(12):
        cell(axes, (5.2 + 0.55 * place, 1.75), place, BLUE if place < 6 else ORANGE, size=(0.55, 0.6))
    axes.text(5.2, 1.2, "the column, written as a row", color=INK)
    axes.set(xlim=(-0.1, 12), ylim=(0.9, 3.8), aspect="equal")
    axes.set_axis_off()
    return figure


def cell(axes, place, number, colour, size):
    axes.add_patch(matplotlib.patches.Rectangle(place, *size, facecolor="white", edgecolor=colour, linewidth=1.3))
    middle = [corner + length / 2 for corner, length in zip(place, size, strict=True)]
    axes.text(*middle, str(number), ha="center", va="center", color=colour)


def tiny_images():
    """Eight digits, and the same ones in colours."""
    sys.path[:0] = [str(HERE.parent / "reference"), str(ROOT / "reference")]
    from images import load_images

    figure = Figure(figsize=(6.4, 1.8), layout="constrained")
    grid = figure.subplots(2, 8)
    for row, colours in zip(grid, (False, True), strict=True):
        x = load_images(HERE, colours).train.x
        for n, axes in enumerate(row):
            image = (x[..., n] - x[..., n].min()) / np.ptp(x[..., n])
            axes.imshow(image if colours else image[..., 0], cmap="gray")
            axes.set_axis_off()
    return figure


def draw(folder):
    """Write all figures into a folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    with matplotlib.rc_context(STYLE):
        for function in (fortran_order, tiny_images):
            paths.append(folder / f"{function.__name__}.svg")
            function().savefig(paths[-1], metadata={"Date": None}, bbox_inches="tight")
    return paths


if __name__ == "__main__":
    for path in draw(HERE / "figures"):
        print(f"wrote {path}")
