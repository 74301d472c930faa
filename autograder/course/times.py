"""Due dates as people write them on a command line and in a roster."""

import re
from datetime import datetime, timedelta

TIME = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[T ](?P<clock>\d\d:\d\d(:\d\d)?)(\.\d+)? ?(?P<offset>Z|UTC|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)
SPAN = re.compile(r"\+? ?(?P<number>\d{1,5}(\.\d{1,3})?) ?(?P<unit>d|days?|h|hours?)", re.ASCII | re.IGNORECASE)
EXAMPLE = "2026-11-12 23:59 +01:00"


def due_date(text: str, general: datetime | None = None) -> datetime:
    """Read a due date.

    Args:
        text: a date and time with its offset from UTC, such as "2026-11-12 23:59 +01:00"; or days or hours after the general
            due date, such as "+2d" or "48h".
        general: the due date of the class.

    Raises:
        ValueError: it cannot be read; the message says what is wrong and what it could be.
    """
    text = text.strip()
    span = SPAN.fullmatch(text)
    if span:
        if general is None:
            raise ValueError(f"{text!r} counts from the due date of the class, which is not known; give it with --due")
        unit = "days" if span["unit"].lower().startswith("d") else "hours"
        return general + timedelta(**{unit: float(span["number"])})
    match = TIME.fullmatch(text)
    if match and not match["offset"]:
        raise ValueError(f"{text!r} does not say its time zone; write the offset from UTC too, such as {EXAMPLE}")
    if match:
        # Python 3.10 reads offsets with a colon only.
        offset = "+00:00" if match["offset"].upper() in ("Z", "UTC") else f"{match['offset'][:3]}:{match['offset'][-2:]}"
        try:
            return datetime.fromisoformat(f"{match['day']}T{match['clock']}{offset}")
        except ValueError:
            pass
    raise ValueError(
        f"{text!r} is not a due date; write a date and time such as {EXAMPLE}, or days or hours such as +2d or 48h"
    )
