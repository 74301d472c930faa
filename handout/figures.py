"""Draw the figures of the handout: `python handout/figures.py` writes figures/*.svg beside this file.

They are drawn for a light card, on which the page shows them in dark mode too. The same versions of matplotlib and NumPy give
the same bytes: letters are paths, and nothing in a file depends on the day.
"""

from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle

INK, GREY, BLUE, ORANGE, GREEN = "#20262e", "#8a929c", "#0b61a4", "#b8500b", "#1f7a4d"
FILLS = {BLUE: "#dcebf7", ORANGE: "#fbe6d6", GREEN: "#dcf0e4", GREY: "#eef0f2"}
STYLE = {
    "svg.fonttype": "path",
    "svg.hashsalt": "handout",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9.5,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
}


@contextmanager
def matplotlibs_own_letters():
    """While this lasts, fonts are those that come with matplotlib, not other versions of them that this machine has."""
    known, fontManager.ttflist = fontManager.ttflist, []
    for path in sorted(Path(matplotlib.get_data_path(), "fonts", "ttf").glob("*.ttf")):
        fontManager.addfont(path)  # which also makes it forget what it has found
    try:
        yield
    finally:
        fontManager.ttflist = known


# What the drawings are made of


def canvas(width, height):
    """Return a figure and its axes, one unit an inch, without frame."""
    figure = Figure(figsize=(width, height))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.set_axis_off()
    return figure, axes


def box(axes, x, y, text, colour=GREY, width=1.0, height=0.5, size=9):
    """Draw a rounded box around (x, y)."""
    corner = (x - width / 2, y - height / 2)
    shape = FancyBboxPatch(
        corner, width, height, boxstyle="round,pad=0,rounding_size=0.07", fc=FILLS[colour], ec=colour, lw=1.2
    )
    axes.add_patch(shape)
    axes.text(x, y, text, ha="center", va="center", size=size)


def arrow(axes, start, end, colour=INK, text="", offset=(0, 0.12), bend=0.0, width=1.3, size=8.5):
    """Draw an arrow with its text beside the middle."""
    line = FancyArrowPatch(
        start, end, arrowstyle="-|>", mutation_scale=10, lw=width, color=colour, shrinkA=0, shrinkB=0,
        connectionstyle=f"arc3,rad={bend}",
    )  # fmt: skip
    axes.add_patch(line)
    middle = (start[0] + end[0]) / 2 + offset[0], (start[1] + end[1]) / 2 + offset[1]
    axes.text(*middle, text, ha="center", va="center", color=colour, size=size)


def unit(axes, x, y, text, colour=GREY, radius=0.24):
    """Draw one unit of a network."""
    axes.add_patch(Circle((x, y), radius, fc=FILLS[colour], ec=colour, lw=1.2, zorder=3))
    axes.text(x, y, text, ha="center", va="center", size=9, zorder=4)


def wires(axes, sources, targets, radius=0.24, **line):
    """Connect all of some units with all of some others."""
    for x0, y0 in sources:
        for x1, y1 in targets:
            length = np.hypot(x1 - x0, y1 - y0)
            dx, dy = radius * (x1 - x0) / length, radius * (y1 - y0) / length
            axes.plot([x0 + dx, x1 - dx], [y0 + dy, y1 - dy], **({"color": GREY, "lw": 0.7, "zorder": 1} | line))


# The figures


def computational_graph():
    """The network as a row of modules, values above, gradients below."""
    figure, axes = canvas(7.2, 2.75)
    names = ["linear", "ReLU", "linear", "softmax", "cross-\nentropy"]
    colours = [BLUE, GREEN, BLUE, GREEN, ORANGE]
    places = [1.25, 2.5, 3.75, 5.0, 6.25]
    y = 1.4
    for x, name, colour in zip(places, names, colours, strict=True):
        box(axes, x, y, name, colour, width=0.78, height=0.62)
    ends = [0.4, *places, 7.0]
    values = ["$X$", "$Z$", "$H$", "$U$", "$Y$", "$L$"]
    for i, value in enumerate(values):
        left = ends[i] + (0.39 if i else -0.2)
        right = ends[i + 1] - (0.39 if i < 5 else -0.1)
        arrow(axes, (left, y + 0.14), (right, y + 0.14), INK, value, (0, 0.15))
        if i < 5:
            gradient = rf"$\partial L/\partial {value[1]}$"
            arrow(axes, (right, y - 0.14), (left, y - 0.14), ORANGE, gradient, (0, -0.42), size=8)
            axes.plot([(left + right) / 2] * 2, [y - 0.2, y - 0.43], color=ORANGE, lw=0.6)
    for x, number in ((places[0], 1), (places[2], 2)):
        arrow(axes, (x - 0.13, 2.38), (x - 0.13, y + 0.31), INK)
        arrow(axes, (x + 0.13, y + 0.31), (x + 0.13, 2.38), ORANGE)
        axes.text(x - 0.18, 2.52, f"$W_{number}, b_{number}$", ha="right", va="center", size=9)
        axes.text(
            x + 0.1,
            2.52,
            rf"$\partial L/\partial W_{number},\ \partial L/\partial b_{number}$",
            size=8,
            color=ORANGE,
            va="center",
        )
    arrow(axes, (places[4], 2.38), (places[4], y + 0.31), INK)
    axes.text(places[4], 2.52, "targets $T$", ha="center", va="center")
    axes.text(0.2, 0.3, "forward: values", color=INK, weight="bold")
    axes.text(2.0, 0.3, "backward: gradients of the loss", color=ORANGE, weight="bold")
    return figure


