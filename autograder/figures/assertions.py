"""Checks of matplotlib figures for suites: what a figure shows counts, not how it was drawn.

    from autograder.figures import assert_curve, assert_curves, assert_labelled, assert_legend, assert_scale

    def test_the_accuracy_figure_shows_the_accuracies(rng):
        rates, accuracies = [0.01, 0.1, 1.0], rng.uniform(size=3)
        figure = accuracy_figure(rates, accuracies.tolist())     # of the submission; a matplotlib Figure
        axes = assert_curve(figure, accuracies, x=rates)         # a line or points, in any axes; further curves do no harm
        assert_labelled(figure)
        assert_scale(axes, "x", "log", "learning rates need a logarithmic one")

    def test_each_run_has_a_line():
        figure = loss_figure({0.1: [2.3, 1.0], 1.0: [2.3, float("nan")]})
        assert_curves(figure, {0.1: [2.3, 1.0], 1.0: [2.3, float("nan")]})    # by label: "0.1", "lr = 1e-1", "$10^{-1}$"
        assert_legend(figure, [0.1, 1.0])

The numbers are compared with those that the suite gave to the submission, so make them up in the test. What is asked of labels
must stand in the task: that there are some, which words or numbers are in them. A figure may have been made with pyplot or
without, by plot, semilogx, scatter or step, imshow or pcolormesh; labels may be those of the axes, of axes that share theirs,
or of the whole figure; a legend may belong to either. Bars are no curves.

What else a figure shows is read with the functions of `autograder.figures`: curves, images, texts, titles, ticks.
Like these, the checks use methods of matplotlib's objects only, so that they work on stand-ins. They raise `Mismatch`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from autograder.compare.mismatch import Mismatch
from autograder.figures.contents import (
    Curve,
    Image,
    all_axes,
    axis_label,
    curves,
    describe,
    images,
    is_figure,
    legend_texts,
    numbers_in,
    texts,
    tick_labels,
)
from autograder.figures.own import assert_own

RELATIVE, ABSOLUTE = 1e-5, 1e-9  # figures of float32 numbers are right ones
Name = str | int | float


def assert_figure(figure: Any, what: str = "the function") -> None:
    """Ask for a matplotlib Figure that has axes."""
    __tracebackhide__ = True
    if not is_figure(figure):
        raise Mismatch("type", what, f"{what} returned {describe(figure)}, expected a matplotlib Figure")
    if not all_axes(figure):
        raise Mismatch("value", what, "the figure is empty: it has no axes")


def assert_labelled(place: Any, what: str = "the figure") -> None:
    """Ask for a label of the x and of the y axis, of all axes in which something is shown."""
    __tracebackhide__ = True
    assert_figure_or_axes(place)
    shown = [curve.axes for curve in curves(place)] + [image.axes for image in images(place)]
    for axes in unique(shown or all_axes(place)):
        for axis in ("x", "y"):
            if not axis_label(axes, axis):
                raise Mismatch("value", what, f"the {axis} axis of {what} has no label")


def assert_scale(axes: Any, axis: str, scale: str, why: str = "") -> None:
    """Ask for the scale of an axis, such as "log" or "linear".

    Args:
        axis: "x" or "y".
        why: what the message ends with.
    """
    __tracebackhide__ = True
    assert_own(axes)
    found = getattr(axes, f"get_{axis}scale")()
    if found != scale:
        reason = f"; {why}" if why else ""
        raise Mismatch("value", f"the {axis} axis", f"the {axis} axis has scale {found!r}, expected {scale!r}{reason}")


def assert_legend(place: Any, expected: Iterable[Name], what: str = "the figure") -> None:
    """Ask for legends that name all of these, each in an entry of its own (see `names`)."""
    __tracebackhide__ = True
    assert_figure_or_axes(place)
    wanted, entries = list(expected), legend_texts(place)
    if not entries:
        raise Mismatch("value", what, f"{what} has no legend")
    for name in wanted:
        if not any(names(entry, name, wanted) for entry in entries):
            raise Mismatch("value", what, f"the legend of {what} does not name {name}: its entries are {entries}")
    found = entry_of_each(wanted, entries)
    if len(found) < len(wanted):
        text = (
            f"the legend of {what} has no entry of its own for each of {', '.join(map(str, wanted))}: its entries are {entries}"
        )
        raise Mismatch("value", what, text)
    assert_told_apart(found, f"the legend of {what}")


def assert_curve(place: Any, y: Sequence[float], x: Any = None, label: Name | None = None, what: str = "") -> Any:
    """Ask for a curve that shows these numbers, in any axes, and return the axes.

    Points that are NaN or infinite on either side do not count; nor, where x is given, does their order.

    Args:
        place: a Figure or axes.
        y: (n,).
        x: (n,), or (k, n) of which any row is right, such as epochs from 0 and from 1; None for any.
        label: what its label, or its entry in the legend, must name (see `names`); None for any.
        what: what the numbers are, for messages.
    """
    __tracebackhide__ = True
    assert_figure_or_axes(place)
    return find_curve(curves(place), y, x, label, what, ()).axes


def assert_curves(place: Any, expected: Mapping[Any, Sequence[float]], x: Any = None, what: str = "") -> None:
    """Ask for a curve for each name, with a label, or an entry in the legend, that names it and tells it from the others.

    Args:
        expected: y, (n,), of each curve by its name, a text or a number.
        x: as in `assert_curve`, the same for each.
        what: what the curves are, for messages, such as "learning rate".
    """
    __tracebackhide__ = True
    assert_figure_or_axes(place)
    found = curves(place)
    labels = {name: find_curve(found, y, x, name, f"{what} {name}".strip(), expected).label for name, y in expected.items()}
    assert_told_apart(labels, "the figure")


def assert_no_curve(place: Any, y: Sequence[float], what: str) -> None:
    """Ask that no curve shows these numbers; `what` says what they are, such as "the numbers of an earlier call"."""
    __tracebackhide__ = True
    assert_figure_or_axes(place)
    if any(same_points(curve, y, None) for curve in curves(place)):
        raise Mismatch("value", what, f"the figure shows {what}")


def assert_told_apart(labels: Mapping[Name, str], what: str) -> None:
    """Refuse two labels that could as well change places, because each names both of two names.

    A label may hold the number of another curve by chance, as in "1: rate 0.1" and "2: rate 1".
    """
    __tracebackhide__ = True
    for one, other in combinations(labels, 2):
        if names(labels[one], other, labels) and names(labels[other], one, labels):
            text = (
                f"in {what} {labels[one]!r} and {labels[other]!r} each name both {one} and {other}: nobody can tell them apart"
            )
            raise Mismatch("value", what, text)


def entry_of_each(wanted: Sequence[Name], entries: Sequence[str]) -> dict[Name, str]:
    """Return an entry for each name, no entry twice, as far as there are such (by augmenting paths, Kuhn 1955)."""
    owner: dict[str, Name] = {}

    def place(name: Name, tried: set[str]) -> bool:
        for entry in entries:
            if entry not in tried and names(entry, name, wanted):
                tried.add(entry)
                if entry not in owner or place(owner[entry], tried):
                    owner[entry] = name
                    return True
        return False

    for name in wanted:
        place(name, set())
    found = {name: entry for entry, name in owner.items()}
    return {name: found[name] for name in wanted if name in found}


def find_curve(
    found: Sequence[Curve], y: Sequence[float], x: Any, label: Name | None, what: str, among: Iterable[Name]
) -> Curve:
    __tracebackhide__ = True
    wanted = what or (str(label) if label is not None else "the numbers that were given")
    right = [curve for curve in found if same_points(curve, y, x)]
    for curve in right:
        if label is None or names(curve.label, label, among):
            return curve
    if right:
        has = f"is labelled {right[0].label!r}" if right[0].label else "has no label, and no entry in a legend"
        raise Mismatch("value", wanted, f"the curve of {wanted} {has}; expected one that names {label}")
    for curve in found:
        if label is not None and names(curve.label, label, among):
            raise difference(curve, y, x, f"the curve labelled {curve.label!r}", wanted)
    if not found:
        raise Mismatch("value", wanted, "the figure shows no line and no points")
    close = [curve for curve in found if same_points(curve, y, None)] or (found if len(found) == 1 else [])
    if close:
        raise difference(close[0], y, x, "the curve", wanted)
    text = f"none of the {len(found)} curves of the figure shows {wanted}"
    raise Mismatch("value", wanted, text + percent_advice(found, y))


def difference(curve: Curve, y: Sequence[float], x: Any, name: str, wanted: str) -> Mismatch:
    """Say where a curve first differs from the numbers that it should show."""
    goal_x, goal = finite_points(None if x is None else np.atleast_2d(np.asarray(x, dtype=np.float64))[0], y)
    found_x, found = finite_points(curve.x, curve.y)
    if same_points(curve, y, None):
        wrong = next((i for i, (a, b) in enumerate(zip(found_x, goal_x, strict=True)) if not is_close(a, b)), 0)
        head = f"{name} shows {wanted}, but at other places on the x axis"
        return Mismatch("value", wanted, f"{head}: got x = {found_x[wrong]:g}, expected {goal_x[wrong]:g}", head)
    if len(found) != len(goal):
        text = f"{name} has {len(found)} points, expected {len(goal)}, those of {wanted}"
        return Mismatch("value", wanted, text + percent_advice([curve], y))
    wrong = next((i for i, (a, b) in enumerate(zip(found, goal, strict=True)) if not is_close(a, b)), 0)
    head = f"{name} shows other numbers than {wanted}: at x = {found_x[wrong]:g}"
    advice = percent_advice([curve], y)
    return Mismatch("value", wanted, f"{head}: got {found[wrong]:.6g}, expected {goal[wrong]:.6g}{advice}", head + advice)


def percent_advice(found: Sequence[Curve], y: Sequence[float]) -> str:
    hundredfold = 100 * np.asarray(y, dtype=np.float64)
    return "; they are in percent, expected fractions" if any(same_points(curve, hundredfold, None) for curve in found) else ""


def same_points(curve: Curve, y: Any, x: Any) -> bool:
    """Whether a curve shows the finite ones among the points (x, y), where x is as in `assert_curve`."""
    found_x, found_y = finite_points(curve.x, curve.y)
    if x is None:
        _, goal = finite_points(None, y)
        from_left = found_y[np.argsort(found_x, kind="stable")]
        return len(found_y) == len(goal) and bool(np.all(is_close(found_y, goal)) or np.all(is_close(from_left, goal)))
    for row in np.atleast_2d(np.asarray(x, dtype=np.float64)):
        goal_x, goal = finite_points(row, y)
        if len(found_y) == len(goal):
            ours, theirs = np.lexsort((goal, goal_x)), np.lexsort((found_y, found_x))
            if np.all(is_close(found_x[theirs], goal_x[ours])) and np.all(is_close(found_y[theirs], goal[ours])):
                return True
    return False


def finite_points(x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    y = np.asarray(y, dtype=np.float64)
    x = np.arange(len(y), dtype=np.float64) if x is None else np.asarray(x, dtype=np.float64)
    keep = np.isfinite(x) & np.isfinite(y)
    return x[keep], y[keep]


def is_close(found: Any, goal: Any) -> Any:
    return np.isclose(found, goal, rtol=RELATIVE, atol=ABSOLUTE)


def names(text: str, name: Name, among: Iterable[Name] = ()) -> bool:
    """Whether a label names this one.

    A number must be among the numbers of the text, in any notation. Of a text, the letters and digits must be in it, so that
    "warm-up" names "warmup"; where that holds for several names in `among`, the longest is meant.
    """
    if not isinstance(name, str):
        return any(is_close_number(number, name) for number in numbers_in(text))
    own, others = letters(name), [letters(other) for other in among if isinstance(other, str)]
    return own in letters(text) and not any(
        len(other) > len(own) and own in other and other in letters(text) for other in others
    )


def is_close_number(number: float, goal: float) -> bool:
    return abs(number - goal) <= 1e-3 * abs(goal)  # a label may be rounded


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())


# Images


def assert_image(place: Any, values: Any, what: str = "the values", *, scaled: bool = False) -> Image:
    """Ask for an image, or a mesh of coloured cells, that shows these values, and return it.

    Args:
        place: a Figure or axes.
        values: (height, width), or (height, width, 3) of colours.
        what: what they are, for messages.
        scaled: whether a · values + b with a > 0 does as well, which looks the same.
    """
    __tracebackhide__ = True
    assert_figure_or_axes(place)
    values, found = np.asarray(values, dtype=np.float64), images(place)
    if not found:
        raise Mismatch("value", what, "the figure shows no image")
    for image in found:
        if shows(image, values, scaled):
            return image
    shapes = sorted({image.values.shape for image in found})
    if values.shape not in shapes:
        text = f"no image shows {what}: images have shape {', '.join(map(str, shapes))}, expected {values.shape}"
        raise Mismatch("value", what, text)
    turned = {"transposed": values.swapaxes(0, 1), "upside down": values[::-1], "from right to left": values[:, ::-1]}
    for turn, other in turned.items():
        if any(shows(image, other, scaled) for image in found):
            raise Mismatch("value", what, f"the image shows {what} {turn}")
    raise Mismatch("value", what, f"no image shows {what}")


def shows(image: Image, values: np.ndarray, scaled: bool) -> bool:
    if image.values.shape != values.shape:
        return False
    if not scaled:
        return bool(np.all(is_close(image.values, values)))
    a, b = scale_of(image, values)
    # Colours may have been rounded to one of 256.
    return a > 0 and float(np.abs(a * values + b - image.values).max()) <= 0.01 * a * float(np.ptp(values))


def scale_of(image: Image, values: np.ndarray) -> tuple[float, float]:
    """Return a and b for which a · values + b comes closest to what an image of the same shape shows."""
    a, b = np.polyfit(values.ravel(), image.values.ravel(), 1)
    return float(a), float(b)


def level_of_zero(image: Image, values: Any) -> float:
    """Return where on the colour scale, from 0 to 1, a value 0 lies in an image that shows a · values + b."""
    return image.level(scale_of(image, np.asarray(values, dtype=np.float64))[1])


def assert_tick_labels(image: Image, axis: str, expected: Sequence[str]) -> None:
    """Ask for a label at each column (axis "x") or row ("y") of an image, in the order of its values."""
    __tracebackhide__ = True
    centres, part = (image.columns, "column") if axis == "x" else (image.rows, "row")
    ticks = tick_labels(image.axes, axis)
    for i, (centre, name) in enumerate(zip(centres, expected, strict=True)):
        found = next((text for place, text in ticks if abs(place - centre) < 0.3), None)
        if found != name:
            has = "has no tick label" if found is None else f"has the tick label {found!r}"
            raise Mismatch("value", "tick labels", f"{part} {i} of the image {has}, expected {name!r}")


def assert_cell_values(image: Image, expected: Any) -> None:
    """Ask for a number in each cell of an image, which may be missing where it is 0, or else for a colour bar."""
    __tracebackhide__ = True
    if image.artist.colorbar is not None:
        return
    written = [(x, y, numbers_in(text)) for x, y, text in texts(image.axes)]
    if not written:
        raise Mismatch("value", "cells", "neither a number in each cell nor a colour bar says what the colours stand for")
    for (row, column), value in np.ndenumerate(np.asarray(expected)):
        x, y = image.columns[column], image.rows[row]
        here = [number for left, up, found in written if abs(left - x) < 0.5 and abs(up - y) < 0.5 for number in found]
        if value not in here and (here or value):
            has = f"the number {here[0]:g}" if here else "no number"
            raise Mismatch("value", "cells", f"the cell in row {row}, column {column} has {has}, which is not its value")


def assert_figure_or_axes(place: Any) -> None:
    __tracebackhide__ = True
    if not hasattr(place, "get_xlabel"):
        assert_figure(place)


def unique(things: Iterable[Any]) -> list[Any]:
    """Return each object once, by identity, which is all that stand-ins are compared by."""
    return list({id(thing): thing for thing in things}.values())
