"""What happens when a function that was handed in fails."""


class TaskFailed(Exception):
    def __init__(self, name, reason):
        super().__init__(f"{name} failed: {reason}")
        self.name = name


def attempt(f, default=None):
    try:
        return f()
    except Exception:
        return default


def divide_all(f, xs):
    results = []
    for x in xs:
        try:
            results.append(f(x))
        except ZeroDivisionError:
            results.append(float("inf"))
    return results


def run_tasks(tasks):
    errors = {}
    for name, task in tasks.items():
        try:
            task()
        except (ValueError, KeyError) as error:
            errors[name] = f"{type(error).__name__}: {error}"
    return errors


def run_or_wrap(name, task):
    try:
        return task()
    except Exception as error:
        raise TaskFailed(name, error) from error


def always_clean_up(task, clean_up):
    try:
        return task()
    finally:
        clean_up()


def first_success(tasks):
    for task in tasks:
        try:
            return task()
        except Exception:
            continue
    raise RuntimeError("all failed")


def validate(value, *checks):
    for check in checks:
        if not check(value):
            raise ValueError(f"{check.__name__} refused {value!r}")
    return value


def ask_until_valid(ask, parse):
    while True:
        try:
            return parse(ask())
        except ValueError:
            continue


def error_codes(f, inputs):
    codes = []
    for value in inputs:
        try:
            f(value)
            codes.append(0)
        except Exception as error:
            codes.append(getattr(error, "code", -1))
    return codes