def linear_shapes():
    """Y = X Wᵀ + b as rectangles."""
    figure, axes = canvas(7.2, 2.5)
    axes.set_xlim(-0.35, 6.85)
    S, M, N = 1.5, 1.0, 0.62
    top = 2.05

    def matrix(x, height, width, name, colour, rows, columns, y=top):
        axes.add_patch(Rectangle((x, y - height), width, height, fc=FILLS[colour], ec=colour, lw=1.2))
        axes.text(x + width / 2, y - height / 2, name, ha="center", va="center", size=11)
        axes.text(x - 0.08, y - height / 2, rows, ha="right", va="center", color=GREY)
        axes.text(x + width / 2, y + 0.1, columns, ha="center", va="bottom", color=GREY)

    matrix(0.5, S, M, "$X$", GREY, "$S$", "$M$")
    axes.add_patch(Rectangle((0.5, top - 0.5), M, 0.2, fc=BLUE, ec="none", alpha=0.25))
    axes.text(0.5 + M / 2, 0.32, "one row is\none sample", ha="center", va="center", size=8, color=BLUE)
    axes.text(1.85, top - S / 2, "·", ha="center", va="center", size=16)
    matrix(2.3, M, N, r"$W^\top$", BLUE, "$M$", "$N$")
    axes.text(2.3 + N / 2, 0.32, "one column is\none unit", ha="center", va="center", size=8, color=BLUE)
    axes.text(3.3, top - S / 2, "+", ha="center", va="center", size=14)
    matrix(3.85, 0.2, N, "$b$", BLUE, "1", "$N$")
    for i in range(1, 8):
        corner = (3.85, top - 0.2 * i - 0.2 * (0.5 if i == 7 else 1))
        axes.add_patch(Rectangle(corner, N, 0.1 if i == 7 else 0.2, fc="none", ec=BLUE, lw=0.6, ls=(0, (3, 2)), alpha=0.7))
    axes.text(3.85 + N / 2, 0.32, "the same in every row,\nby broadcasting", ha="center", va="center", size=8, color=BLUE)
    axes.text(4.95, top - S / 2, "=", ha="center", va="center", size=14)
    matrix(5.55, S, N, "$Y$", GREEN, "$S$", "$N$")
    axes.add_patch(Rectangle((5.55, top - 0.5), N, 0.2, fc=BLUE, ec="none", alpha=0.25))
    return figure


def residual_block():
    """A linear-activation-linear block with a skip connection."""
    figure, axes = canvas(7.2, 1.9)
    y = 0.65
    places = [2.0, 3.4, 4.8]
    for x, name, colour in zip(
        places, ["linear\n$N_1$ units", "activation\n$h$", "linear\n$N_2$ units"], [BLUE, GREEN, BLUE], strict=True
    ):
        box(axes, x, y, name, colour, width=0.95, height=0.62, size=8.5)
    arrow(axes, (0.55, y), (places[0] - 0.48, y), INK, "$X$", (-0.35, 0.16))
    axes.text(0.75, y - 0.2, r"$(S, M)$", color=GREY, ha="center", size=8)
    for left, right in pairwise(places):
        arrow(axes, (left + 0.48, y), (right - 0.48, y), INK)
    arrow(axes, (places[2] + 0.48, y), (5.78, y), INK)
    axes.add_patch(Circle((5.95, y), 0.17, fc="white", ec=INK, lw=1.2))
    axes.text(5.95, y - 0.01, "+", ha="center", va="center", size=12)
    arrow(axes, (6.12, y), (6.8, y), INK, "$Y$", (0, 0.16))
    axes.plot([1.2, 1.2, 5.95], [y, 1.55, 1.55], color=ORANGE, lw=1.6)
    arrow(axes, (5.95, 1.55), (5.95, y + 0.17), ORANGE, width=1.6)
    axes.text(3.4, 1.68, "skip connection: $X$ as it is", ha="center", color=ORANGE)
    return figure


