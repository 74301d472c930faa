"""Dates, times and paths."""

from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path, PurePosixPath
from uuid import UUID, uuid5

NAMESPACE = UUID("12345678-1234-5678-1234-567812345678")


def next_weekday(day):
    day += timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def parse(text):
    return datetime.strptime(text, "%d.%m.%Y %H:%M")


def duration(start, end):
    return end - start


def schedule(first, step, n):
    return [first + i * step for i in range(n)]


def opening_hours():
    return {"open": time(9, 30), "close": time(18, 0)}


def to_utc(moment):
    return moment.astimezone(timezone.utc)


def in_zone(moment, hours):
    return moment.astimezone(timezone(timedelta(hours=hours)))


def by_month(days):
    groups = {}
    for day in days:
        groups.setdefault((day.year, day.month), []).append(day)
    return groups


def overlap(a, b):
    start, end = max(a[0], b[0]), min(a[1], b[1])
    return (start, end) if start < end else None


def backup_name(path):
    path = Path(path)
    return path.with_name(path.stem + ".bak" + path.suffix)


def extensions(paths):
    return sorted({path.suffix for path in paths})


def url_path(*parts):
    return PurePosixPath("/").joinpath(*parts)


def identify(name):
    return uuid5(NAMESPACE, name)


class Calendar:
    def __init__(self, year):
        self.first = date(year, 1, 1)
        self.entries = {}

    def add(self, day, text):
        self.entries.setdefault(day, []).append(text)

    def between(self, start, end):
        return {day: texts for day, texts in sorted(self.entries.items()) if start <= day <= end}
