"""Plots as SVG, light enough for a class of a thousand. Colours are classes of style.css."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from autograder.course.report.statistics import Summary

WIDTH, HEIGHT = 720, 220  # units of a plot
LEFT, RIGHT, BOTTOM, TOP = 40, 16, 26, 16  # margins
BINS = 20


def histogram(percent: Sequence[float], quartiles: Summary) -> str:
    """Submissions by their score in per cent, in bins of 5; the marks below the axis are the quartiles."""
    counts = [0] * BINS
    for value in percent:
        counts[min(max(int(value * BINS / 100), 0), BINS - 1)] += 1
    top = max(*counts, 1)
    step = (WIDTH - LEFT - RIGHT) / BINS
    bars = []
    for place, count in enumerate(counts):
        height = (HEIGHT - BOTTOM - TOP) * count / top
        x = LEFT + place * step
        words = f"{place * 100 // BINS} to {(place + 1) * 100 // BINS} %: {count}"
        bars.append(
            f'<g><title>{words}</title><rect class="bar" x="{x + 1.5:.1f}" y="{HEIGHT - BOTTOM - height:.1f}"'
            f' width="{step - 3:.1f}" height="{height:.1f}" rx="2"/>'
            f'<text class="count" x="{x + step / 2:.1f}" y="{HEIGHT - BOTTOM - height - 4:.1f}">{count or ""}</text></g>'
        )
    marks = "".join(
        f'<path class="mark" d="M{across(value):.1f} {HEIGHT - BOTTOM}v7"/>'
        for value in (quartiles.lower, quartiles.median, quartiles.upper)
    )
    labels = "".join(
        f'<text class="tick" x="{across(value):.1f}" y="{HEIGHT - 6}">{value}</text>' for value in range(0, 101, 20)
    )
    axis = f'<path class="axis" d="M{LEFT} {HEIGHT - BOTTOM}H{WIDTH - RIGHT}"/>'
    middle = f"median {quartiles.median:.0f}, half from {quartiles.lower:.0f} to {quartiles.upper:.0f}"
    words = f"Scores in per cent of {quartiles.count} submissions: {middle}"
    return svg(words, "".join([*bars, axis, marks, labels]))


def across(percent: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * min(max(percent, 0.0), 100.0) / 100


def scatter(points: Sequence[tuple[datetime, float, bool]]) -> str:
    """Scores in per cent over the time of handing in.

    Args:
        points: (time, per cent, whether it was late), in any order.
    """
    times = [time for time, _, _ in points]
    first, last = min(times), max(times)
    span = max((last - first).total_seconds(), 60.0)

    def place(time: datetime) -> float:
        return LEFT + 8 + (WIDTH - LEFT - RIGHT - 16) * (time - first).total_seconds() / span

    def down(percent: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(max(percent, 0.0), 100.0) / 100)

    # One path for all points of a kind: a line of no length with round ends is a dot, in 10 bytes.
    dots = "".join(f"M{place(time):.0f} {down(percent):.0f}h0" for time, percent, late in sorted(points) if not late)
    crosses = "".join(
        f"M{place(time):.0f} {down(percent):.0f}m-3-3l6 6m0-6l-6 6" for time, percent, late in sorted(points) if late
    )
    grid = "".join(
        f'<path class="grid" d="M{LEFT} {down(value):.1f}H{WIDTH - RIGHT}"/>'
        f'<text class="left" x="{LEFT - 6}" y="{down(value) + 4:.1f}">{value}</text>'
        for value in (0, 50, 100)
    )
    labels = "".join(
        f'<text class="tick" x="{place(time):.1f}" y="{HEIGHT - 6}">{words}</text>'
        f'<path class="grid" d="M{place(time):.1f} {HEIGHT - BOTTOM}v5"/>'
        for time, words in ticks(first, last)
    )
    paths = f'<path class="dots" d="{dots}"/><path class="crosses" d="{crosses}"/>'
    return svg(f"Scores in per cent over the time of handing in, of {len(points)} submissions", grid + labels + paths)


def ticks(first: datetime, last: datetime, most: int = 8) -> list[tuple[datetime, str]]:
    """Return days, or hours of a shorter span, that lie between two times, with what to write at them."""
    hours = (last - first).total_seconds() / 3600
    step = next((step for step in (1, 3, 6, 12, 24, 48, 7 * 24, 14 * 24) if hours / step <= most), None) or int(hours / most)
    time = first.replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    while time <= last:
        if time >= first:
            short = time.strftime("%H:%M") if step < 24 and time.hour else f"{time.day} {MONTHS[time.month - 1]}"
            found.append((time, short))
        time += timedelta(hours=step)
    return found


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # whatever the locale is


def box(values: Summary) -> str:
    """A box from the lower to the upper quartile with the median, on a line from the lowest to the highest, in per cent."""
    low, lower, median, upper, high = (
        min(max(value, 0.0), 100.0) for value in (values.low, values.lower, values.median, values.upper, values.high)
    )
    return (
        f'<svg class="box" viewBox="-2 0 104 12" role="img" aria-label="quartiles {lower:.0f}, {median:.0f}, {upper:.0f} %">'
        f'<path class="axis" d="M{low:.1f} 6H{high:.1f}"/>'
        f'<rect class="bar" x="{lower:.1f}" y="2" width="{max(upper - lower, 0.5):.1f}" height="8" rx="1.5"/>'
        f'<path class="median" d="M{median:.1f} 1v10"/></svg>'
    )


def meter(share: float) -> str:
    """A bar of a share, 0 to 1."""
    return (
        f'<svg class="meter" viewBox="0 0 60 8" aria-hidden="true"><rect class="rail" width="60" height="8" rx="2"/>'
        f'<rect class="bar" width="{60 * share:.0f}" height="8" rx="2"/></svg>'
    )


def svg(words: str, content: str) -> str:
    return f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{words}">{content}</svg>'
