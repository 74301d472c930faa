"""Downloads of a class are recognised by what is in them; what is not clear is an error that says what to do."""

import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from downloads import ADA, BOB, HOSTILE, RESULTS, RIGHT, clone, gradescope, yml, zipped
from files import write_files

from autograder.course.downloads import unpacking
from autograder.course.downloads.gradescope import without_results
from autograder.course.submissions import read_submissions
from autograder.errors import UsageError
from autograder.gradescope import metadata
from autograder.intake.stage import stage_submission
from autograder.text import clean

WANTED = ("double.py",)
GIT = pytest.mark.skipif(not os.path.exists("/usr/bin/git"), reason="git makes these repositories")


@pytest.fixture
def read(tmp_path):
    """A function that reads a folder or a zip."""

    def read(folder, wanted=WANTED, download=None):
        return read_submissions(folder, wanted, tmp_path / "work", download)

    return read


def ids(found):
    """Label -> the ids of those who have handed it in."""
    return {hand_in.label: [person.id for person in hand_in.people] for hand_in in found.hand_ins}


def files(hand_in):
    """The files in a hand-in, below the folders that are its sources."""
    return sorted(path.name for source in hand_in.sources for path in ([source] if source.is_file() else source.rglob("*.*")))


# Gradescope


def test_an_export_names_groups_and_times_and_its_results_are_not_read(read, tmp_path):
    found = read(gradescope(tmp_path / "export"))
    assert (found.kind, found.words) == ("gradescope", "Gradescope export: 2 submissions of 3 students")
    assert ids(found) == {"submission_101": ["s1", "s2"], "submission_102": ["s3"]}
    first, second = found.hand_ins
    assert (first.people[0].name, first.people[0].email) == ("Ada Lovelace", "ada@example.edu")
    assert first.time == datetime(2026, 11, 12, 22, 1, 25, 123456, timezone.utc)
    assert files(first) == ["double.py"]
    previous = metadata.parse(dict(second.metadata)).previous
    assert [(entry.time.day, entry.score) for entry in previous] == [(11, 3)]
    assert found.notes == ["ignored: .DS_Store"]


def test_results_are_left_out_wherever_they_stand():
    entry = "  - :results:\n      a: |\n\n        b\n    :id: 1\n"
    text = f"submission_1:\n{RESULTS}  :history:\n{entry}submission_2:\n{RESULTS}"
    kept = "submission_1:\n  :results:\n  :history:\n  - :results:\n    :id: 1\nsubmission_2:\n  :results:\n"
    assert "".join(without_results(text.splitlines(keepends=True))) == kept


@pytest.mark.parametrize("root", ["", "assignment_1_export/"])
def test_the_zip_of_an_export_is_read_as_it_was_downloaded(read, tmp_path, root):
    archive = zipped(gradescope(tmp_path / "export"), tmp_path / "export.zip", root)
    found = read(archive)
    assert found.words == "Gradescope export: 2 submissions of 3 students"
    assert [files(hand_in) for hand_in in found.hand_ins] == [["double.py"]] * 2


def test_ids_stay_as_they_are_written(read, tmp_path):
    text = yml({"submission_1": {"people": [("Ada", "007", "a@x.edu")], "created_at": "2026-11-12 22:01:25 Z"}})
    write_files(tmp_path / "export", {"submission_metadata.yml": text.replace("'007'", "007"), "submission_1/double.py": RIGHT})
    assert ids(read(tmp_path / "export")) == {"submission_1": ["007"]}


def test_objects_of_ruby_are_read_as_texts_and_run_nothing(read, tmp_path):
    time = "!ruby/object:ActiveSupport::TimeWithZone\n    utc: 2026-11-12 22:01:25 Z\n    time: 2026-11-12 23:01:25 Z"
    text = yml({"submission_1": {"people": [ADA], "created_at": time}}).replace("1.5", "!!python/object/apply:os.getcwd []")
    write_files(tmp_path / "export", {"submission_metadata.yml": text, "submission_1/double.py": RIGHT})
    (hand_in,) = read(tmp_path / "export").hand_ins
    assert hand_in.time == datetime(2026, 11, 12, 22, 1, 25, tzinfo=timezone.utc)