def layered(columns, labels, colours, width, height, gap, titles):
    """Draw a layered network: a column of units for each layer, bias units in grey."""
    figure, axes = canvas(width, height)
    points = []
    for x, count in zip(columns, [len(column) for column in labels], strict=True):
        ys = height / 2 - 0.12 + gap * (np.arange(count)[::-1] - (count - 1) / 2)
        points.append([(x, y) for y in ys])
    for i, column in enumerate(points):
        for (x, y), text in zip(column, labels[i], strict=True):
            unit(axes, x, y, text, GREY if text in ("1", "$x_0$", "$z_0$") else colours[i])
        if i + 1 < len(points):
            receiving = [p for p, text in zip(points[i + 1], labels[i + 1], strict=True) if text not in ("1", "$z_0$")]
            wires(axes, column, receiving)
    for x, title in zip(columns, titles, strict=True):
        axes.text(x, height - 0.14, title, ha="center", va="center", size=8.5, color=INK)
    return figure, axes, points


def network_6_4_3():
    """The network of the hand calculations, with the units that are always 1."""
    labels = [[f"$x_{i}$" for i in range(7)], [f"$z_{j}$" for j in range(5)], [rf"$\hat{{y}}_{k}$" for k in (1, 2, 3)]]
    titles = ["input, $x_0 = 1$", "hidden, sigmoid, $z_0 = 1$", "output, softmax"]
    figure, axes, points = layered((1.0, 3.6, 6.2), labels, (BLUE, GREEN, ORANGE), 7.2, 4.5, 0.58, titles)
    for (start, end), text, side in (
        ((points[0][2], points[1][1]), r"$\alpha_{1,2}$", 0.5),
        ((points[1][1], points[2][0]), r"$\beta_{1,1}$", 0.5),
    ):
        wires(axes, [start], [end], color=INK, lw=1.5, zorder=2)
        x, y = start[0] + side * (end[0] - start[0]), start[1] + side * (end[1] - start[1])
        axes.text(x, y + 0.05, text, ha="center", va="center", size=10, bbox={"fc": "white", "ec": "none", "pad": 1}, zorder=5)
    axes.text(2.3, 0.12, r"weights $\alpha$", ha="center", va="center", size=9, color=INK)
    axes.text(4.9, 0.12, r"weights $\beta$", ha="center", va="center", size=9, color=INK)
    return figure


def network_2_2_1():
    """The small regression network."""
    labels = [["$x_1$", "$x_2$"], ["$h_1$", "$h_2$"], [r"$\hat{y}$"]]
    titles = ["input", "hidden, ReLU", "output, linear"]
    figure, axes, _ = layered((1.3, 3.6, 5.9), labels, (BLUE, GREEN, ORANGE), 7.2, 2.3, 0.85, titles)
    axes.text(2.45, 0.17, r"$W^{(1)},\ b^{(1)}$", ha="center", va="center")
    axes.text(4.75, 0.17, r"$w^{(2)},\ b^{(2)}$", ha="center", va="center")
    return figure


def symmetric_network():
    """Two hidden units that start alike."""
    labels = [["$x_1$", "$x_2$", "$x_3$"], [r"$\sigma(z_1)$", r"$\sigma(z_2)$"], ["$y$"]]
    figure, axes, _ = layered((1.3, 3.6, 5.9), labels, (BLUE, GREEN, ORANGE), 7.2, 2.5, 0.72, ["input", "hidden", "output"])
    axes.text(2.45, 2.0, "$w_1$", ha="center", size=10, color=INK)
    axes.text(2.45, 0.42, "$w_2$", ha="center", size=10, color=INK)
    axes.text(4.75, 1.75, "$v_1$", ha="center", size=10, color=INK)
    axes.text(4.75, 0.68, "$v_2$", ha="center", size=10, color=INK)
    return figure


