"""Times, spans and numbers as people read them, the same in every locale."""

from datetime import datetime, timedelta
from decimal import Decimal

SPANS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def when(time: datetime) -> str:
    """12 Nov 2026, 23:59 +01:00, as the metadata's own offset has it."""
    clock = f"{time:%H:%M:%S}" if time.second else f"{time:%H:%M}"
    offset = f" {time.isoformat()[-6:]}" if time.utcoffset() else " UTC"
    return f"{time.day} {MONTHS[time.month - 1]} {time.year}, {clock}{offset}"


def span(time: timedelta) -> str:
    """1 day, 3 hours: the two largest parts of a time, rounded up to whole seconds."""
    left = -(-time // timedelta(seconds=1))
    parts = []
    for noun, seconds in SPANS:
        count, left = divmod(left, seconds)
        if count:
            parts.append(plural(count, noun))
    return ", ".join(parts[:2])


def plural(value: Decimal | float, noun: str) -> str:
    return f"{plain(value)} {noun}{'' if value == 1 else 's'}"


def plain(value: Decimal | float) -> str:
    """A number without an exponent and without zeros at its end."""
    return f"{decimal(value).normalize():f}"


def decimal(value: Decimal | float) -> Decimal:
    """A number as it is written: 0.1 is a tenth."""
    return value if isinstance(value, Decimal) else Decimal(str(value))
