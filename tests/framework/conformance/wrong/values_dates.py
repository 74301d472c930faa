"""Dates, times and paths."""

from datetime import date, datetime, timedelta, timezone
from pathlib import Path, PurePosixPath
from uuid import UUID

NAMESPACE = UUID("12345678-1234-5678-1234-567812345678")


def next_weekday(day):
    return day + timedelta(days=1)


def parse(text):
    return datetime.strptime(text[:10], "%d.%m.%Y")


def duration(start, end):
    return (end - start).days


def schedule(first, step, n):
    return [first + (i + 1) * step for i in range(n)]


def opening_hours():
    return {"open": "09:30", "close": "18:00"}


def to_utc(moment):
    return moment.replace(tzinfo=timezone.utc)


def in_zone(moment, hours):
    return moment + timedelta(hours=hours)


def by_month(days):
    groups = {}
    for day in days:
        groups.setdefault(day.month, []).append(day)
    return groups


def overlap(a, b):
    return (max(a[0], b[0]), min(a[1], b[1]))


def backup_name(path):
    return Path(str(path) + ".bak")


def extensions(paths):
    return [path.suffix for path in paths]


def url_path(*parts):
    return PurePosixPath("/").joinpath(*parts)


def identify(name):
    return str(NAMESPACE) + name


class Calendar:
    def __init__(self, year):
        self.first = date(year, 1, 1)
        self.entries = {}

    def add(self, day, text):
        self.entries[day] = [text]

    def between(self, start, end):
        return {day: texts for day, texts in self.entries.items() if start <= day < end}
