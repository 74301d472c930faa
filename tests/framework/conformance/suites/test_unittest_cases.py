"""unittest.TestCase in the styles that courses use."""

import unittest

import unittest_cases
from unittest_cases import (
    Bank,
    BankError,
    Course,
    Queue,
    Shape,
    Stack,
    Student,
    Tokenizer,
    area,
    classify,
    clamp,
    divide,
    gcd,
    initials,
    is_prime,
    letter_grade,
    median,
    normalise,
    overlap,
    roman,
    set_of_divisors,
    sort_words,
    tally,
    warn_old,
    word_lengths,
)


class TestStack(unittest.TestCase):
    def setUp(self):
        self.stack = Stack()
        self.stack.push(1)
        self.stack.push(2)

    def tearDown(self):
        self.stack = None

    def test_pop(self):
        self.assertEqual(self.stack.pop(), 2)
        self.assertEqual(self.stack.pop(), 1)

    def test_peek_does_not_remove(self):
        self.assertEqual(self.stack.peek(), 2)
        self.assertEqual(len(self.stack), 2)

    def test_pop_from_empty(self):
        self.stack.pop()
        self.stack.pop()
        with self.assertRaises(IndexError):
            self.stack.pop()

    def test_empty_is_false(self):
        self.assertTrue(self.stack)
        self.assertFalse(Stack())

    def test_is_instance(self):
        self.assertIsInstance(self.stack, Stack)
        self.assertNotIsInstance(self.stack, list)

    def test_contains(self):
        self.assertIn(1, self.stack)
        self.assertNotIn(9, self.stack)

    def test_string(self):
        self.assertEqual(str(self.stack), "Stack: 1 2")

    def test_repr(self):
        self.assertEqual(repr(self.stack), "Stack([1, 2])")

    def test_is_none(self):
        self.assertIsNone(self.stack.push(3))
        self.assertIsNotNone(self.stack.peek())

    def test_items_list(self):
        self.assertListEqual(self.stack.items, [1, 2])

    def test_items_can_be_changed(self):
        self.stack.items.append(7)
        self.assertEqual(self.stack.peek(), 7)


class TestFunctions(unittest.TestCase):
    def test_almost_equal(self):
        self.assertAlmostEqual(area(1), 3.14159, places=4)

    def test_almost_equal_delta(self):
        self.assertAlmostEqual(area(2), 12.5, delta=0.1)

    def test_not_almost_equal(self):
        self.assertNotAlmostEqual(area(2), 12.0)

    def test_count_equal(self):
        self.assertCountEqual(set_of_divisors(12), [12, 6, 4, 3, 2, 1])

    def test_set_equal(self):
        self.assertSetEqual(set(set_of_divisors(7)), {1, 7})

    def test_dict_equal(self):
        self.assertDictEqual(tally("aab"), {"a": 2, "b": 1})

    def test_dict_contains(self):
        self.assertEqual(tally("aab"), {**tally("aab"), "b": 1})

    def test_tuple_equal(self):
        self.assertTupleEqual(clamp(15, 0, 10), (10, True))

    def test_sequence_equal(self):
        self.assertSequenceEqual(word_lengths("to be or"), (2, 2, 2))

    def test_multi_line(self):
        self.assertMultiLineEqual(sort_words("b\na"), "a\nb")

    def test_regex(self):
        self.assertRegex(initials("ada lovelace"), r"^[A-Z]\.[A-Z]\.$")

    def test_not_regex(self):
        self.assertNotRegex(roman(4), "IIII")

    def test_greater_and_less(self):
        self.assertGreater(median([1, 5, 9]), 4)
        self.assertLessEqual(median([1, 5, 9]), 5)

    def test_sub_tests(self):
        for n, expected in [(2, True), (9, False), (11, True), (1, False)]:
            with self.subTest(n=n):
                self.assertEqual(is_prime(n), expected)

    def test_sub_tests_of_letters(self):
        for points, letter in {95: "A", 85: "B", 70: "C", 10: "F"}.items():
            with self.subTest(points):
                self.assertEqual(letter_grade(points), letter)

    def test_assert_is(self):
        self.assertIs(is_prime(7), True)
        self.assertIs(overlap([1], [2]), False)

    def test_with_message(self):
        self.assertEqual(gcd(12, 18), 6, "gcd(12, 18) is 6")

    def test_expression_with_message(self):
        self.assertTrue(gcd(7, 5) == 1, msg="7 and 5 have no common factor")

    def test_fail_by_hand(self):
        try:
            divide(1, 0)
        except ValueError:
            pass
        else:
            self.fail("divide(1, 0) must raise ValueError")

    def test_raises_regex(self):
        with self.assertRaisesRegex(ValueError, "by zero"):
            divide(1, 0)

    def test_raises_as_a_function(self):
        self.assertRaises(ValueError, divide, 1, 0)

    def test_raises_keeps_the_exception(self):
        with self.assertRaises(ValueError) as caught:
            divide(3, 0)
        self.assertEqual(str(caught.exception), "3 by zero")

    def test_warns(self):
        with self.assertWarns(DeprecationWarning):
            warn_old()

    def test_nested_structures(self):
        self.assertEqual(classify([1, -2, 0]), {"positive": [1], "negative": [-2], "zero": [0]})

    def test_argument_is_kept(self):
        values = [3, 1, 2]
        median(values)
        self.assertEqual(values, [3, 1, 2])

    def test_argument_is_changed(self):
        values = [2.0, 4.0]
        normalise(values)
        self.assertEqual(values, [0.5, 1.0])

    @unittest.skip("later")
    def test_skipped(self):
        self.fail()

    @unittest.skipUnless(hasattr(unittest_cases, "bonus"), "no bonus")
    def test_skip_unless(self):
        self.assertEqual(unittest_cases.bonus(), 1)

    def test_skip_inside(self):
        if not hasattr(unittest_cases, "bonus"):
            self.skipTest("no bonus")

    def test_has_attribute(self):
        self.assertTrue(hasattr(unittest_cases, "gcd"))
        self.assertFalse(hasattr(unittest_cases, "lcm"))

    @unittest.expectedFailure
    def test_expected_failure(self):
        self.assertEqual(gcd(2, 4), 3)


