import cmath
import math
from decimal import ROUND_HALF_UP, Decimal

EPSILON = 1e-9
MISSING = None


def is_even(n):
    return n % 2 == 0


def is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def truthy(x):
    return bool(x)


def nothing():
    pass


def first_index(values, x):
    for i, value in enumerate(values):
        if value == x:
            return i
    return None


def factorial(n):
    return math.factorial(n)


def half(n):
    return n // 2


def average(values):
    return sum(values) / len(values)


def newton_sqrt(x):
    guess = x
    while abs(guess * guess - x) > 1e-12:
        guess = (guess + x / guess) / 2
    return guess


def unit_vector(v):
    norm = math.sqrt(sum(x * x for x in v))
    return [x / norm for x in v]


def summary(values):
    mean = average(values)
    return {"mean": mean, "sd": math.sqrt(average([(x - mean) ** 2 for x in values]))}


def polar(x, y):
    return math.hypot(x, y), math.atan2(y, x)


def pi_estimate(n):
    return 4 * sum((-1) ** k / (2 * k + 1) for k in range(n))


def compound(amount, rate, years):
    return amount * (1 + rate) ** years


def round_half(x, n):
    return round(x, n)


def percent(a, b):
    return round(100 * a / b, 1)


def ratio(a, b):
    return a / b


def nan_if_empty(values):
    return average(values) if values else float("nan")


def safe_log(x):
    return math.log(x) if x > 0 else -math.inf


def sign(x):
    return x * 1.0


def complex_roots(a, b, c):
    d = cmath.sqrt(b * b - 4 * a * c)
    return (-b + d) / (2 * a), (-b - d) / (2 * a)


def solve(a, b, c):
    d = math.sqrt(b * b - 4 * a * c)
    return tuple(sorted([(-b - d) / (2 * a), (-b + d) / (2 * a)]))


def quotient(a, b):
    return a // b, a % b


def digits(n):
    return [int(d) for d in str(n)]


def to_binary(n):
    return format(n, "b")


def from_binary(text):
    return int(text, 2)


def bits(n):
    return bin(n).count("1")


def to_bytes(n):
    return n.to_bytes(2, "big")


def swap_case(text):
    return text.swapcase()


def vowels(text):
    return sum(c in "aeiou" for c in text)


def change(cents):
    coins = {}
    for coin in (50, 20, 10, 5, 2, 1):
        n, cents = divmod(cents, coin)
        if n:
            coins[coin] = n
    return coins


def nested_stats(table):
    return {key: {"mean": average(values), "range": (min(values), max(values))} for key, values in table.items()}


def temperature_table(low, high, step):
    return [(c, c * 9 / 5 + 32) for c in range(low, high + 1, step)]


def collatz_length(n):
    steps = 1
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps


def bmi(weight, height):
    value = weight / height**2
    kind = "normal" if 18.5 <= value < 25 else "other"
    return f"BMI {value:.1f}: {kind}"


def price(amount, n):
    return (Decimal(amount) * n).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
