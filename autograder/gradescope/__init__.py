"""Grading on Gradescope.

metadata.py        submission_metadata.json -> who hands in, when, and what was handed in before
policies.py        [policies] of assignment.toml and these metadata -> whether it is graded, what is taken off, in which words
wording.py         times, spans and numbers in these words
policing.py        the policies, applied to the result of one submission
platform.py        what run_autograder starts: a grading that leaves a valid result at every moment
autograder_zip.py  the zip with all of it; image/ has its setup.sh and run_autograder

The platform on one's own machine:

emulation.py       its folders, the metadata, the environment; then run_autograder
supervisor.py      a command within the platform's limits
harness.py         what the platform makes of the result before anybody sees it
views.py           who sees what, and when
"""
