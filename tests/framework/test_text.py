"""Text of a submission as a terminal shows it in the end."""

import pytest

from autograder.text import MAX_BAR, as_painted

BARS = [
    " 80%|########  | 4/5 [00:00<00:00, 10.1it/s]",
    "train: 100%|██████████| 1.2k/1.2k [00:10<00:00, 1.3it/s, loss=2]",
    "100%|█| 3/3 [1:00:00<00:00, 2.0s/it]",
    "  0%|          | 0/5 [00:00<?, ?it/s]",
    "5it [00:00, 4444.94it/s]",
]


@pytest.mark.parametrize("bar", BARS)
def test_progress_bars_are_left_out_and_what_is_printed_beside_them_is_not(bar):
    assert as_painted(f"before\n\r  0%|  | 0/5\r{bar}\nafter") == "before\nafter"


@pytest.mark.parametrize("text", ["epoch 1 [00:10]", "50% | half", "a list [1, 2]", "loss [00:10, x]", "5it", "x" * MAX_BAR])
def test_what_only_resembles_a_progress_bar_stays(text):
    assert as_painted(text) == text


def test_lines_that_were_painted_over_show_what_was_painted_last():
    assert as_painted("one\rtwo\nthree\r") == "two\nthree"
