"""The report of a class: report.html, and beside it a page for each student, each group and each similar pair.

Plots are hand-written SVG and the matrix is a hand-written PNG: importing matplotlib takes 1.2 s, and its SVG of a class of a
thousand would alone be larger than the whole page may be.
"""

from autograder.course.report.writing import write_report

__all__ = ["write_report"]