def test_what_refers_to_something_in_the_results_is_still_read(read, tmp_path):
    results = "  :results:\n    time: &1 2026-11-10 22:01:25 Z\n"
    text = yml({"submission_1": {"people": [ADA], "created_at": "2026-11-12 22:01:25 Z", "history": [("*1", 1)]}}, results)
    write_files(tmp_path / "export", {"submission_metadata.yml": text, "submission_1/double.py": RIGHT})
    (hand_in,) = read(tmp_path / "export").hand_ins
    assert hand_in.metadata["previous_submissions"][0]["submission_time"] == "2026-11-10 22:01:25 Z"


def test_metadata_that_are_damaged_are_named_with_the_line(read, tmp_path):
    write_files(tmp_path / "export", {"submission_metadata.yml": 'submission_1:\n  ":a": [\n', "submission_1/double.py": RIGHT})
    with pytest.raises(UsageError, match=r"submission_metadata\.yml cannot be read: .*line 3.*Download the export again"):
        read(tmp_path / "export")


def test_a_time_that_is_none_is_named_with_the_submission(read, tmp_path):
    text = yml({"submission_1": {"people": [ADA], "created_at": "yesterday"}})
    write_files(tmp_path / "export", {"submission_metadata.yml": text, "submission_1/double.py": RIGHT})
    with pytest.raises(UsageError, match='submission_1: created_at is "yesterday"'):
        read(tmp_path / "export")


def test_a_listed_submission_whose_folder_is_not_there_counts_as_empty_and_is_told(read, tmp_path):
    export = gradescope(tmp_path / "export")
    (export / "submission_102/double.py").unlink()
    (export / "submission_102").rmdir()
    found = read(export)
    assert [files(hand_in) for hand_in in found.hand_ins] == [["double.py"], []]
    assert "submission_102" in found.notes[-1]


def test_an_export_without_its_folders_is_an_error(read, tmp_path):
    text = yml({"submission_1": {"people": [ADA], "created_at": "2026-11-12 22:01:25 Z"}})
    write_files(tmp_path / "export", {"submission_metadata.yml": text})
    with pytest.raises(UsageError, match="none of their folders is there"):
        read(tmp_path / "export")


def test_labels_that_lead_elsewhere_are_not_followed(read, tmp_path):
    write_files(tmp_path, {"outside/double.py": RIGHT})
    data = {"people": [ADA], "created_at": "2026-11-12 22:01:25 Z"}
    text = yml({"../outside": data, "submission_1": data | {"people": [BOB]}})
    write_files(tmp_path / "export", {"submission_metadata.yml": text, "submission_1/double.py": RIGHT})
    assert [files(hand_in) for hand_in in read(tmp_path / "export").hand_ins] == [[], ["double.py"]]


# Canvas

CANVAS = {
    "lovelaceada_11_901_double.py": RIGHT,
    "müllerzoë_LATE_12_902_double-1.py": RIGHT,
    "bobby_tables_13_903_hw_1_2_3.zip": b"PK",
    "anon_Ab12C_904_double.py": RIGHT,
    "turing_14_text.html": "<p>my answer</p>",
}


def test_canvas_files_are_sorted_by_the_id_and_have_their_own_names_again(read, tmp_path):
    found = read(write_files(tmp_path / "submissions", CANVAS))
    assert found.words == "Canvas download: 5 submissions of 5 students"
    by_id = {hand_in.people[0].id: hand_in for hand_in in found.hand_ins}
    assert {user: files(hand_in) for user, hand_in in by_id.items()} == {
        "11": ["double.py"],
        "12": ["double.py"],
        "13": ["bobby_tables_13_903_hw_1_2_3.zip"],
        "anon_Ab12C": ["double.py"],
        "14": ["turing_14_text.html"],
    }
    assert {user: hand_in.people[0].name for user, hand_in in by_id.items()}["13"] == "bobby_tables"
    assert by_id["11"].people[0].account("canvas") == "11"
    assert [user for user, hand_in in by_id.items() if hand_in.late] == ["12"] and by_id["11"].late is False
    assert found.notes == ["late, as Canvas says: müllerzoë_12"]


