"""What happens when a function that was handed in fails."""


class TaskFailed(Exception):
    def __init__(self, name, reason):
        super().__init__(f"{name} failed: {reason}")


def attempt(f, default=None):
    return f() or default


def divide_all(f, xs):
    results = []
    for x in xs:
        try:
            results.append(f(x))
        except ZeroDivisionError:
            break
    return results


def run_tasks(tasks):
    errors = {}
    for name, task in tasks.items():
        try:
            task()
        except Exception as error:
            errors[name] = f"{type(error).__name__}: {error}"
    return errors


def run_or_wrap(name, task):
    try:
        return task()
    except Exception:
        raise TaskFailed(name, "error") from None


def always_clean_up(task, clean_up):
    result = task()
    clean_up()
    return result


def first_success(tasks):
    for task in tasks:
        try:
            return task()
        except ValueError:
            continue
    return None


def validate(value, *checks):
    for check in checks:
        if not check(value):
            raise ValueError("refused")
    return value


def ask_until_valid(ask, parse):
    try:
        return parse(ask())
    except ValueError:
        return parse(ask())


def error_codes(f, inputs):
    codes = []
    for value in inputs:
        try:
            f(value)
            codes.append(0)
        except Exception:
            codes.append(-1)
    return codes
