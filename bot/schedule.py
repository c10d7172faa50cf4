"""Times as leads type and read them, in Europe/London; everywhere else they are UTC."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = "Europe/London"
END_OF_DAY = time(17)  # what a day without a time means

_WEEKDAY = r"(?P<weekday>mon|tue|wed|thu|fri|sat|sun)(?:s|rs?|nes|ur)?(?:day)?"
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY, _YEAR = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?", r"(?P<year>20\d\d)"
_LEAD = rf"(?:(?:on |this )?{_WEEKDAY},? )?(?:on )?(?:the )?"
# The only days that are read, because each can be read in one way. "next Friday" is two days to two people.
_DAYS = [
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"today|tomorrow|(?:the )?day after tomorrow",
        rf"(?:on |this )?{_WEEKDAY}",
        rf"{_LEAD}{_DAY} (?:of )?{_MONTH}(?:,? {_YEAR})?",
        rf"{_LEAD}{_MONTH} {_DAY}(?:,? {_YEAR})?",
        rf"{_LEAD}(?P<day>\d\d?)/(?P<number>\d\d?)(?:/(?P<year>(?:20)?\d\d))?",
        rf"{_LEAD}(?P<day>\d\d?)(?P<mark>[.-])(?P<number>\d\d?)(?P=mark){_YEAR}",
        rf"{_LEAD}{_YEAR}-(?P<number>\d\d)-(?P<day>\d\d)",
    )
]
_LENGTH = re.compile(
    r"(?:in )?(?:an?|\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) "
    r"(?P<unit>minute|min|hour|day|week|fortnight|month)s?",
    re.ASCII,
)
_AT = r"(?:\bat |\bby |@ ?)?(?<![\d:./-])"
_CLOCKS = [
    re.compile(_AT + pattern, re.ASCII)
    for pattern in (
        r"(?P<hour>\d\d?)(?:[:.](?P<minute>[0-5]\d))? ?(?P<half>[ap])\.?m\b\.?",
        r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![\d:.])",
        r"\b(?P<noon>noon|midday)\b",
    )
]
_DOTTED = re.compile(_AT + r"(?P<hour>[01]?\d|2[0-3])\.(?P<minute>[0-5]\d)(?![\d:.])", re.ASCII)  # only beside a day


def moment(typed: str, now: datetime, *, without_time: time = END_OF_DAY) -> datetime | None:
    """The time that was typed, in UTC; None where it could be read in more than one way, or in none.

    Days come before months. A day alone is that day at `without_time`; a time alone is the next such time; a length
    counts from `now`. It may lie in the past.
    """
    text = re.sub(r"(?<=\d)t(?=\d)", " ", " ".join(typed.casefold().split()))
    clock, rest = _take_clock(text)
    if length := _LENGTH.fullmatch(rest):
        return _after(length, clock, now)
    local = in_london(now)
    if rest:
        day = _day(rest, local.date())
        return at_london(day, clock or without_time) if day else None
    if clock is None:
        return None
    today = at_london(local.date(), clock)
    return today if today > now else at_london(local.date() + timedelta(days=1), clock)


def next_time(at: datetime, repeats: str, first: datetime | None = None) -> datetime:
    """The same time of day in London a week or a month after `at`, in UTC; `repeats` is "weekly" or "monthly".

    `first` is when the series began, where that is not `at`: it says which time of day and which day of the month are
    meant, so that the 31st comes back after a shorter month, and 01:30 after the night that has none.
    """
    local, meant = in_london(at), in_london(first or at)
    if repeats == "weekly":
        return at_london(local.date() + timedelta(days=7), meant.time())
    if repeats != "monthly":
        raise ValueError(f"cannot repeat {repeats}")
    year, month = local.year + local.month // 12, local.month % 12 + 1
    return at_london(date(year, month, min(meant.day, monthrange(year, month)[1])), meant.time())


def spoken(at: datetime, now: datetime | None = None) -> str:
    """A time as people say it, in London: Friday 30 November at 17:00. With `now`, the year where it is another."""
    local = in_london(at)
    year = f" {local.year}" if now and in_london(now).year != local.year else ""
    return f"{local:%A} {local.day} {local:%B}{year} at {local:%H:%M}"


def in_london(at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(ZONE))


def at_london(day: date, clock: time) -> datetime:
    """A day and time of day in London, in UTC.

    An hour that the clocks skip in March becomes the one after it; of the hour that comes twice in October, the first.
    """
    return datetime.combine(day, clock.replace(fold=0), ZoneInfo(ZONE)).astimezone(UTC)


def _take_clock(text: str) -> tuple[time | None, str]:
    """The time of day in `text`, and what is left without it."""
    for pattern in (*_CLOCKS, _DOTTED):
        found = pattern.search(text)
        rest = text[: found.start()] + " " + text[found.end() :] if found else text
        rest = " ".join(rest.split()).strip(" ,")
        if found and (clock := _clock(found)) and (rest or pattern is not _DOTTED):
            return clock, rest
    return None, text


def _clock(found: re.Match[str]) -> time | None:
    typed = found.groupdict()
    if typed.get("noon"):
        return time(12)
    hour, minute = int(typed["hour"]), int(typed["minute"] or 0)
    if half := typed.get("half"):
        return time(hour % 12 + 12 * (half == "p"), minute) if 1 <= hour <= 12 else None
    return time(hour, minute)


def _day(text: str, today: date) -> date | None:
    """The day that `text` names, where it is one of `_DAYS` and was read as it was typed."""
    shape = next(filter(None, (pattern.fullmatch(text) for pattern in _DAYS)), None)
    if shape is None:
        return None
    typed = {name: value for name, value in shape.groupdict().items() if value}
    if "day" not in typed:
        read = _read(typed.get("weekday", text), datetime.combine(today, time()))
        is_as_typed = read is not None and typed.get("weekday") in (None, f"{read:%a}".casefold())
        return read.date() if read and is_as_typed else None
    year = typed.get("year", "")[-2:]
    named = f"{typed['day']}-{typed.get('number') or typed['month']}" + (f"-20{year}" if year else "")
    # Said just before today begins, so that today's own date is not next year's.
    read = _read(named, datetime.combine(today, time()) - timedelta(minutes=1))
    if read is None:
        return None
    day = read.date()
    meant = {"day": day.day, "number": day.month, "weekday": f"{day:%a}".casefold()}
    is_as_typed = all(typed[name].lstrip("0") == str(value) for name, value in meant.items() if name in typed)
    return day if is_as_typed and year in ("", f"{day:%y}") else None


def _after(length: re.Match[str], clock: time | None, now: datetime) -> datetime | None:
    local = in_london(now).replace(tzinfo=None, second=0, microsecond=0)
    read = _read(length[0], local)
    if read is None:
        return None
    if length["unit"] in ("minute", "min", "hour"):  # passes as it is counted, whatever the clocks do
        return now + (read - local) if clock is None else None
    return at_london(read.date(), clock or read.time())


def _read(text: str, base: datetime) -> datetime | None:
    """What `text` means when it is said at `base`, both in London and without a zone."""
    import dateparser  # here, because it is slow to import and few commands need it

    read: datetime | None = dateparser.parse(
        text,
        languages=["en"],
        settings={"DATE_ORDER": "DMY", "PREFER_DATES_FROM": "future", "RELATIVE_BASE": base, "TIMEZONE": ZONE},
    )
    return read