def activations():
    """Activation functions and their derivatives."""
    x = np.linspace(-4, 4, 401)
    sigmoid = 1 / (1 + np.exp(-x))
    curves = {
        "ReLU": (np.maximum(x, 0), np.where(x > 0, 1.0, 0.0)),
        "ELU, $\\alpha = 1$": (np.where(x > 0, x, np.expm1(np.minimum(x, 0))), np.where(x > 0, 1.0, np.exp(np.minimum(x, 0)))),
        "sigmoid": (sigmoid, sigmoid * (1 - sigmoid)),
        "tanh": (np.tanh(x), 1 - np.tanh(x) ** 2),
    }
    figure = Figure(figsize=(7.2, 2.1), layout="constrained")
    for axes, (name, (value, slope)) in zip(figure.subplots(1, 4), curves.items(), strict=True):
        axes.axhline(0, color=GREY, lw=0.6)
        axes.axvline(0, color=GREY, lw=0.6)
        axes.plot(x, value, color=BLUE, label="$h(x)$")
        axes.plot(x, slope, color=ORANGE, ls=(0, (4, 1.5)), label="$h'(x)$")
        axes.set(title=name, xlim=(-4, 4), ylim=(-1.3, 2.2), xlabel="$x$", xticks=(-4, 0, 4), yticks=(-1, 0, 1, 2))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return figure


def batch_norm():
    """One batch with two features, before and after."""
    rng = np.random.default_rng(3)
    raw = rng.normal(size=(60, 2)) @ np.array([[2.2, 0.5], [0.0, 0.6]]) + np.array([3.5, -1.5])
    normalised = (raw - raw.mean(axis=0)) / raw.std(axis=0)
    gamma, beta = np.array([0.6, 1.5]), np.array([1.5, 1.0])
    figure = Figure(figsize=(7.2, 2.7), layout="constrained")
    titles = ["$x$", r"$\hat{x}$: mean 0, variance 1", r"$y = \gamma\,\hat{x} + \beta$"]
    points = [raw, normalised, gamma * normalised + beta]
    for axes, title, values, colour in zip(figure.subplots(1, 3), titles, points, (INK, BLUE, GREEN), strict=True):
        axes.axhline(0, color=GREY, lw=0.6)
        axes.axvline(0, color=GREY, lw=0.6)
        axes.scatter(*values.T, s=11, color=colour, alpha=0.75, lw=0)
        axes.set(title=title, xlim=(-4.5, 9), ylim=(-5, 5.5), xlabel="feature 1", aspect="equal")
        axes.set(xticks=(-4, 0, 4, 8), yticks=(-4, 0, 4))
    figure.axes[0].set_ylabel("feature 2")
    return figure


def confusion_matrix():
    """What the cells of a confusion matrix are for one class."""
    figure, axes = canvas(7.2, 2.75)
    names = ["class 0", "class 1", "class 2", "class 3"]
    left, top, cell = 2.0, 2.1, 0.5
    kinds = {"TP": GREEN, "FN": ORANGE, "FP": BLUE, "TN": GREY}
    for i in range(4):
        for j in range(4):
            kind = "TP" if i == j == 1 else "FN" if i == 1 else "FP" if j == 1 else "TN"
            corner = (left + j * cell, top - (i + 1) * cell)
            axes.add_patch(Rectangle(corner, cell, cell, fc=FILLS[kinds[kind]], ec="white", lw=2))
            axes.text(corner[0] + cell / 2, corner[1] + cell / 2, kind, ha="center", va="center", size=8.5, color=INK)
        axes.text(
            left - 0.1, top - (i + 0.5) * cell, names[i], ha="right", va="center", size=8, weight="bold" if i == 1 else "normal"
        )
        axes.text(
            left + (i + 0.5) * cell,
            top + 0.07,
            names[i][-1],
            ha="center",
            va="bottom",
            size=8,
            weight="bold" if i == 1 else "normal",
        )
    axes.text(left + 2 * cell, top + 0.34, "predicted", ha="center", color=INK)
    axes.text(0.95, top - 2 * cell, "target", ha="center", va="center", rotation=90, color=INK)
    lines = [
        ("TP", "class 1, and predicted so"),
        ("FN", "class 1, missed: the rest of the row"),
        ("FP", "taken for class 1: the rest of the column"),
        ("TN", "neither: everything else"),
    ]
    for i, (kind, text) in enumerate(lines):
        y = top - 0.27 - 0.5 * i
        axes.add_patch(Rectangle((4.35, y - 0.1), 0.2, 0.2, fc=FILLS[kinds[kind]], ec=kinds[kind], lw=0.8))
        axes.text(4.65, y, f"{kind}  {text}", va="center", size=8)
    axes.set_xlim(0.6, 7.8)
    return figure