def test_of_a_file_that_was_handed_in_again_the_last_one_counts(read, tmp_path):
    names = ("ada_1_7_double.py", "ada_1_9_double-10.py", "ada_1_8_double-2.py", "ada_1_6_notes-2.txt")
    (hand_in,) = read(write_files(tmp_path / "submissions", {name: name for name in names})).hand_ins
    (folder,) = hand_in.sources
    assert (folder / "double.py").read_text() == "ada_1_9_double-10.py"
    assert sorted(path.name for path in folder.iterdir()) == ["ada_1_7_double.py", "double-2.py", "double.py", "notes-2.txt"]


def test_a_file_that_is_asked_for_with_a_number_keeps_it(read, tmp_path):
    (hand_in,) = read(
        write_files(tmp_path / "submissions", {"ada_1_7_task-1.py": RIGHT}), wanted=("task-1.py", "task.py")
    ).hand_ins
    assert files(hand_in) == ["task-1.py"]


@pytest.mark.parametrize("name", ["ada_1_7_..", "ada_1_7_."])
def test_a_file_name_that_leads_out_of_the_folder_is_not_used(read, tmp_path, name):
    (hand_in,) = read(write_files(tmp_path / "submissions", {name: RIGHT})).hand_ins
    assert [path.name for path in hand_in.sources[0].iterdir()] == [name]


def test_names_that_only_look_like_canvas_are_not_taken_for_it(read, tmp_path):
    found = read(write_files(tmp_path / "class", {"ada_2026_11_double.zip": b"", "bob_2026_11_double.zip": b""}))
    assert found.kind == "plain"


# Moodle


def test_moodle_folders_and_files_say_name_and_participant(read, tmp_path):
    content = {
        "Ada Lovelace_11_assignsubmission_file_/src/double.py": RIGHT,
        "Ada Lovelace_11_assignsubmission_onlinetext_/onlinetext.html": "",
        "Zoë O'Neil_12_assignsubmission_file/double.py": RIGHT,
        "Participant_13_assignsubmission_file_/double.py": RIGHT,
        "Bob_Bobson_14_assignsubmission_file_hw 1.zip": b"PK",
        "Kim Lee_15_assignsubmission_file_double.py": RIGHT,
        "Max_16_assignsubmission_onlinetext_/onlinetext.html": "",
        "Team_3_17_assignsubmission_file_double.py": RIGHT,
    }
    found = read(write_files(tmp_path / "class", content))
    assert found.words == "Moodle download: 7 submissions of 7 students"
    people = [hand_in.people[0] for hand_in in found.hand_ins]
    assert {person.id: person.name for person in people} == {
        "11": "Ada Lovelace",
        "12": "Zoë O'Neil",
        "13": "",
        "14": "Bob_Bobson",
        "15": "Kim Lee",
        "16": "Max",
        "17": "Team_3",
    }
    assert all(person.account("moodle") == person.id for person in people)
    assert {hand_in.people[0].id: files(hand_in) for hand_in in found.hand_ins} == {
        "11": ["double.py"],
        "12": ["double.py"],
        "13": ["double.py"],
        "14": ["Bob_Bobson_14_assignsubmission_file_hw 1.zip"],
        "15": ["double.py"],
        "16": ["onlinetext.html"],
        "17": ["double.py"],
    }
    assert found.notes == ["1 hand-in with nothing but text typed in the browser"]


# GitHub


