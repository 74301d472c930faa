"""The section of scores: all together, by part, by section of the class, and over the time of handing in."""

from autograder.course.report import plots
from autograder.course.report.cohort import Cohort
from autograder.course.report.markup import NO_VALUE, escaped, table
from autograder.course.report.statistics import Summary, summary
from autograder.grading.records import number

HEAD = (
    "<th scope=col>submissions",
    "<th scope=col>mean",
    "<th scope=col>median",
    "<th scope=col>lowest, quartiles, highest",
)


def left_out(cohort: Cohort) -> str:
    empty = int((~cohort.counted).sum())
    if not empty:
        return ""
    told = "1 empty hand-in is" if empty == 1 else f"{empty} empty hand-ins are"
    return f"<p class=hint>{told} left out. Empty means that it passes no test, or is the unchanged skeleton.</p>"


def scores(cohort: Cohort) -> str:
    percent = cohort.percent[cohort.counted]
    whole = summary(percent)
    if whole is None:
        return "<p>No submission has a score yet.</p>"
    facts = "".join(
        f"<div><dt>{words}<dd>{value}</div>"
        for words, value in (
            ("submissions", f"{whole.count:,}"),
            ("median", f"{whole.median:.0f} %"),
            ("middle half", f"{whole.lower:.0f} to {whole.upper:.0f} %"),
            ("mean", f"{whole.mean:.0f} %"),
            ("standard deviation", f"{whole.deviation:.0f} %"),
            ("points possible", number(cohort.possible)),
        )
    )
    return (
        f"{left_out(cohort)}<dl class=facts>{facts}</dl>"
        f"<div class=pair><figure>{plots.histogram(percent.tolist(), whole)}<figcaption>Submissions by score in per cent. The"
        f" marks below the axis are the quartiles.</figcaption></figure>{over_time(cohort)}</div>"
        f"<div class=pair>{parts_table(cohort)}{sections_table(cohort)}</div>"
    )


def over_time(cohort: Cohort) -> str:
    points = [
        (line.time, float(percent), bool(line.row.late))
        for line, percent, counted in zip(cohort.graded, cohort.percent, cohort.counted, strict=True)
        if counted and line.time
    ]
    if not points:
        return ""
    late = " Crosses were late." if any(late for _, _, late in points) else ""
    return f"<figure>{plots.scatter(points)}<figcaption>Score over the time of handing in.{late}</figcaption></figure>"


def distribution(name: str, values: Summary | None) -> str:
    if values is None:
        return f"<tr><th scope=row>{escaped(name, 60)}<td>0<td>{NO_VALUE}<td>{NO_VALUE}<td>"
    return (
        f"<tr><th scope=row>{escaped(name, 60)}<td>{values.count}<td>{values.mean:.0f} %<td>{values.median:.0f} %"
        f"<td class=plot>{plots.box(values)}"
    )


def parts_table(cohort: Cohort) -> str:
    rows = [
        distribution(name, summary(100 * cohort.by_part[cohort.counted, part] / possible))
        for part, (name, possible) in enumerate(zip(cohort.parts, cohort.possible_by_part, strict=True))
        if possible > 0
    ]
    return table(("<th scope=col>part", *HEAD), rows, caption="By part, in per cent of its points") if len(rows) > 1 else ""


def sections_table(cohort: Cohort) -> str:
    import numpy as np

    names = [line.section for line in cohort.graded]
    known = sorted({name for name in names if name})
    if not known:
        return ""
    owner = np.array(names)
    rows = [
        distribution(name or "no section", summary(cohort.percent[cohort.counted & (owner == name)]))
        for name in (*known, *({""} & set(names)))
    ]
    return table(("<th scope=col>section", *HEAD), rows, caption="By section, in per cent")
