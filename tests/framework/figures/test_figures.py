"""What suites ask of figures: the same picture drawn in any way passes, another one is refused with words that help."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from autograder.compare import Mismatch
from autograder.figures import (
    assert_cell_values,
    assert_curve,
    assert_curves,
    assert_figure,
    assert_image,
    assert_labelled,
    assert_legend,
    assert_no_curve,
    assert_scale,
    assert_tick_labels,
    curves,
    images,
    legend_texts,
    level_of_zero,
    names,
    tick_labels,
    title,
)
from autograder.figures.contents import numbers_in

pytest_plugins = ["sandboxes"]

X, Y = [1.0, 10.0, 100.0], [0.5, 0.25, 0.75]
PAIR = {"slow": [3.0, 2.0, 1.0], "slow, twice": [2.0, 1.0, 0.5]}
COUNTS = np.array([[5, 1, 0], [2, 7, 3]])

DRAWING = """
    import matplotlib.pyplot as plt
    from matplotlib.figure import Figure

    def accuracies(x, y, style):
        figure, axes = plt.subplots()
        if style == "scatter":
            axes.scatter(x, y)
        else:
            axes.plot(x, y, "o:")
        axes.set(xscale="log", xlabel="rate", ylabel="accuracy")
        return figure

    def losses(losses):
        figure = Figure()
        axes = figure.subplots()
        for values in losses.values():
            axes.plot(values)
        axes.set(xlabel="batch", ylabel="loss")
        axes.legend(list(losses))
        return figure

    def matrix(counts):
        figure = Figure()
        axes = figure.subplots()
        figure.colorbar(axes.imshow(counts))
        axes.set_xticks(range(3), labels=["a", "b", "c"])
        axes.set_title("counts")
        return figure

    def nothing():
        plt.show()