@GIT
def test_clones_say_the_user_and_the_time_of_the_last_commit(read, tmp_path):
    for name in ("hw1-ann-a", "hw1-ann-b"):
        clone(tmp_path / "hw1-submissions" / name)
    found = read(tmp_path / "hw1-submissions")
    assert found.words == "Clones of GitHub repositories: 2 submissions of 2 students"
    assert ids(found) == {"hw1-ann-a": ["ann-a"], "hw1-ann-b": ["ann-b"]}
    time = found.hand_ins[0].time
    assert (time, time.utcoffset()) == (datetime(2026, 11, 12, 21, 0, tzinfo=timezone.utc), timedelta(hours=1))
    assert "the time of handing in is that of the last commit, which the student's own computer sets" in found.notes


@GIT
def test_the_folder_around_clones_is_looked_through_and_what_repositories_share_is_no_user(read, tmp_path):
    for name in ("hw1-ada", "hw1-bob-x"):
        clone(tmp_path / "class/clones" / name)
    found = read(tmp_path / "class")
    assert [person.id for hand_in in found.hand_ins for person in hand_in.people] == ["ada", "bob-x"]


@GIT
def test_a_packed_repository_has_its_time_too(read, tmp_path):
    subprocess.run(["git", "gc", "-q"], cwd=clone(tmp_path / "class/hw1-ada"), check=True)
    clone(tmp_path / "class/hw1-bob")
    assert all(hand_in.time for hand_in in read(tmp_path / "class").hand_ins)


@GIT
def test_the_configuration_of_a_clone_runs_nothing(read, tmp_path):
    path, program, mark = clone(tmp_path / "class/hw1-ada"), tmp_path / "run.sh", tmp_path / "ran"
    program.write_text(f"#!/bin/sh\ntouch {mark}\n")
    program.chmod(0o755)
    (path / ".git/HEAD").write_text("1" * 40)  # git would fetch what is missing, by this program
    (path / ".git/config").write_text(
        "[core]\nrepositoryformatversion = 1\n[extensions]\npartialClone = origin\n"
        f'[remote "origin"]\nurl = {path}\npromisor = true\nuploadpack = {program}\n'
    )
    subprocess.run(["git", "cat-file", "commit", "1" * 40], cwd=path, capture_output=True)
    assert mark.exists(), "this configuration would have run nothing anyway"
    mark.unlink()
    assert read(tmp_path / "class").hand_ins[0].time is None and not mark.exists()


@GIT
@pytest.mark.parametrize("head", ["ref: refs/../../secret", "ref: /etc/passwd", "--help", "", "ref: refs/heads/none", "0" * 40])
def test_a_head_that_names_no_commit_gives_no_time(read, tmp_path, head):
    path = clone(tmp_path / "class/hw1-ada")
    (path / ".git/HEAD").write_text(head)
    found = read(tmp_path / "class")
    assert found.hand_ins[0].time is None
    assert any("cannot be read" in note for note in found.notes)


# Plain folders


def test_folders_and_archives_are_the_students(read, tmp_path):
    content = {"ada@x.edu/double.py": RIGHT, "Bob/hw/double.py": RIGHT, "s3.zip": b"PK", "s4.tar.gz": b"", "roster.csv": "id\n"}
    found = read(write_files(tmp_path / "class", content))
    assert found.words == "Folder of submissions: 4 submissions of 4 students"
    assert sorted(person.id for hand_in in found.hand_ins for person in hand_in.people) == ["Bob", "ada@x.edu", "s3", "s4"]
    assert found.notes == ["ignored: roster.csv"]


def test_a_single_file_is_given_the_name_that_is_asked_for(read, tmp_path):
    found = read(write_files(tmp_path / "class", {"ada.py": RIGHT, "bob.PY": RIGHT}))
    assert [(files(hand_in), hand_in.people[0].id) for hand_in in found.hand_ins] == [
        (["double.py"], "ada"),
        (["double.py"], "bob"),
    ]


def test_single_files_where_more_are_asked_for_are_an_error(read, tmp_path):
    with pytest.raises(UsageError, match=r"ada\.py is a single file, but the assignment has the files double\.py, other\.py"):
        read(write_files(tmp_path / "class", {"ada.py": RIGHT}), wanted=("double.py", "other.py"))


def test_one_submission_is_no_class(read, tmp_path):
    with pytest.raises(UsageError, match=r"is one submission: it contains double.py. Grade it with `autograder grade`"):
        read(write_files(tmp_path / "ada", {"double.py": RIGHT}))


