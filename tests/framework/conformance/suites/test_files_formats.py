import csv
import io
import json
import pickle

import files_formats as work
import numpy as np
import pytest

ROWS = [{"name": "Ann", "note": "likes tea, milk"}, {"name": "Bob", "note": ""}]


def test_read_csv_with_quotes(tmp_path):
    (tmp_path / "a.csv").write_text('name,note\nAnn,"likes tea, milk"\nBob,\n')
    assert work.read_csv(tmp_path / "a.csv") == ROWS


def test_write_csv(tmp_path):
    work.write_csv(tmp_path / "b.csv", ROWS)
    with open(tmp_path / "b.csv", newline="") as file:
        assert list(csv.DictReader(file)) == ROWS


def test_csv_there_and_back(tmp_path):
    path = str(tmp_path / "c.csv")
    work.write_csv(path, ROWS)
    assert work.read_csv(path) == ROWS


def test_totals_of_a_string_file():
    assert work.totals(io.StringIO("tea,2\nmilk,1\ntea,3\n")) == {"tea": 5, "milk": 1}


def test_totals_of_an_open_file(tmp_path):
    (tmp_path / "t.csv").write_text("a,1\na,1\n")
    with open(tmp_path / "t.csv") as file:
        assert work.totals(file) == {"a": 2}


def test_config_over_defaults(tmp_path):
    (tmp_path / "config.json").write_text('{"size": 3}')
    assert work.load_config(tmp_path / "config.json", {"size": 1, "color": "red"}) == {"size": 3, "color": "red"}


def test_config_without_a_file(tmp_path):
    assert work.load_config(tmp_path / "config.json", {"size": 1}) == {"size": 1}


def test_config_leaves_the_defaults(tmp_path):
    (tmp_path / "config.json").write_text('{"size": 3}')
    defaults = {"size": 1}
    work.load_config(tmp_path / "config.json", defaults)
    assert defaults == {"size": 1}


def test_broken_json(tmp_path):
    (tmp_path / "config.json").write_text("{size")
    with pytest.raises(json.JSONDecodeError):
        work.load_config(tmp_path / "config.json", {})


def test_save_config(tmp_path):
    work.save_config(tmp_path / "out.json", {"b": [1, None], "a": True})
    assert json.loads((tmp_path / "out.json").read_text()) == {"a": True, "b": [1, None]}


def test_json_is_sorted_and_indented(tmp_path):
    work.save_config(tmp_path / "out.json", {"b": 1, "a": 2})
    assert (tmp_path / "out.json").read_text() == '{\n  "a": 2,\n  "b": 1\n}'


def test_pickle_written_by_the_submission(tmp_path):
    value = {"k": [1, (2, 3)], "s": {4}}
    work.save_object(tmp_path / "v.pkl", value)
    assert pickle.loads((tmp_path / "v.pkl").read_bytes()) == value


def test_pickle_read_by_the_submission(tmp_path):
    with open(tmp_path / "v.pkl", "wb") as file:
        pickle.dump([1, 2.5, "x"], file)
    assert work.load_object(tmp_path / "v.pkl") == [1, 2.5, "x"]


def test_weights_written_by_the_submission(tmp_path):
    work.save_weights(tmp_path / "w.npz", {"W": np.eye(2), "b": np.zeros(2)})
    with np.load(tmp_path / "w.npz") as file:
        assert sorted(file.files) == ["W", "b"]
        np.testing.assert_array_equal(file["W"], np.eye(2))


def test_weights_read_by_the_submission(tmp_path):
    np.savez(tmp_path / "w.npz", W=np.ones((2, 3)), b=np.arange(3))
    weights = work.load_weights(tmp_path / "w.npz")
    assert set(weights) == {"W", "b"}
    np.testing.assert_array_equal(weights["b"], [0, 1, 2])


def test_matrix_from_text(tmp_path):
    (tmp_path / "m.csv").write_text("a,b\n1,2\n3,4\n")
    np.testing.assert_array_equal(work.load_matrix(tmp_path / "m.csv"), [[1, 2], [3, 4]])


def test_array_file(tmp_path):
    work.save_array(tmp_path / "a.npy", np.arange(6).reshape(2, 3))
    np.testing.assert_array_equal(np.load(tmp_path / "a.npy"), [[0, 1, 2], [3, 4, 5]])


def test_binary_header(tmp_path):
    (tmp_path / "x.bmp").write_bytes(b"BMP0\x02\x01\x03\x00rest")
    assert work.read_header(tmp_path / "x.bmp") == (258, 3)


def test_wrong_header(tmp_path):
    (tmp_path / "x.bmp").write_bytes(b"JPEG0000")
    with pytest.raises(ValueError, match="not an image"):
        work.read_header(tmp_path / "x.bmp")


def test_todo_list_is_saved(tmp_path):
    todo = work.TodoList(tmp_path / "todo.json")
    todo.add("wash")
    assert json.loads((tmp_path / "todo.json").read_text()) == [{"text": "wash", "done": False}]


def test_todo_list_is_loaded_again(tmp_path):
    work.TodoList(tmp_path / "todo.json").add("wash")
    again = work.TodoList(tmp_path / "todo.json")
    again.finish(0)
    assert again.items == [{"text": "wash", "done": True}]
    assert work.TodoList(tmp_path / "todo.json").items == again.items