"""


def axes_with(*lines, **settings):
    """Return axes of a new figure, with a line for each (x, y, keywords)."""
    axes = Figure().subplots()
    for x, y, keywords in lines:
        axes.plot(x, y, **keywords)
    axes.set(**settings)
    return axes


def refusal(check, *arguments, **keywords):
    """Return the messages with and without values of a check that must fail."""
    with pytest.raises(Mismatch) as caught:
        check(*arguments, **keywords)
    return str(caught.value), caught.value.without_values


# Through stand-ins as in one process


def test_a_figure_of_the_submission_is_asked_as_one_in_this_process(submission):
    drawing = submission(DRAWING)
    for style in ("scatter", "line"):
        axes = assert_curve(drawing.accuracies(X, Y, style), Y, x=X)
        assert_scale(axes, "x", "log")
        assert_labelled(axes)
        assert "percent" in refusal(assert_curve, drawing.accuracies(X, [50.0, 25.0, 75.0], style), Y)[0]
    figure = drawing.losses(PAIR)
    assert_curves(figure, PAIR)
    assert_legend(figure, PAIR)
    figure = drawing.matrix(COUNTS)
    image = assert_image(figure, COUNTS)
    assert_tick_labels(image, "x", ["a", "b", "c"])
    assert_cell_values(image, COUNTS)
    assert title(image.axes) == "counts" and len(images(figure)) == 1
    assert "returned None (return the figure" in refusal(assert_figure, drawing.nothing())[0]


# Figures and labels


@pytest.mark.parametrize("thing", [None, 3, "figure.png", [Figure()], {}, np.zeros(3)])
def test_what_is_no_figure_is_named_by_its_type(thing):
    assert "expected a matplotlib Figure" in refusal(assert_figure, thing)[0]


def test_a_figure_without_axes_is_refused():
    assert "it has no axes" in refusal(assert_figure, Figure())[0]


def test_a_label_of_the_whole_figure_or_of_shared_axes_is_a_label():
    figure = Figure()
    left, right = figure.subplots(1, 2, sharey=True)
    for axes in (left, right):
        axes.plot(X, Y)
    left.set_ylabel("accuracy")
    assert "the x axis of the figure has no label" in refusal(assert_labelled, figure)[0]
    figure.supxlabel("rate")
    assert_labelled(figure)


def test_a_twin_has_the_x_label_of_the_other_axes():
    axes = axes_with((X, Y, {}), xlabel="rate", ylabel="accuracy")
    twin = axes.twinx()
    twin.plot(X, Y)
    assert "the y axis" in refusal(assert_labelled, axes.get_figure())[0]
    twin.set_ylabel("loss")
    assert_labelled(axes.get_figure())


def test_axes_that_show_nothing_need_no_labels():
    figure = Figure()
    first, _ = figure.subplots(1, 2)
    first.plot(X, Y)
    first.set(xlabel="rate", ylabel="accuracy")
    assert_labelled(figure)


def test_a_scale_is_refused_with_the_reason_that_the_suite_gives():
    message, _ = refusal(assert_scale, axes_with((X, Y, {})), "x", "log", "rates need it")
    assert message == "the x axis has scale 'linear', expected 'log'; rates need it"


# Curves


def test_the_order_of_points_does_not_matter():
    assert_curve(axes_with((X[::-1], Y[::-1], {})), Y, x=X)
    assert_curve(axes_with((X[::-1], Y[::-1], {})), Y)


def test_points_that_cannot_be_drawn_do_not_count():
    nan = float("nan")
    assert_curve(axes_with((X[:2], Y[:2], {})), [*Y[:2], nan], x=X)
    assert_curve(axes_with((X, [*Y[:2], nan], {})), [*Y[:2], float("inf")], x=X)


def test_any_row_of_places_may_be_right():
    rows = np.array([[0, 1, 2], [1, 2, 3]])
    assert_curve(axes_with(([1, 2, 3], Y, {})), Y, x=rows)
    message, without = refusal(assert_curve, axes_with(([2, 3, 4], Y, {})), Y, x=rows)
    assert "at other places on the x axis: got x = 2, expected 0" in message
    assert "got" not in without


def test_further_curves_do_no_harm():
    axes = axes_with((X, PAIR["slow"], {}), (X, Y, {}))
    axes.axhline(0.75)
    assert assert_curve(axes.get_figure(), Y, x=X) is axes
    assert len(curves(axes)) == 3


@pytest.mark.parametrize(
    "style", [{"visible": False}, {"alpha": 0}, {"linewidth": 0}, {"linestyle": "none"}, {"color": "none"}]
)
def test_a_curve_that_nobody_can_see_is_none(style):
    figure = Figure()
    figure.subplots().plot([1, 2, 3], Y, **style)
    with pytest.raises(Mismatch, match=r"^the figure shows no line and no points$"):
        assert_curve(figure, Y)


def test_points_without_a_line_are_a_curve():
    figure = Figure()
    figure.subplots().plot([1, 2, 3], Y, "o")
    assert_curve(figure, Y)


def test_axes_that_are_switched_off_as_a_whole_show_no_curve():
    figure = Figure()
    axes = figure.subplots()
    axes.plot([1, 2, 3], Y)
    axes.set_visible(False)
    with pytest.raises(Mismatch, match=r"^the figure shows no line and no points$"):
        assert_curve(figure, Y)


def test_a_curve_with_other_numbers_is_told_where():
    message, without = refusal(assert_curve, axes_with((X, [0.5, 0.26, 0.75], {})), Y, x=X, what="the accuracies")
    assert message == "the curve shows other numbers than the accuracies: at x = 10: got 0.26, expected 0.25"
    assert without == "the curve shows other numbers than the accuracies: at x = 10"


def test_a_curve_that_lacks_a_point_is_told_so():
    assert "has 2 points, expected 3" in refusal(assert_curve, axes_with((X[:2], Y[:2], {})), Y)[0]


def test_a_figure_without_curves_is_told_so():
    assert "shows no line and no points" in refusal(assert_curve, axes_with(), Y)[0]


def test_labels_belong_to_the_curves_that_they_name():
    slow, twice = PAIR.values()
    right = axes_with((X, slow, {"label": "slow"}), (X, twice, {"label": "Slow (twice)"}))
    assert_curves(right, PAIR)
    swapped = axes_with((X, slow, {"label": "slow, twice"}), (X, twice, {"label": "slow"}))
    assert (
        refusal(assert_curves, swapped, PAIR)[0] == "the curve of slow is labelled 'slow, twice'; expected one that names slow"
    )
    unlabelled = axes_with((X, slow, {}), (X, twice, {}))
    assert "has no label" in refusal(assert_curves, unlabelled, PAIR, what="run")[0]


def test_a_labelled_curve_with_other_numbers_is_named_by_its_label():
    axes = axes_with((X, [9.0, 9.0, 9.0], {"label": "slow"}), (X, PAIR["slow, twice"], {"label": "slow, twice"}))
    assert "the curve labelled 'slow' shows other numbers than run slow" in refusal(assert_curves, axes, PAIR, what="run")[0]


def test_a_label_may_stand_in_the_legend_alone():
    axes = axes_with(*((X, y, {}) for y in PAIR.values()))
    axes.get_figure().legend(axes.get_lines(), list(PAIR))
    assert_curves(axes, PAIR)
    assert legend_texts(axes) == list(PAIR)


def test_a_label_without_a_legend_does_not_make_one():
    axes = axes_with((X, Y, {"label": "0.1"}))
    assert refusal(assert_legend, axes, [0.1])[0] == "the figure has no legend"
    axes.legend()
    assert_legend(axes, [0.1])
    assert "does not name 0.2: its entries are ['0.1']" in refusal(assert_legend, axes, [0.1, 0.2])[0]


def test_numbers_of_another_figure_are_found():
    assert_no_curve(axes_with((X, Y, {})), [0.1, 0.2, 0.3], "the numbers of an earlier call")
    message, _ = refusal(assert_no_curve, axes_with((X, Y, {})), Y, "the numbers of an earlier call")
    assert message == "the figure shows the numbers of an earlier call"


@pytest.mark.parametrize(
    "text",
    ["0.001", "lr = 1e-3", "1E-03", ".001", "$10^{-3}$", r"$\mathdefault{10^{-3}}$", "10⁻³", "η=10**-3", r"$1\times10^{-3}$"],
)
def test_a_number_is_named_in_any_notation(text):
    assert names(text, 1e-3)
    assert not names(text, 1e-2)


def test_numbers_are_read_in_their_order():
    assert numbers_in("predicted 3,\ntarget 5") == [3, 5]
    assert numbers_in("3-5, −2 and 2·10^4") == [3, 5, -2, 2e4]


def test_the_longest_name_is_meant():
    among = ["128", "256, 128", "256, 128, batch norm"]
    assert [name for name in among if names("[256, 128]", name, among)] == ["256, 128"]
    assert names("256-128 Batch-Norm", among[2], among)
    assert not names("256-128 Batch-Norm", among[1], among)


# Images


@pytest.mark.parametrize("draw", ["imshow", "matshow", "pcolormesh", "pcolor"])
def test_an_image_may_be_a_mesh(draw):
    axes = Figure().subplots()
    artist = getattr(axes, draw)(COUNTS)
    image = assert_image(axes, COUNTS)
    first = 0.5 if draw.startswith("p") else 0
    assert image.columns.tolist() == [first, first + 1, first + 2] and image.rows.tolist() == [first, first + 1]
    axes.get_figure().colorbar(artist)
    assert len(images(axes.get_figure())) == 1


def test_rows_are_where_the_origin_says():
    axes = Figure().subplots()
    axes.imshow(COUNTS, origin="lower", extent=(0, 3, 10, 12))
    assert images(axes)[0].rows.tolist() == [10.5, 11.5]


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (COUNTS.T, "images have shape (3, 2), expected (2, 3)"),
        (COUNTS[::-1], "upside down"),
        (COUNTS[:, ::-1], "from right to left"),
    ],
)
def test_an_image_that_is_turned_is_told_so(shown, words):
    axes = Figure().subplots()
    axes.imshow(shown)
    assert words in refusal(assert_image, axes, COUNTS, "the counts")[0]


def test_a_transposed_square_is_told_so():
    axes = Figure().subplots()
    axes.imshow(COUNTS[:, :2].T)
    assert refusal(assert_image, axes, COUNTS[:, :2], "the counts")[0] == "the image shows the counts transposed"


def test_a_picture_may_be_scaled_but_not_inverted():
    axes, other = Figure().subplots(1, 2)
    axes.imshow(COUNTS / 255, cmap="gray")
    other.imshow(-COUNTS)
    refusal(assert_image, axes, COUNTS)
    assert_image(axes, COUNTS, scaled=True)
    refusal(assert_image, other, COUNTS, scaled=True)


def test_the_level_of_zero_is_that_of_the_colour_scale():
    weights = np.array([[-1.0, 0.0], [0.5, 3.0]])
    for keywords, level in (({"vmin": -3, "vmax": 3}, 0.5), ({}, 0.25)):
        axes = Figure().subplots()
        axes.imshow(weights, **keywords)
        assert level_of_zero(assert_image(axes, weights, scaled=True), weights) == pytest.approx(level)
    colours = np.stack([weights, weights.T, -weights], axis=-1)
    for shown in (0.5 + colours / 6, (255 * (0.5 + colours / 6)).astype(np.uint8)):
        axes = Figure().subplots()
        axes.imshow(shown)
        assert level_of_zero(assert_image(axes, colours, scaled=True), colours) == pytest.approx(0.5, abs=0.01)


def test_tick_labels_belong_to_rows_and_columns():
    axes = Figure().subplots()
    axes.imshow(COUNTS)
    axes.set_xticks([0, 1, 2], labels=["a", "b", "c"])
    axes.set_yticks([-1, 0], labels=["dog", "cat"])
    image = images(axes)[0]
    assert_tick_labels(image, "x", ["a", "b", "c"])
    assert refusal(assert_tick_labels, image, "x", ["a", "c", "b"])[0].endswith(
        "column 1 of the image has the tick label 'b', expected 'c'"
    )
    assert (
        "row 0 of the image has the tick label 'cat', expected 'dog'"
        in refusal(assert_tick_labels, image, "y", ["dog", "cat"])[0]
    )
    assert tick_labels(axes, "y") == [(-1, "dog"), (0, "cat")]


def test_cells_say_their_values_in_numbers_or_by_a_colour_bar():
    axes = Figure().subplots()
    image = axes.imshow(COUNTS)
    assert "neither a number in each cell nor a colour bar" in refusal(assert_cell_values, images(axes)[0], COUNTS)[0]
    for (row, column), count in np.ndenumerate(COUNTS):
        if count:
            axes.text(column, row, f"{count}")
    assert_cell_values(images(axes)[0], COUNTS)
    assert "row 0, column 0" in refusal(assert_cell_values, images(axes)[0], COUNTS + 1)[0]
    axes.get_figure().colorbar(image)
    assert_cell_values(images(axes)[0], COUNTS + 1)


# Labels that tell curves apart, and figures that are matplotlib's


def test_one_label_for_all_curves_names_none_of_them():
    every = "0.1 1 10"
    axes = axes_with(*((X, [rate, 0.0, rate], {"label": every}) for rate in (0.1, 1.0, 10.0)))
    axes.legend()
    message, _ = refusal(assert_curves, axes, {rate: [rate, 0.0, rate] for rate in (0.1, 1.0, 10.0)})
    assert message == f"in the figure {every!r} and {every!r} each name both 0.1 and 1.0: nobody can tell them apart"
    message, _ = refusal(assert_legend, axes, [0.1, 1.0, 10.0])
    assert (
        message == "the legend of the figure has no entry of its own for each of 0.1, 1.0, 10.0: its entries are ['0.1 1 10']"
    )


def test_labels_that_differ_but_name_all_tell_nothing_apart():
    axes = axes_with(*((X, [rate, 0.0, rate], {"label": f"0.1 or 10, {rate > 1}"}) for rate in (0.1, 10.0)))
    axes.legend()
    for check, expected in ((assert_curves, {0.1: [0.1, 0.0, 0.1], 10.0: [10.0, 0.0, 10.0]}), (assert_legend, [0.1, 10.0])):
        message, _ = refusal(check, axes, expected)
        assert message.endswith("each name both 0.1 and 10.0: nobody can tell them apart")


def test_a_number_of_another_curve_may_be_in_a_label_by_chance():
    rates = [0.1, 1.0, 2.0]
    axes = axes_with(*((X, [rate, 0.0, rate], {"label": f"{i}: rate {rate:g}"}) for i, rate in enumerate(rates, start=1)))
    axes.legend()
    assert_curves(axes, {rate: [rate, 0.0, rate] for rate in rates})
    assert_legend(axes, rates)


PRETENDING = """
    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    class Answers:
        def __init__(self, **answers):
            self.__dict__.update({name: lambda *_, answer=answer, **__: answer for name, answer in answers.items()})

    def nothing():
        axes = Answers(get_lines=[], get_images=[], get_legend=None, get_xlabel="x", get_ylabel="y", get_xscale="log")
        axes.collections = axes.texts = []
        return Answers(get_axes=[axes], add_subplot=None)

    def other_axes():
        figure = Figure()
        figure.get_axes = lambda: nothing().get_axes()
        return figure

    class Line(Line2D):
        def get_ydata(self, orig=True):
            return np.array([0.5, 0.25, 0.75])

    def other_numbers():
        figure = Figure()
        figure.add_subplot().add_line(Line([1, 2, 3], [0, 0, 0]))
        return figure

    class Labelled(Axes):
        def get_xlabel(self):
            return "rate"

    def other_texts():
        figure = Figure()
        figure.add_subplot(axes_class=Labelled)
        return figure

    class Wide(Figure):
        def wide(self):
            self.set_size_inches(12, 3)
            return self

    def own_class():
        figure = Wide().wide()
        axes = figure.subplots()
        axes.plot([1, 10, 100], [0.5, 0.25, 0.75], label="a")
        axes.legend()
        return figure
"""


@pytest.mark.parametrize(
    ("draw", "part"),
    [
        ("nothing", "the figure is an object of type Answers"),
        ("other_axes", "the figure is an object of type Figure"),
        ("other_numbers", "a line is an object of type Line"),
        ("other_texts", "one of the axes is an object of type Labelled"),
    ],
)
def test_what_answers_as_a_figure_does_and_draws_something_else_is_refused(submission, draw, part):
    figure = getattr(submission(PRETENDING), draw)()
    for check in (curves, images, legend_texts, assert_labelled, lambda figure: assert_curve(figure, Y)):
        with pytest.raises(Mismatch, match=rf"^{part}, expected matplotlib's own: draw it with matplotlib$"):
            check(figure)


def test_a_figure_of_a_class_of_ones_own_is_one(submission):
    figure = submission(PRETENDING).own_class()
    assert_legend(assert_curve(figure, Y, x=X), ["a"])