def test_folders_of_several_are_an_error_and_the_only_folder_is_looked_into(read, tmp_path):
    sections = {"A/ada/double.py": RIGHT, "A/bob/double.py": RIGHT, "B/eve/double.py": RIGHT, "B/kim/double.py": RIGHT}
    write_files(tmp_path / "class", sections)
    with pytest.raises(UsageError, match=r"A, B hold several submissions. Give a folder in which each student has one folder"):
        read(tmp_path / "class")
    found = read(write_files(tmp_path / "one", {name: text for name, text in sections.items() if name.startswith("A")}))
    assert ids(found) == {"ada": ["ada"], "bob": ["bob"]}
    assert found.notes == ["all submissions lie in A"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_hostile_names_are_shown_harmless_and_are_graded(read, tmp_path):
    found = read(write_files(tmp_path / "class", {f"{name}/double.py": RIGHT for name in HOSTILE}))
    assert len(found.hand_ins) == len(HOSTILE) == len({hand_in.people[0].id for hand_in in found.hand_ins})
    for hand_in in found.hand_ins:
        assert hand_in.label == clean(hand_in.label) and "\n" not in hand_in.label and len(hand_in.label) <= 300
        assert files(hand_in) == ["double.py"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no such files")
def test_links_and_pipes_are_ignored_and_told(read, tmp_path):
    write_files(tmp_path, {"class/ada/double.py": RIGHT, "outside/double.py": RIGHT})
    (tmp_path / "class/bob").symlink_to(tmp_path / "outside")
    os.mkfifo(tmp_path / "class/eve.zip")
    found = read(tmp_path / "class")
    assert ids(found) == {"ada": ["ada"]}
    assert found.notes == ["ignored: bob (a symbolic link, which is not followed), eve.zip (no regular file)"]


# What is not clear


def test_a_mixed_folder_is_an_error_until_the_kind_is_chosen(read, tmp_path):
    folder = write_files(gradescope(tmp_path / "export"), {"carol/double.py": RIGHT})
    with pytest.raises(
        UsageError, match=r"contains several kinds: Gradescope export: .*; something else: carol. .* --download gradescope\|"
    ):
        read(folder)
    assert read(folder, download="gradescope").notes == ["ignored: .DS_Store, carol"]
    assert read(folder, download="plain").words == "Folder of submissions: 3 submissions of 3 students"


def test_two_kinds_at_once_are_an_error(read, tmp_path):
    folder = write_files(tmp_path / "class", CANVAS | {"Ada_11_assignsubmission_file_/double.py": RIGHT})
    with pytest.raises(UsageError, match=r"Canvas download: .*; Moodle download: Ada_11_assignsubmission_file_. Remove"):
        read(folder)


@GIT
def test_a_clone_that_was_handed_in_on_gradescope_is_no_second_kind(read, tmp_path):
    export = gradescope(tmp_path / "export")
    clone(export / "submission_101")
    assert read(export).kind == "gradescope"


def test_a_kind_that_is_not_there_says_what_is(read, tmp_path):
    folder = write_files(tmp_path / "class", {f"s{number}/double.py": RIGHT for number in range(12)})
    with pytest.raises(UsageError, match=r"is not of the kind moodle \(Moodle download\): it contains s0, s1, .* and 2 more"):
        read(folder, download="moodle")
    with pytest.raises(UsageError, match="nbgrader is not a kind of download; choose one of gradescope, "):
        read(folder, download="nbgrader")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({}, "has no submissions: it contains nothing"),
        ({"notes.txt": ""}, "has no submissions: it contains notes.txt"),
    ],
)
def test_a_folder_without_submissions_says_what_is_there(read, tmp_path, content, problem):
    (tmp_path / "class").mkdir()
    with pytest.raises(UsageError, match=problem):
        read(write_files(tmp_path / "class", content))


def test_what_does_not_exist_is_named(read, tmp_path):
    with pytest.raises(UsageError, match="none is neither a folder nor a zip"):
        read(tmp_path / "none")


