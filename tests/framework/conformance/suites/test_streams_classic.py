import io
import sys
import unittest
from contextlib import redirect_stdout
from io import StringIO
from unittest.mock import Mock, patch

import streams_classic as work


class TestPrograms(unittest.TestCase):
    def setUp(self):
        self.kept = sys.stdout
        sys.stdout = self.out = io.StringIO()

    def tearDown(self):
        sys.stdout = self.kept

    def test_fizzbuzz(self):
        work.fizzbuzz(5)
        self.assertEqual(self.out.getvalue().split(), ["1", "2", "Fizz", "4", "Buzz"])

    def test_fizzbuzz_fifteen(self):
        work.fizzbuzz(15)
        self.assertTrue(self.out.getvalue().endswith("14\nFizzBuzz\n"))

    def test_times_table(self):
        work.times_table(2)
        self.assertEqual(self.out.getvalue(), "1\t2\n2\t4\n")

    def test_pet(self):
        work.Pet("Tom").speak()
        self.assertIn("Tom makes a noise.", self.out.getvalue())

    def test_dog_speaks_twice(self):
        work.Dog("Rex").speak()
        self.assertEqual(self.out.getvalue().splitlines(), ["Rex makes a noise.", "Woof!"])


class TestInput(unittest.TestCase):
    @patch("sys.stdout", new_callable=StringIO)
    @patch("builtins.input", side_effect=["2", "1.5", "2.25"])
    def test_main(self, fake_input, fake_out):
        work.main()
        self.assertEqual(fake_out.getvalue(), "You pay 3.75.\n")
        self.assertEqual(fake_input.call_count, 3)

    @patch("builtins.input")
    def test_prompts(self, fake_input):
        fake_input.side_effect = ["1", "4"]
        with redirect_stdout(StringIO()):
            work.main()
        self.assertEqual([c.args[0] for c in fake_input.call_args_list], ["How many? ", "Price 1: "])

    def test_stdin_and_stdout_by_hand(self):
        stdin, stdout = sys.stdin, sys.stdout
        sys.stdin, sys.stdout = StringIO("1\n9\n"), StringIO()
        try:
            work.main()
            text = sys.stdout.getvalue()
        finally:
            sys.stdin, sys.stdout = stdin, stdout
        self.assertEqual(text, "How many? Price 1: You pay 9.00.\n")

    def test_not_a_number(self):
        with patch("builtins.input", return_value="many"), self.assertRaises(ValueError):
            work.main()


class TestHangman(unittest.TestCase):
    def play(self, word, letters):
        out = StringIO()
        with patch("builtins.input", side_effect=list(letters)), redirect_stdout(out):
            result = work.hangman(word)
        return result, out.getvalue()

    def test_win(self):
        result, text = self.play("aha", "ah")
        self.assertTrue(result)
        self.assertTrue(text.endswith("You win!\n"))

    def test_lose(self):
        result, text = self.play("x", "abcde")
        self.assertFalse(result)
        self.assertIn("You lose, it was x.", text)

    def test_word_is_shown(self):
        _, text = self.play("aha", "ah")
        self.assertEqual(text.splitlines()[:2], ["_ _ _", "a _ a"])

    def test_same_letter_costs_once(self):
        _, text = self.play("b", "aab")
        self.assertEqual(text.count("Wrong"), 1)
        self.assertIn("You tried that.", text)

    def test_too_few_answers(self):
        with self.assertRaises(StopIteration):
            self.play("word", "w")


class TestDice(unittest.TestCase):
    def test_roll_twice(self):
        roll = Mock(side_effect=[2, 5])
        with redirect_stdout(StringIO()) as out:
            self.assertFalse(work.dice(roll))
        self.assertEqual(out.getvalue(), "2 + 5 = 7\n")
        self.assertEqual(roll.call_count, 2)

    def test_doubles(self):
        with redirect_stdout(StringIO()):
            self.assertTrue(work.dice(lambda: 4))
