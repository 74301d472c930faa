"""Whether a figure is matplotlib's own: an object that answers what is asked of figures need not have drawn anything."""

from typing import Any

from autograder.compare.mismatch import Mismatch
from autograder.standins import in_sandbox


def assert_own(place: Any) -> None:
    """Refuse a Figure or axes of which a part is not matplotlib's. It is looked at beside the submission: this is a claim."""
    __tracebackhide__ = True
    part, name = in_sandbox(foreign_part)(place)
    if part:
        raise Mismatch("type", part, f"{part} is an object of type {name}, expected matplotlib's own: draw it with matplotlib")


def foreign_part(place: Any) -> list:
    """Return which part of a Figure or axes is not of a class of matplotlib's, and its type; two empty texts where all are.

    Subclasses do, as long as they answer what the checks ask as matplotlib does.
    """
    import sys

    libraries = ("matplotlib", "mpl_toolkits", "seaborn")
    asked = (
        *("get_axes", "get_lines", "get_images", "get_legend", "get_figure", "get_children", "get_title", "get_label"),
        *("collections", "texts", "lines", "images", "axes", "norm", "get_xdata", "get_ydata", "get_offsets", "get_array"),
        *("get_extent", "get_coordinates", "get_color", "get_linestyle", "get_marker", "get_xlabel", "get_ylabel"),
        *("get_xscale", "get_yscale", "get_supxlabel", "get_supylabel", "get_shared_x_axes", "get_shared_y_axes"),
        *("get_xticks", "get_yticks", "get_xticklabels", "get_yticklabels", "get_texts", "get_text", "get_position"),
    )
    whole: Any = sys.modules.get("matplotlib.figure")
    artists: Any = sys.modules.get("matplotlib.artist")

    def is_of_a_library(cls):
        module = sys.modules.get(cls.__module__)
        return cls is object or (cls.__module__.partition(".")[0] in libraries and getattr(module, cls.__name__, None) is cls)

    known = {}  # class -> whether what it answers comes from a library

    def is_own_class(kind):
        # Looked up in the classes themselves: the object could answer something else.
        lineage = type.__getattribute__(kind, "__mro__")
        answering = [next((cls for cls in lineage if name in vars(cls)), object) for name in (*asked, "__getattribute__")]
        return all(map(is_of_a_library, answering))

    def is_own(thing):
        kind = type(thing)
        if kind not in known:
            known[kind] = issubclass(kind, artists.Artist) and is_own_class(kind)
        return known[kind] and not any(name.startswith("get_") and name in asked for name in vars(thing))

    def parts():
        yield "the figure" if hasattr(place, "add_subplot") else "what was drawn into", place
        for axes in place.get_axes() if isinstance(place, whole.FigureBase) else [place]:
            yield "one of the axes", axes
            for line in axes.get_lines():
                yield "a line", line
            for artist in [*axes.collections, *axes.get_images(), *axes.texts]:
                yield "what is shown", artist
            for legend in [axes.get_legend(), *axes.get_figure().legends]:
                if legend is not None:
                    yield "a legend", legend
                    for entry in [*legend.legend_handles, *legend.get_texts()]:
                        yield "an entry of a legend", entry

    if whole is None or artists is None:
        return ["the figure", type(place).__name__]
    for part, thing in parts():
        if not is_own(thing):
            return [part, type(thing).__name__]
    return ["", ""]
