"""Draw the figure of the handout: `python handout/figures.py` writes figures/convnet.svg beside this file.

The same versions of matplotlib give the same bytes: letters are paths, and nothing in the file depends on the day.
"""

from pathlib import Path

import matplotlib
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

INK, GREY = "#20262e", "#8a929c"
BLUE, FILL, POOL = "#0b61a4", "#dcebf7", "#fbe6d6"
# Blocks: sides of the maps that go in, for images of 32 × 32 pixels, and channels of their convolutions.
BLOCKS = ((32, (64,)), (16, (128,)), (8, (256, 256)), (4, (512, 512)), (2, (512, 512)))


def box(axes, x, height, fill, text):
    """Draw a box of this height, centred on the line, and write a text upwards into it; return where it ends."""
    axes.add_patch(Rectangle((x, 1.35 - height / 2), 0.26, height, facecolor=fill, edgecolor=GREY, linewidth=0.8))
    axes.text(x + 0.13, 1.35, text, rotation=90, ha="center", va="center", fontsize=8)
    return x + 0.31


def convnet():
    """Return the figure of the ConvNet: a box for each convolution with its batch norm and ReLU, one for each pooling."""
    figure = Figure(figsize=(7.2, 2.5))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(-0.4, 6.8), ylim=(0, 2.5))
    axes.set_axis_off()
    axes.text(0.28, 1.35, "image", rotation=90, ha="center", va="center", fontsize=9)
    x = 0.55
    for place, (side, channels) in enumerate(BLOCKS):
        start, height = x, 2.0 - 0.18 * place
        for width in channels:
            x = box(axes, x, height, FILL, f"conv 3 × 3, {width}")
        x = box(axes, x, height - 0.12, POOL, "max pool")
        axes.text((start + x - 0.05) / 2, 0.12, f"{side} × {side}", ha="center", fontsize=9, color=BLUE)
        x += 0.17
    x = box(axes, x, 1.1, POOL, "average pool")
    x = box(axes, x + 0.05, 1.1, FILL, "linear, C")
    axes.text(x + 0.18, 1.35, "scores", rotation=90, ha="center", va="center", fontsize=9)
    axes.text(x - 0.5, 0.12, "1 × 1", ha="center", fontsize=9, color=BLUE)
    return figure


def draw(folder):
    """Write the figure into a folder and return its path, in a list."""
    folder.mkdir(parents=True, exist_ok=True)
    style = {"svg.fonttype": "path", "svg.hashsalt": "handout", "font.family": "DejaVu Sans", "text.color": INK}
    path = folder / "convnet.svg"
    with matplotlib.rc_context(style):
        convnet().savefig(path, metadata={"Date": None})
    return [path]


if __name__ == "__main__":
    for path in draw(Path(__file__).parent / "figures"):
        print(f"wrote {path}")
