"""Draw the figures of the handout: `python handout/figures.py` writes figures/*.svg beside this file.

The networks are drawn by the figures.py of the repository's first assignment, whose hand calculations are about the same ones.
"""

import importlib.util
import sys
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

ASSIGNMENT = Path(__file__).resolve().parents[1]
REPOSITORY = ASSIGNMENT.parents[1]


def first_assignment():
    """Return the module that draws the figures of the first assignment's handout."""
    spec = importlib.util.spec_from_file_location("_figures_of_the_first", REPOSITORY / "handout" / "figures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def digits():
    """The first three training images of each class."""
    sys.path[:0] = [str(ASSIGNMENT / "reference"), str(REPOSITORY / "reference")]
    from data import load
    from make_data import small_set

    images = small_set(load(Path(__file__).parent))["train_x"].reshape(10, -1, 28, 28)[:, :3]  # (10, 3, 28, 28)
    figure = Figure(figsize=(7.2, 2.3))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.imshow(np.concatenate([np.concatenate(list(three), axis=0) for three in images], axis=1), cmap="gray_r")
    return figure


def draw(folder):
    """Write all figures into a folder and return their paths."""
    first = first_assignment()
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for function in (digits, first.network_2_2_1, first.network_6_4_3, first.symmetric_network):
        paths.append(folder / f"{function.__name__}.svg")
        with first.matplotlib.rc_context(first.STYLE), first.matplotlibs_own_letters():
            function().savefig(paths[-1], transparent=True, metadata={"Date": None})
    return paths


if __name__ == "__main__":
    for path in draw(Path(__file__).parent / "figures"):
        print(f"wrote {path}")