class TestBank(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rates = {"basic": 0.01, "gold": 0.05}
        cls.bank = Bank(cls.rates)

    @classmethod
    def tearDownClass(cls):
        del cls.bank

    def test_rates_are_known(self):
        self.assertEqual(self.bank.rate("gold"), 0.05)

    def test_unknown_rate(self):
        with self.assertRaises(BankError):
            self.bank.rate("silver")

    def test_error_has_a_code(self):
        with self.assertRaises(BankError) as caught:
            self.bank.rate("silver")
        self.assertEqual(caught.exception.code, 404)

    def test_error_is_a_key_error(self):
        self.assertTrue(issubclass(BankError, KeyError))

    def test_accounts(self):
        account = self.bank.open("ann", "basic")
        account.deposit(100)
        self.assertAlmostEqual(account.interest(), 1.0)

    def test_account_equality(self):
        self.assertEqual(self.bank.open("a", "gold"), self.bank.open("a", "gold"))
        self.assertNotEqual(self.bank.open("a", "gold"), self.bank.open("b", "gold"))

    def test_accounts_are_distinct(self):
        self.assertIsNot(self.bank.open("a", "gold"), self.bank.open("a", "gold"))


class Base:
    def make(self):
        raise NotImplementedError

    def test_enqueue_and_dequeue(self):
        queue = self.make()
        queue.put("a")
        queue.put("b")
        self.assertEqual([queue.get(), queue.get()], ["a", "b"])

    def test_length(self):
        queue = self.make()
        queue.put(1)
        self.assertEqual(len(queue), 1)


class TestQueue(Base, unittest.TestCase):
    def make(self):
        return Queue()


class TestBoundedQueue(Base, unittest.TestCase):
    def make(self):
        return Queue(limit=2)

    def test_full(self):
        queue = self.make()
        queue.put(1)
        queue.put(2)
        with self.assertRaises(OverflowError):
            queue.put(3)


class TestCourse(unittest.TestCase):
    def setUp(self):
        self.course = Course("python")
        self.ann, self.bob = Student("ann", 9), Student("bob", 5)
        self.addCleanup(self.course.students.clear)

    def test_enrol_keeps_the_object(self):
        self.course.enrol(self.ann)
        self.assertIs(self.course.students[0], self.ann)

    def test_students_list(self):
        self.course.enrol(self.ann)
        self.course.enrol(self.bob)
        self.assertListEqual(self.course.students, [self.ann, self.bob])

    def test_best(self):
        for student in (self.ann, self.bob):
            self.course.enrol(student)
        self.assertEqual(self.course.best().name, "ann")

    def test_passed(self):
        self.course.enrol(self.ann)
        self.course.enrol(self.bob)
        self.assertCountEqual([s.name for s in self.course.passed()], ["ann"])

    def test_twice_is_an_error(self):
        self.course.enrol(self.ann)
        self.assertRaisesRegex(ValueError, "ann", self.course.enrol, self.ann)


class TestTokenizer(unittest.TestCase):
    def test_tokens(self):
        self.assertEqual(Tokenizer("1 + 22").tokens(), ["1", "+", "22"])

    def test_iterates(self):
        self.assertEqual(list(Tokenizer("a b")), ["a", "b"])

    def test_context(self):
        with Tokenizer("a") as tokenizer:
            self.assertFalse(tokenizer.closed)
        self.assertTrue(tokenizer.closed)


class TestShapes(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        self.shape = Shape(2)

    async def test_area(self):
        self.assertEqual(self.shape.area(), 4)

    async def test_async_method(self):
        self.assertEqual(await self.shape.slowly(), 4)


if __name__ == "__main__":
    unittest.main()
