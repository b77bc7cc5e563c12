"""Publication times: all the ways in which feeds write them, and what is no time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.text.dates import UNKNOWN, hours


def _hours(*moment: int) -> float:
    return datetime(*moment, tzinfo=UTC).timestamp() / 3600  # type: ignore[misc,arg-type]


NOON = _hours(2024, 2, 24, 12)
MIDNIGHT = _hours(2024, 2, 24)


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-24T12:00:00Z",
        "2024-02-24T12:00:00+00:00",
        "2024-02-24T14:00:00+02:00",
        "2024-02-24T14:00:00+0200",
        "2024-02-24T06:30:00-05:30",
        "2024-02-24 12:00",
        "2024-02-24 12:00:00",
        "2024-02-24T12:00:00.000000Z",
        "  2024-02-24T12:00:00Z\n",
        "20240224T120000Z",
        "Sat, 24 Feb 2024 12:00:00 GMT",
        "Sat, 24 Feb 2024 14:00:00 +0200",
        "Sat, 24 Feb 2024 07:00:00 EST",
        "24 Feb 2024 12:00:00 -0000",
        "Sat Feb 24 12:00:00 2024",
        "24-FEB-2024 12:00:00.00",
        "1708776000",
        "1708776000.0",
        "1708776000000",
        "１７０８７７６０００",
    ],
)
def test_one_moment_in_many_spellings(text: str) -> None:
    assert hours(text) == NOON


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-24",
        "20240224",
        "2024/02/24",
        "24-Feb-2024",
        "24 Feb 2024",
        "February 24, 2024",
        "Feb 24, 2024",
        "24 FEB 2024",
    ],
)
def test_a_day_is_its_midnight_in_utc(text: str) -> None:
    assert hours(text) == MIDNIGHT


def test_a_wire_stamp_of_the_eighties() -> None:
    assert hours(" 2-MAR-1987 08:59:30.50") == _hours(1987, 3, 2, 8, 59, 30) + 0.5 / 3600
    stamp = _hours(1987, 2, 26, 15, 1, 1)
    assert hours("26-FEB-1987 15:01:01.79") == pytest.approx(stamp, abs=1e-3)


@pytest.mark.parametrize("text", ["631152000", "946684800", "4102444800", "631152000000"])
def test_epoch_seconds_and_milliseconds_of_nine_to_thirteen_digits(text: str) -> None:
    seconds = int(text) / (1000 if len(text) > 11 else 1)

    assert hours(text) == seconds / 3600


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "yesterday",
        "two hours ago",
        "0",
        "-5",
        "2024",
        "nan",
        "inf",
        "2024-13-45",
        "2024-02-30",
        "Feb",
        "12 monkeys",
        "None",
        "\ud800",
        "\x002024-02-24",
        "Mon, 99999999999999999999 Jan 2024 10:00:00 GMT",
        "Mon, 1 Jan 2024 99999999999999999999:00:00 GMT",
        "Mon, 1 Jan 2024 10:00:00 +99999999999999999999",
        "Mon, 1 Jan 2024 10:00 +9999",
        "9" * 5000,
        "Tue, " + "9" * 5000 + " Jan 2024",
    ],
    ids=lambda text: repr(text[:40]),
)
def test_what_is_no_time_is_unknown(text: str) -> None:
    assert hours(text) == UNKNOWN


def test_the_unknown_sorts_behind_every_time() -> None:
    assert hours("9999-12-31T23:59:59-23:59") < UNKNOWN
    assert hours("0001-01-01T00:00:00+23:59") < hours("1970-01-01")


_pieces = st.sampled_from(
    [*"0123456789 :-+/,.TZ٣", "Jan", "Mon, ", "GMT", "2024", "99999999999", "+0100", "pm"]
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.one_of(st.text(max_size=30), st.lists(_pieces, max_size=12).map("".join)))
def test_no_text_is_an_error(text: str) -> None:
    moment = hours(text)

    assert moment == moment


@settings(max_examples=50, deadline=None, derandomize=True, database=None)
@given(st.datetimes(datetime(1975, 1, 1), datetime(2200, 1, 1)))
def test_moments_come_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)

    assert hours(moment.isoformat()) == moment.timestamp() / 3600
    assert hours(moment.strftime("%a, %d %b %Y %H:%M:%S +0000")) == moment.timestamp() / 3600
    assert hours(str(int(moment.timestamp()))) == moment.timestamp() / 3600
