"""Dates and times of day: "Dec. 30th", "30 de diciembre", "2026年11月22日", "3 p.m.", "15:00"."""

from __future__ import annotations

from dedup.expressions import later
from dedup.facts.mentions import Date, Mention
from dedup.facts.vocabulary import Vocabulary
from dedup.facts.words import Words

_DAYS, _HOURS, _MINUTES = 31, 24, 60
_YEARS = range(1800, 2100)
_CLOCK = later(r"(\d{1,2}):(\d{2})(?::\d{2})?")
_POINTED = later(r"(\d{1,2})\.(\d{2})")
_POINTED_DATE = later(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_DAY_ENDINGS = frozenset(["st", "nd", "rd", "th", "er", "o", "º", "ª"])
_HOURS_WORDS = frozenset(["hrs", "hours"])
_OF = frozenset(["of", "de", "del"])


def moment(words: Words, i: int, high: int, vocabulary: Vocabulary) -> Mention | None:
    """The date or time that begins at token ``i``."""
    if words.keys[i][0].isdigit():
        return (
            _time(words, i, high, vocabulary)
            or _east_date(words, i, high, vocabulary)
            or _figures(words, i, high)
            or _day_first(words, i, high, vocabulary)
            or _year_alone(words, i, high, vocabulary)
        )
    return (
        _month_first(words, i, high, vocabulary)
        or _weekday(words, i, high, vocabulary)
        or _fixed_time(words, i, vocabulary)
        or _east_time(words, i, high, vocabulary)
    )


def _whole(words: Words, i: int, high: int, limit: int) -> int | None:
    """The whole number at ``i`` between 0 and the limit."""
    if i >= high or len(words.keys[i]) > 4 or not words.keys[i].isdigit():
        return None
    value = int(words.keys[i])
    return value if value <= limit else None


def _date(low: int, high: int, *readings: Date) -> Mention:
    return Mention("date", low, high, readings)


def _time_of(low: int, high: int, zone: str, *minutes: int) -> Mention:
    return Mention("time", low, high, tuple(float(m) for m in minutes), zone)


def _year(words: Words, i: int, high: int) -> int | None:
    value = _whole(words, i, high, _YEARS.stop - 1)
    return value if value is not None and len(words.keys[i]) == 4 and value in _YEARS else None


def _behind_month(words: Words, i: int, high: int) -> tuple[int | None, int]:
    """A year behind a month or day: ", 1987", " de 1987", " 1987"."""
    j = i + 1 if i + 1 < high and words.keys[i] in _OF else i
    year = _year(words, j, high)
    near = year is not None and words.gaps[j].strip(" ,\n") == ""
    return (year, j + 1) if near else (None, i)


def _month_first(words: Words, i: int, high: int, vocabulary: Vocabulary) -> Mention | None:
    found = vocabulary.months.at(words.keys, i, high)
    if found is None:
        return None
    (month, full), j = found
    year, end = _behind_month(words, j, high)
    if year is not None:
        return _date(i, end, Date(year, month))
    near = j < high and words.gaps[j] in (" ", ". ", "", ".", "\n", "-")
    day = _whole(words, j, high, _DAYS) if near else None
    if day and (full or words.capitals[i] or not vocabulary.capital_months):
        end = j + 1
        if end < high and words.keys[end] in _DAY_ENDINGS and words.gaps[end] == "":
            end += 1
        year, end = _behind_month(words, end, high)
        return _date(i, end, Date(year, month, day))
    named = full and len(words.keys[i]) > 2
    if vocabulary.capital_months:
        named = named and words.capitals[i] and not words.initial(i)
    return _date(i, j, Date(None, month)) if named else None


def _day_first(words: Words, i: int, high: int, vocabulary: Vocabulary) -> Mention | None:
    day, j = _whole(words, i, high, _DAYS), i + 1
    if not day:
        return None
    if j < high and words.keys[j] in _DAY_ENDINGS and words.gaps[j] == "":
        j += 1
    if j < high and words.keys[j] in _OF:
        j += 1
    found = vocabulary.months.at(words.keys, j, high) if j < high else None
    if found is None or words.gaps[j].strip(" .-\n\u00a0") or "\n\n" in words.gaps[j]:
        return None
    (month, full), end = found
    if not full and vocabulary.capital_months and not words.capitals[j]:
        return None
    # "to 5 from 2. March 3 …": the number behind the month is its day, so this one is none.
    after = _whole(words, end, high, _DAYS) if end < high and words.gaps[end] == " " else None
    if after and ". " in words.gaps[j]:
        return None
    year, end = _behind_month(words, end, high)
    return _date(i, end, Date(year, month, day))


def _weekday(words: Words, i: int, high: int, vocabulary: Vocabulary) -> Mention | None:
    found = vocabulary.weekdays.at(words.keys, i, high)
    if found is None or (vocabulary.capital_months and not words.capitals[i]):
        return None
    if len(words.keys[i]) <= 4 and vocabulary.capital_months and words.initial(i):
        return None  # "Sun rises": an abbreviation at the start of a sentence is a word
    return _date(i, found[1], Date(None, None, None, found[0]))


def _figures(words: Words, i: int, high: int) -> Mention | None:
    """2026-11-22, 22/11/2026 (either order), 22.11.2026."""
    pointed = _POINTED_DATE.fullmatch(words.keys[i])
    if pointed:
        day, month, year = map(int, pointed.groups())
        return _date(i, i + 1, Date(year, month, day)) if day <= _DAYS and month <= 12 else None
    if i + 2 >= high or words.gaps[i + 1] != words.gaps[i + 2] or words.gaps[i + 1] not in "-/":
        return None
    leading = _year(words, i, high)
    at = i + 1 if leading else i
    one, two = _whole(words, at, high, _DAYS), _whole(words, at + 1, high, _DAYS)
    in_year = leading or _year(words, i + 2, high)
    if not (in_year and one and two):
        return None
    orders = ((two, one),) if leading else ((one, two), (two, one))
    readings = [Date(in_year, month, day) for day, month in orders if month <= 12]
    return _date(i, i + 3, *readings) if readings else None


def _year_alone(words: Words, i: int, high: int, vocabulary: Vocabulary) -> Mention | None:
    year = _year(words, i, high)
    if year is None or words.gaps[i].endswith(("-", "/", "#")):
        return None
    if i + 1 < high and words.gaps[i + 1] in ("", " ", "-"):
        key = words.keys[i + 1]
        if key in vocabulary.scales or key in vocabulary.magnitudes:
            return None
        unit = vocabulary.units.at(words.keys, i + 1, high)
        if unit is not None and not (unit[0].kind == "money" and words.gaps[i + 1] == " "):
            return None
        if unit is not None and not key.startswith(("$", "€", "£")):
            return None
    return _date(i, i + 1, Date(year))


def _zone(words: Words, i: int, high: int, vocabulary: Vocabulary) -> tuple[str, int]:
    near = i < high and words.gaps[i].strip(" .(") == ""
    return (words.keys[i], i + 1) if near and words.keys[i] in vocabulary.zones else ("", i)


def _time(words: Words, i: int, high: int, vocabulary: Vocabulary) -> Mention | None:
    key, j = words.keys[i], i + 1
    clock = _CLOCK.fullmatch(key) or _POINTED.fullmatch(key)
    if clock:
        hour, minute = int(clock[1]), int(clock[2])
        if hour > _HOURS or minute >= _MINUTES:
            return None
    elif len(key) <= 2 and key.isdigit() and int(key) <= _HOURS:
        hour, minute = int(key), 0
    else:
        return _four_figures(words, i, high, vocabulary)
    if hour == 12 and j < high and words.gaps[j] == " " and words.keys[j] in vocabulary.fixed_times:
        return _time_of(i, j + 1, "", vocabulary.fixed_times[words.keys[j]])
    half = vocabulary.half_day.at(words.keys, j, high)
    if half is not None and words.gaps[j].strip() == "" and hour <= 12:
        zone, end = _zone(words, half[1], high, vocabulary)
        return _time_of(i, end, zone, _on_24(hour, half[0]) * 60 + minute)
    if j < high and words.keys[j] in vocabulary.oclock and words.gaps[j].strip() == "":
        return _oclock(words, i, j + 1, high, hour, minute, vocabulary)
    zone, end = _zone(words, j, high, vocabulary)
    if ":" not in key and not (zone and clock):
        return None
    return _time_of(i, end, zone, *_either(hour, minute, key.startswith("0")))


def _four_figures(words: Words, i: int, high: int, vocabulary: Vocabulary) -> Mention | None:
    """1500 GMT, 0940 hrs; without a zone, "1500 hours" may be how long something took."""
    key = words.keys[i]
    if len(key) != 4 or not key.isdigit() or int(key[2:]) >= _MINUTES or int(key[:2]) > _HOURS:
        return None
    hours = i + 1 < high and words.gaps[i + 1] == " " and words.keys[i + 1] in _HOURS_WORDS
    zone, end = _zone(words, i + 2 if hours else i + 1, high, vocabulary)
    told = zone or (hours and key.startswith("0"))
    return _time_of(i, end, zone, int(key[:2]) * 60 + int(key[2:])) if told else None


def _oclock(
    words: Words, low: int, j: int, high: int, hour: int, minute: int, vocabulary: Vocabulary
) -> Mention | None:
    """The time of "15 Uhr", "15h30", "3 o'clock"."""
    if minute == 0 and j < high and words.gaps[j] in ("", " ") and len(words.keys[j]) == 2:
        behind = _whole(words, j, high, _MINUTES - 1)
        if behind is not None:
            minute, j = behind, j + 1
    return _time_of(low, j, "", *_either(hour, minute, vocabulary.decimal_comma))


def _on_24(hour: int, half: str) -> int:
    return hour % 12 + (12 if half == "pm" else 0)


def _either(hour: int, minute: int, on_24: bool) -> tuple[int, ...]:
    """The minutes of a time that may be of the morning or of the afternoon."""
    value = hour * 60 + minute
    return (value,) if on_24 or hour > 12 else (value, _on_24(hour, "pm") * 60 + minute)


def _fixed_time(words: Words, i: int, vocabulary: Vocabulary) -> Mention | None:
    minutes = vocabulary.fixed_times.get(words.keys[i])
    return None if minutes is None else _time_of(i, i + 1, "", minutes)


def _east_date(words: Words, i: int, high: int, vocabulary: Vocabulary) -> Mention | None:
    """2026年11月22日, 11월 22일, 15時30分: any of the parts, in this order."""
    found: dict[str, int] = {}
    j = i
    while j + 1 < high and words.keys[j].isdigit() and len(words.keys[j]) <= 4:
        if words.gaps[j + 1].strip() or (j > i and words.gaps[j].strip()):
            break
        part = vocabulary.east.date.get(words.keys[j + 1][:1])
        unit = vocabulary.units.at(words.keys, j + 1, high)  # 日元 is no day
        if part is None or part in found or (unit is not None and unit[1] > j + 2):
            break
        found[part] = int(words.keys[j])
        j += 2
    return _east_moment(i, j, found, "") if found else None


def _east_moment(low: int, high: int, found: dict[str, int], half: str) -> Mention | None:
    if "hour" in found and "day" not in found:
        hour = _on_24(found["hour"], half) if half and found["hour"] <= 12 else found["hour"]
        return _time_of(low, high, "", *_either(hour, found.get("minute", 0), bool(half)))
    if "minute" in found and len(found) == 1:
        return None
    year = found.get("year")
    return _date(low, high, Date(year, found.get("month"), found.get("day")))


def _east_time(words: Words, i: int, high: int, vocabulary: Vocabulary) -> Mention | None:
    """下午3点, 오후 3시."""
    half = vocabulary.east.half_day.at(words.keys, i, high)
    if half is None or half[1] >= high or not words.keys[half[1]].isdigit():
        return None
    found = _east_date(words, half[1], high, vocabulary)
    if found is None or found.kind != "time":
        return None
    minutes = int(float(str(found.readings[0])))
    return _time_of(i, found.high, "", _on_24(minutes // 60, half[0]) * 60 + minutes % 60)
