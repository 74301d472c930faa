import contextlib
import sys
import warnings


class AccountError(Exception):
    pass


class InsufficientFunds(AccountError):
    def __init__(self, needed, balance):
        super().__init__(f"{needed} short")
        self.needed = needed
        self.balance = balance


class NotFound(LookupError):
    pass


class ValidationError(ValueError):
    code = 22

    def __init__(self, message, errors=()):
        super().__init__(message)
        self.errors = list(errors)


class SlowWarning(UserWarning):
    pass


def check_age(age):
    if not isinstance(age, int):
        raise TypeError("age must be a number")
    if age < 0:
        raise ValueError(f"age must be positive, not {age}")


def find(table, key):
    return table[key]


def first(values):
    return values[0]


def risky(x):
    return 1 / x


def safe_divide(a, b):
    try:
        return a / b
    except ZeroDivisionError:
        return None


def unreachable():
    raise NotImplementedError


def transfer(balance, amount):
    if amount > balance:
        raise InsufficientFunds(amount - balance, balance)
    return balance - amount


def load(name):
    raise NotFound(name, 404)


def validate(text):
    try:
        return int(text)
    except ValueError as error:
        raise ValidationError("not a number") from error


def parse(text):
    try:
        return int(text)
    except ValueError:
        raise ValidationError("not a number") from None


def parse_all(texts):
    errors = [text for text in texts if not text.isdigit()]
    if errors:
        raise ValidationError("some are not numbers", errors)
    return [int(text) for text in texts]


def nested():
    try:
        {}["x"]
    except KeyError:
        raise RuntimeError("while handling")


def handle(error):
    return f"{type(error).__name__}: {error}"


def stop(status):
    sys.exit(status)


def interrupted():
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        return "stopped"


def forever(n):
    return forever(n + 1)


def nothing():
    return iter(())


def read(path):
    with open(path) as file:
        return file.read()


def decode(data):
    return data.decode("utf-8")


def invariant(ok):
    assert ok, "it must hold"


def typo():
    return undefined_name


def huge(x):
    import math

    return math.exp(x)


def with_finally(log):
    try:
        log.append("try")
        raise ValueError
    finally:
        log.append("finally")


def retry(n):
    for attempt in range(1, 10):
        if attempt == n:
            return f"worked at {attempt}"
    raise TimeoutError


class Suppress:
    def __init__(self, *kinds):
        self.kinds = kinds

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        return kind is not None and issubclass(kind, self.kinds)


class Session:
    def __init__(self):
        self.pending, self.committed = [], []
        self.rolled_back = False
        self.seen = None

    def add(self, item):
        self.pending.append(item)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        if kind:
            self.rolled_back = True
            self.seen = kind.__name__
        else:
            self.committed += self.pending
        return False


class Cleaner:
    open = False

    def __enter__(self):
        self.open = True
        return self

    def __exit__(self, *exception):
        self.open = False


@contextlib.contextmanager
def opened(log):
    log.append("open")
    try:
        yield "handle"
    finally:
        log.append("close")


def old_name(x):
    warnings.warn("old_name is deprecated", DeprecationWarning, stacklevel=2)
    return 2 * x


def deprecated():
    warnings.warn("slow", SlowWarning)


def warn_twice():
    warnings.warn("one")
    warnings.warn("two")


def to_index(value):
    i = int(value)
    if i < 0:
        raise ValueError("negative")
    return i


def many():
    raise ExceptionGroup("many", [ValueError(1), KeyError(2)])


def noted():
    error = ValueError("bad")
    error.add_note("look at line 3")
    raise error


def collect_errors(values):
    errors = []
    for value in values:
        try:
            1 / value
        except Exception as error:
            errors.append(error)
    return errors
