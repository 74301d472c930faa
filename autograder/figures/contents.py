"""What a matplotlib figure shows, as numbers and texts: curves, images, labels, legends and ticks.

Everything is asked by methods of matplotlib's own objects and nothing of matplotlib is imported, so that the figure may as well
be a stand-in for one that lives in the submission's process. What has many parts is read over there, all of it at once. What
comes back is plain: arrays, numbers, strings.
"""

import re
from typing import Any, NamedTuple

import numpy as np

from autograder.compare.plain import type_name
from autograder.figures.own import assert_own
from autograder.standins import in_sandbox

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺−", "0123456789-+-")
POWER = re.compile(r"(?:(\d+(?:\.\d+)?)\s*[×·*]\s*)?10\s*(?:\^|\*\*)\s*([-+]?\d+)")
NUMBER = re.compile(r"(?:(?<![\w.])[-+])?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


class Curve(NamedTuple):
    """One line or one scatter of points.

    Attributes:
        x, y: float64, (n,) each; NaN where a point is masked.
        label: what its legend calls it, or its own label; "" where it has neither.
        axes: those in which it is.
    """

    x: np.ndarray
    y: np.ndarray
    label: str
    axes: Any


class Image(NamedTuple):
    """One image or mesh of coloured cells.

    Attributes:
        values: float64 (height, width), or (height, width, 3) of one that has colours in place of values.
        rows, columns: data coordinates of the centres of its rows, (height,), and columns, (width,), in the order of values.
        axes: those in which it is.
        artist: matplotlib's object.
    """

    values: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    axes: Any
    artist: Any

    def level(self, value: float) -> float:
        """Return where on the colour scale a value lies, from 0 to 1, or beyond."""
        if self.values.ndim == 3:
            return value / (255 if self.values.max() > 1 else 1)
        return float(self.artist.norm(value))


def is_figure(thing: Any) -> bool:
    return not isinstance(thing, (str, bytes, int, float, list, tuple, dict)) and hasattr(thing, "add_subplot")


def all_axes(place: Any) -> list[Any]:
    """Return the axes of a Figure; of axes, these alone. What is not matplotlib's own raises a Mismatch."""
    assert_own(place)
    return list(place.get_axes()) if is_figure(place) else [place]


def curves(place: Any) -> list[Curve]:
    """Return all lines and scatters of a Figure or of axes, as they were drawn one after the other in each of its axes."""
    assert_own(place)
    return [Curve(*drawn) for drawn in in_sandbox(drawn_curves)(place)]


def drawn_curves(place: Any) -> list[list]:
    """Return [x, y, label, axes] of each curve. It is read beside the submission, all of it at once."""

    def plain(values):
        if hasattr(values, "filled"):
            values = values.astype(float).filled(np.nan)
        return np.array(values, dtype=np.float64)

    def own_label(artist):
        label = str(artist.get_label()).strip()
        return "" if label.startswith("_") else label  # matplotlib's names for what has none

    def look_of(line):
        colour = line.get_color()
        return (colour if isinstance(colour, str) else tuple(np.ravel(colour)), line.get_linestyle(), str(line.get_marker()))

    def entries_beside(axes):
        for legend in [axes.get_legend(), *axes.get_figure().legends]:
            if legend is not None:
                yield from zip(legend.legend_handles, legend.get_texts(), strict=False)

    def label_of(line, axes):  # legend(["a", "b"]) labels no line: its entries look like them
        label = own_label(line)
        for handle, text in entries_beside(axes) if not label else ():
            if type(handle).__name__ == type(line).__name__ and look_of(handle) == look_of(line):
                return text.get_text().strip()
        return label

    def is_seen(artist):
        return artist.get_visible() and artist.get_alpha() != 0

    def leaves_ink(line):
        def nothing(style):
            return str(style).strip().lower() in ("none", "")

        stroke = not nothing(line.get_linestyle()) and not nothing(line.get_color()) and line.get_linewidth() > 0
        return stroke or not nothing(line.get_marker())

    found = []
    for axes in place.get_axes() if hasattr(place, "add_subplot") else [place]:
        if not is_seen(axes):
            continue
        for line in filter(leaves_ink, filter(is_seen, axes.get_lines())):
            x, y = plain(line.get_xdata(orig=False)), plain(line.get_ydata(orig=False))
            if x.shape == y.shape:
                found.append([x, y, label_of(line, axes), axes])
        for artist in filter(is_seen, axes.collections):
            if type(artist).__name__ == "PathCollection":  # what scatter draws
                offsets = plain(artist.get_offsets())
                found.append([offsets[:, 0], offsets[:, 1], own_label(artist), axes])
    return found


def images(place: Any) -> list[Image]:
    """Return all images and meshes of a Figure or of axes, in their order; colour bars are none."""
    assert_own(place)
    return [
        Image(opaque(values), centres_between(y), centres_between(x), axes, artist)
        for values, x, y, axes, artist in in_sandbox(drawn_images)(place)
    ]


def drawn_images(place: Any) -> list[list]:
    """Return [values, x, y, axes, artist] of each image, read beside the submission, all of it at once.

    x and y are where its columns and rows end, (width + 1,) and (height + 1,).
    """

    def plain(values):
        if hasattr(values, "filled"):
            values = values.astype(float).filled(np.nan)
        return np.array(values, dtype=np.float64)

    found = []
    for axes in place.get_axes() if hasattr(place, "add_subplot") else [place]:
        for artist in axes.get_images():
            values = plain(artist.get_array())
            left, right, bottom, top = artist.get_extent()
            first, last = (top, bottom) if artist.origin == "upper" else (bottom, top)
            edges = np.linspace(left, right, values.shape[1] + 1), np.linspace(first, last, len(values) + 1)
            found.append([values, *edges, axes, artist])
        for artist in axes.collections:
            if type(artist).__name__ in ("QuadMesh", "PolyQuadMesh"):  # pcolormesh and pcolor, and with them seaborn's heatmap
                corners = plain(artist.get_coordinates())  # (height + 1, width + 1, 2)
                values = plain(artist.get_array()).reshape(corners.shape[0] - 1, corners.shape[1] - 1, -1)
                found.append([values, corners[0, :, 0], corners[:, 0, 1], axes, artist])
    bars = [artist.colorbar.ax for *_, artist in found if artist.colorbar is not None]
    return [drawn for drawn in found if not any(drawn[3] is bar for bar in bars)]


def opaque(values: np.ndarray) -> np.ndarray:
    """Take the axis of a single value, or the alpha channel, off an image."""
    if values.ndim == 3:
        return values[:, :, 0] if values.shape[2] == 1 else values[:, :, :3]
    return values


def centres_between(ends: np.ndarray) -> np.ndarray:
    """Return the middles between neighbours, (n,) of (n + 1,)."""
    return (ends[1:] + ends[:-1]) / 2


# Texts


def axis_label(axes: Any, axis: str) -> str:
    """Return the label of the x or y axis: its own, that of axes which share this axis, or the whole figure's."""
    siblings = getattr(axes, f"get_shared_{axis}_axes")().get_siblings(axes)
    labels = [getattr(each, f"get_{axis}label")() for each in [axes, *siblings]]
    labels.append(getattr(axes.get_figure(), f"get_sup{axis}label")())
    return next((label for label in map(str.strip, labels) if label), "")


def title(axes: Any) -> str:
    """Return the title of axes, wherever above them it stands; where there is none, the label of the x axis."""
    titles = [axes.get_title(loc=place).strip() for place in ("center", "left", "right")]
    return " ".join(filter(None, titles)) or axes.get_xlabel().strip()


def tick_labels(axes: Any, axis: str) -> list[tuple[float, str]]:
    """Return position and text of each tick of the x or y axis that has a text."""
    texts = [text.get_text().strip() for text in getattr(axes, f"get_{axis}ticklabels")()]
    places = [float(place) for place in getattr(axes, f"get_{axis}ticks")()]
    return [(place, text) for place, text in zip(places, texts, strict=False) if text]


def texts(axes: Any) -> list[tuple[float, float, str]]:
    """Return x, y and content of each text that was put into axes."""
    return [(*map(float, text.get_position()), text.get_text().strip()) for text in axes.texts]


def legend_texts(place: Any) -> list[str]:
    """Return the texts of all legends of a Figure or of axes."""
    assert_own(place)
    return list(dict.fromkeys(in_sandbox(entries_of_legends)(place)))


def entries_of_legends(place: Any) -> list[str]:
    """Return the text of each entry of each legend, read beside the submission."""
    every = place.get_axes() if hasattr(place, "add_subplot") else [place]
    legends = [legend for axes in every for legend in [axes.get_legend(), *axes.get_figure().legends] if legend is not None]
    return [text.get_text().strip() for legend in legends for text in legend.get_texts()]


def numbers_in(text: str) -> list[float]:
    """Return the numbers of a text in their order, 1e-3, 0.001, 10⁻³ and mathtext such as $10^{-3}$ or $2 \\times 10^{-3}$."""
    for command, sign in ((r"\times", "×"), (r"\cdot", "·"), (r"\mathdefault", ""), (r"\,", "")):
        text = text.replace(command, sign)
    text = re.sub("10(?=[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺])", "10^", text).translate(SUPERSCRIPTS)
    text = re.sub(r"[${}]", "", text)
    text = POWER.sub(lambda power: f"{power[1] or 1}e{int(power[2])}", text)
    return [float(number) for number in NUMBER.findall(text)]


def describe(thing: Any) -> str:
    """What was returned in place of a figure, in words."""
    if thing is None:
        return "None (return the figure that was made; plt.show() gives nothing back)"
    return f"an object of type {type_name(thing)}"
