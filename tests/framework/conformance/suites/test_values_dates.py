import uuid
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path, PurePath

import pytest
import values_dates as work


@pytest.mark.parametrize("day, expected", [(date(2024, 3, 1), date(2024, 3, 4)), (date(2024, 3, 4), date(2024, 3, 5))])
def test_next_weekday(day, expected):
    assert work.next_weekday(day) == expected


def test_next_weekday_over_the_year():
    assert work.next_weekday(date(2023, 12, 29)).isoformat() == "2024-01-01"


def test_parse():
    assert work.parse("01.02.2024 13:05") == datetime(2024, 2, 1, 13, 5)


def test_parsed_parts():
    moment = work.parse("31.12.1999 23:59")
    assert (moment.year, moment.hour, moment.minute) == (1999, 23, 59)


def test_duration_is_a_timedelta():
    span = work.duration(datetime(2024, 1, 1, 10), datetime(2024, 1, 2, 12, 30))
    assert span == timedelta(days=1, hours=2, minutes=30)
    assert span.total_seconds() == 95400


def test_schedule():
    assert work.schedule(date(2024, 1, 30), timedelta(days=1), 3) == [date(2024, 1, 30), date(2024, 1, 31), date(2024, 2, 1)]


def test_opening_hours():
    hours = work.opening_hours()
    assert hours == {"open": time(9, 30), "close": time(18)}
    assert hours["open"] < hours["close"]


def test_to_utc():
    berlin = timezone(timedelta(hours=2))
    moment = work.to_utc(datetime(2024, 6, 1, 14, tzinfo=berlin))
    assert moment.hour == 12
    assert moment.tzinfo is timezone.utc


def test_same_moment_in_another_zone():
    noon = datetime(2024, 6, 1, 12, tzinfo=timezone.utc)
    tokyo = work.in_zone(noon, 9)
    assert tokyo == noon
    assert tokyo.utcoffset() == timedelta(hours=9)


def test_group_by_month():
    days = [date(2024, 1, 5), date(2023, 1, 1), date(2024, 1, 9)]
    assert work.by_month(days) == {(2024, 1): [date(2024, 1, 5), date(2024, 1, 9)], (2023, 1): [date(2023, 1, 1)]}


def test_overlap():
    def hours(a, b):
        return time(a), time(b)

    assert work.overlap(hours(9, 12), hours(11, 14)) == (time(11), time(12))
    assert work.overlap(hours(9, 10), hours(10, 11)) is None


def test_backup_name():
    assert work.backup_name(Path("data/notes.txt")) == Path("data/notes.bak.txt")


def test_backup_name_of_a_string():
    result = work.backup_name("a.csv")
    assert isinstance(result, Path)
    assert result.name == "a.bak.csv"


def test_extensions():
    assert work.extensions([Path("a.py"), Path("b.txt"), Path("c.py")]) == [".py", ".txt"]


def test_pure_path():
    path = work.url_path("api", "v1")
    assert isinstance(path, PurePath)
    assert path.parts == ("/", "api", "v1")


def test_uuid():
    assert work.identify("ann") == uuid.uuid5(work.NAMESPACE, "ann")


def test_uuid_version():
    assert work.identify("bob").version == 5


def test_calendar_keeps_all_entries():
    calendar = work.Calendar(2024)
    calendar.add(date(2024, 5, 1), "a")
    calendar.add(date(2024, 5, 1), "b")
    assert calendar.entries == {date(2024, 5, 1): ["a", "b"]}


def test_calendar_range_is_inclusive():
    calendar = work.Calendar(2024)
    calendar.add(calendar.first + timedelta(days=1), "x")
    assert list(calendar.between(date(2024, 1, 1), date(2024, 1, 2)).values()) == [["x"]]
