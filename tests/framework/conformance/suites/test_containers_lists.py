"""Lists that are changed in place, or must not be."""

import copy
import random

import pytest
from containers_lists import (
    Playlist,
    Stack,
    append_all,
    bubble_sort,
    collect,
    dedupe,
    extend_twice,
    flatten,
    insert_sorted,
    interleave,
    merge,
    move_zeroes,
    partition,
    quicksort,
    remove_all,
    reverse_in_place,
    rotate,
    second_largest,
    shuffled,
    sort_by_length,
    swap,
)


def test_bubble_sort_sorts_in_place():
    numbers = [5, 2, 9, 1]
    bubble_sort(numbers)
    assert numbers == [1, 2, 5, 9]


def test_bubble_sort_returns_none():
    assert bubble_sort([2, 1]) is None


def test_reverse_in_place():
    letters = list("abcde")
    reverse_in_place(letters)
    assert letters == ["e", "d", "c", "b", "a"]


@pytest.mark.parametrize("values", [[], [1], [2, 1], [3, 1, 2], [1, 1, 1]])
def test_quicksort_agrees_with_sorted(values):
    expected = sorted(values)
    quicksort(values)
    assert values == expected


def test_quicksort_large_random_list():
    random.seed(3)
    values = [random.randint(0, 10**6) for _ in range(2000)]
    expected = sorted(values)
    quicksort(values)
    assert values == expected


def test_merge_leaves_its_arguments_alone():
    a, b = [1, 4, 6], [2, 3, 7]
    assert merge(a, b) == [1, 2, 3, 4, 6, 7]
    assert a == [1, 4, 6]
    assert b == [2, 3, 7]


def test_second_largest_does_not_sort_the_argument():
    values = [3, 9, 1, 7]
    assert second_largest(values) == 7
    assert values == [3, 9, 1, 7]


def test_dedupe_returns_a_new_list():
    values = [1, 1, 2, 3, 3]
    result = dedupe(values)
    assert result == [1, 2, 3]
    assert result is not values
    assert len(values) == 5


def test_rotate_keeps_identity():
    values = [1, 2, 3, 4, 5]
    alias = values
    rotate(values, 2)
    assert alias == [4, 5, 1, 2, 3]
    assert alias is values


def test_remove_all_while_iterating():
    values = [1, 2, 2, 3, 2]
    remove_all(values, 2)
    assert values == [1, 3]


def test_move_zeroes():
    values = [0, 1, 0, 3, 12]
    move_zeroes(values)
    assert values == [1, 3, 12, 0, 0]


def test_insert_sorted():
    values = [10, 20, 30]
    for number in (25, 5, 35):
        insert_sorted(values, number)
    assert values == [5, 10, 20, 25, 30, 35]


def test_swap():
    values = ["a", "b", "c"]
    swap(values, 0, 2)
    assert values == ["c", "b", "a"]


def test_append_all_returns_the_same_list():
    target = [1]
    result = append_all(target, [2, 3])
    assert result is target
    assert target == [1, 2, 3]


def test_flatten_nested():
    assert flatten([1, [2, [3, [4]], 5], []]) == [1, 2, 3, 4, 5]


def test_flatten_does_not_touch_the_inner_lists():
    nested = [[1, 2], [3]]
    before = copy.deepcopy(nested)
    flatten(nested)
    assert nested == before


def test_interleave_of_different_lengths():
    assert interleave([1, 2, 3], ["a"]) == [1, "a", 2, 3]


def test_partition_gives_two_lists():
    small, large = partition([5, 1, 8, 3], 4)
    assert sorted(small) == [1, 3]
    assert sorted(large) == [5, 8]


def test_sort_by_length_is_stable():
    assert sort_by_length(["ccc", "a", "bb", "b"]) == ["a", "b", "bb", "ccc"]


def test_collect_has_no_shared_default():
    first = collect(1)
    second = collect(2)
    assert first == [1]
    assert second == [2]


def test_shuffled_is_a_permutation_of_the_untouched_argument():
    values = list(range(20))
    result = shuffled(values, 42)
    assert sorted(result) == values
    assert result != values
    assert values == list(range(20))


def test_extend_twice_with_itself():
    values = [1, 2]
    extend_twice(values)
    assert values == [1, 2, 1, 2]


def test_stack_getter_returns_a_copy():
    stack = Stack()
    stack.push(1)
    stack.items().append(99)
    assert stack.items() == [1]


def test_playlist_tracks_is_the_inner_list():
    playlist = Playlist()
    playlist.tracks.append("one")
    playlist.tracks.append("two")
    assert playlist.count() == 2
    assert playlist.tracks is playlist.tracks


def test_playlist_in_place_operator_on_an_attribute():
    playlist = Playlist()
    playlist.tracks += ["a", "b"]
    playlist.tracks[0] = "z"
    del playlist.tracks[1]
    assert playlist.count() == 1
    assert playlist.first() == "z"


def test_playlist_keeps_the_list_it_is_given():
    songs = ["x"]
    playlist = Playlist(songs)
    songs.append("y")
    assert playlist.count() == 2


def test_playlists_do_not_share_their_tracks():
    a, b = Playlist(), Playlist()
    a.tracks.append("only a")
    assert b.tracks == []


def test_playlist_slice_assignment():
    playlist = Playlist(["a", "b", "c", "d"])
    playlist.tracks[1:3] = ["x"]
    assert playlist.as_text() == "a,x,d"


def test_playlist_sort_of_the_inner_list():
    playlist = Playlist(["c", "a", "b"])
    playlist.tracks.sort(reverse=True)
    assert playlist.as_text() == "c,b,a"


def test_slice_assignment_after_a_call():
    values = [3, 1, 2]
    quicksort(values)
    values[1:] = [9]
    swap(values, 0, 1)
    assert values == [9, 1]