def schedules():
    """The four schedules over 20 epochs."""
    epochs = np.arange(20)
    warm = 4  # a fifth of them
    cosine = (1 + np.cos(np.pi * epochs / 20)) / 2
    after = (1 + np.cos(np.pi * (epochs - warm) / (20 - warm))) / 2
    curves = {
        "constant": np.ones(20),
        "step": np.select([epochs < 10, epochs < 15], [1.0, 0.1], 0.01),
        "cosine": cosine,
        "warmup": np.where(epochs < warm, (epochs + 1) / warm, after),
    }
    figure = Figure(figsize=(7.2, 2.0), layout="constrained")
    for axes, (name, values), colour in zip(
        figure.subplots(1, 4, sharey=True), curves.items(), (INK, ORANGE, BLUE, GREEN), strict=True
    ):
        axes.plot(epochs, values, color=colour, marker=".", ms=5, lw=1)
        axes.set(title=name, xlabel="epoch", xticks=(0, 5, 10, 15, 19), ylim=(0, 1.08))
    figure.axes[0].set(ylabel="learning rate / lr", yticks=(0, 0.5, 1))
    return figure


def initialisation():
    """Second moment of the outputs of twelve ReLU layers of 256 units, for four variances of the weights."""
    rng = np.random.default_rng(0)
    M, S, depth = 256, 512, 12
    figure = Figure(figsize=(7.2, 2.7), layout="constrained")
    axes = figure.subplots()
    variances = [("$4 / M$", 4 / M, ORANGE), ("$2 / M$", 2 / M, GREEN), ("$1 / M$", 1 / M, BLUE), ("$1 / M^2$", 1 / M**2, INK)]
    for name, variance, colour in variances:
        x = rng.normal(size=(S, M))
        moments = []
        for _ in range(depth):
            f = x @ rng.normal(0, np.sqrt(variance), size=(M, M)).T
            moments.append((f**2).mean())
            x = np.maximum(f, 0)
        axes.semilogy(range(1, depth + 1), moments, marker=".", color=colour)
        last = max(i for i, moment in enumerate(moments) if moment > 1e-15)  # the last one that is not below the axis
        axes.text(last + 1.2, moments[last], f"variance {name}", color=colour, va="center")
    axes.set(xlabel="layer", ylabel=r"mean of $f^2$ before the ReLU", xlim=(0.8, depth + 2.6), ylim=(1e-16, 1e6))
    axes.set_xticks(range(1, depth + 1))
    return figure


def saddle_point():
    """Gradient descent on f(x, y) = (x² - y²) / 2, begun close to the axis that leads into the saddle."""
    lr, steps = 0.25, 19
    path = [np.array([-2.6, 0.012])]
    for _ in range(steps):
        x, y = path[-1]
        path.append(np.array([x - lr * x, y + lr * y]))
    path = np.array(path)
    grid = np.linspace(-3, 3, 121)
    X, Y = np.meshgrid(grid, grid * 0.4)
    figure = Figure(figsize=(7.2, 2.7), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1.5, 1])
    left.contour(X, Y, (X**2 - Y**2) / 2, levels=np.linspace(-0.6, 4, 16), colors=GREY, linewidths=0.6)
    left.plot(*path.T, color=ORANGE, marker=".", ms=6, lw=1.2)
    left.plot(0, 0, marker="x", color=INK, ms=7)
    left.set(xlabel="$x$, curved upwards", ylabel="$y$, curved downwards", xlim=(-3, 1), ylim=(-0.4, 1.0), title="The path")
    gradients = np.hypot(*path.T)
    right.semilogy(range(steps + 1), gradients, color=BLUE, marker=".", ms=6, lw=1.2)
    right.set(xlabel="step", ylabel=r"$\|\nabla f\|$", title="The gradient on the way", xticks=(0, 5, 10, 15))
    right.set_yticks((0.2, 0.5, 1, 2), labels=("0.2", "0.5", "1", "2"))
    right.minorticks_off()
    return figure


FIGURES = (
    activations, batch_norm, computational_graph, confusion_matrix, initialisation, linear_shapes, network_2_2_1, network_6_4_3,
    residual_block, saddle_point, schedules, symmetric_network,
)  # fmt: skip


def draw(folder):
    """Write all figures into a folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for function in FIGURES:
        paths.append(folder / f"{function.__name__}.svg")
        with matplotlib.rc_context(STYLE), matplotlibs_own_letters():
            function().savefig(paths[-1], transparent=True, metadata={"Date": None})
    return paths


if __name__ == "__main__":
    for path in draw(Path(__file__).parent / "figures"):
        print(f"wrote {path}")