# Zips


def test_the_zip_of_a_flat_download_is_read(read, tmp_path):
    archive = zipped(write_files(tmp_path / "submissions", CANVAS), tmp_path / "submissions.zip")
    assert read(archive).words == "Canvas download: 5 submissions of 5 students"


def test_what_is_wrong_in_the_zip_of_a_download_costs_that_file_only(read, tmp_path):
    archive = tmp_path / "class.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name in ("ada/double.py", "../evil/double.py", "/abs/double.py", "bob/double.py", "bob/" + "n" * 300):
            file.writestr(name, RIGHT)
        link = zipfile.ZipInfo("bob/link.py")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
        file.writestr("__MACOSX/ada/._double.py", "")
        file.writestr("eve/zeros.py", bytes(20_000_000))
        file.writestr("/".join(["eve"] + ["d"] * 30 + ["double.py"]), RIGHT)
    found = read(archive)
    assert ids(found) == {"ada": ["ada"], "bob": ["bob"], "eve": ["eve"]}
    assert files(found.hand_ins[1]) == ["double.py"] and files(found.hand_ins[2]) == ["double.py", "zeros.py"]
    told = "\n".join(found.notes)
    for words in (
        "../evil/double.py (leads outside",
        "/abs/double.py (leads outside",
        "nnn",
        "bob/link.py (is a symbolic link)",
    ):
        assert words in told
    assert not (tmp_path / "evil").exists() and not (tmp_path / "work/evil").exists()


def test_a_file_that_is_too_large_is_left_out_alone_however_well_it_packs(read, tmp_path, monkeypatch):
    monkeypatch.setattr(unpacking, "DOWNLOAD_LIMITS", replace(unpacking.DOWNLOAD_LIMITS, file_mb=1.0))
    with zipfile.ZipFile(tmp_path / "class.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("ada/double.py", RIGHT)
        file.writestr("eve/double.py", RIGHT)
        file.writestr("eve/zeros.py", bytes(2_000_000))
    found = read(tmp_path / "class.zip")
    assert [files(hand_in) for hand_in in found.hand_ins] == [["double.py"], ["double.py"]]
    assert "left out of class.zip: eve/zeros.py (eve/zeros.py has 2 MB" in found.notes[0]


def test_what_is_no_zip_is_named(read, tmp_path):
    (tmp_path / "class.zip").write_text("no zip")
    with pytest.raises(UsageError, match=r"class\.zip is damaged, incomplete or not a zip\. Download it again, or unpack it"):
        read(tmp_path / "class.zip")


def test_a_second_reading_finds_nothing_of_the_first(read, tmp_path):
    archive = zipped(write_files(tmp_path / "submissions", CANVAS), tmp_path / "submissions.zip")
    assert ids(read(archive)) == ids(read(archive))


# Handing on


def test_what_is_read_is_what_grading_takes(read, tmp_path):
    kinds = {
        "gradescope": gradescope(tmp_path / "gradescope"),
        "canvas": write_files(tmp_path / "canvas", {"ada_LATE_1_7_double-1.py": RIGHT}),
        "moodle": write_files(tmp_path / "moodle", {"Ada_1_assignsubmission_file_double.py": RIGHT}),
        "plain": write_files(tmp_path / "plain", {"ada.py": RIGHT}),
    }
    zips = write_files(tmp_path / "zips", {"x/hw/double.py": RIGHT, "x/__MACOSX/._double.py": ""})
    (tmp_path / "archives").mkdir()
    zipped(zips / "x", tmp_path / "archives/ada.zip")
    digests = set()
    for number, folder in enumerate((*kinds.values(), tmp_path / "archives")):
        for each, hand_in in enumerate(read(folder).hand_ins):
            stage = stage_submission(hand_in.sources, tmp_path / f"stage-{number}-{each}", WANTED, {})
            assert stage.files == WANTED, hand_in.label
            digests.add(stage.digest)
            stage.discard()
    assert len(digests) == 1
