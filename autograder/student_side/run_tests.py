"""Run the public tests on your files, or make the zip to upload.

python run_tests.py          the tests, with their points and what is wrong
python run_tests.py 1.3 4    those of task 1.3 and of part 4 alone
python run_tests.py -x       up to the first one that fails
python run_tests.py --failed those that failed last time, or all where none failed
python run_tests.py --watch  all, and again those that failed whenever a file changes
python run_tests.py --html result.html   the result as a page, too, with links into the handout
python run_tests.py --zip    submission.zip, with the files to hand in
python run_tests.py --json   the same tests as JSON, for other programs
"""

import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
INSTALL = "python -m pip install -r requirements.txt"

if sys.version_info < (3, 10):  # noqa: UP036  a student's may be older
    sys.exit(f"run_tests.py needs Python 3.10 or newer; this is {sys.version.split()[0]}")
sys.path.insert(0, str(FOLDER))  # the folder autograder lies beside this file
try:
    from autograder.student_side.public_tests import main
except ModuleNotFoundError as error:
    name = error.name or ""
    if name.partition(".")[0] == "autograder":
        sys.exit(f"{name.replace('.', '/')} is missing in {FOLDER}; unpack the zip that you got again, all of it")
    sys.exit(f"the Python package {error.name} is missing; install what the tests need: {INSTALL}")

if __name__ == "__main__":
    sys.exit(main(FOLDER))
