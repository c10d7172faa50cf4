"""Who asks what and when: drawn by chance from a seed, so that it is the same each time."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.demo.script import Quarter, Topic
from bot.schedule import at_london

LOCAL = 0.16  # of all questions: what only the CCG can answer
CHOOSES = 0.8  # of people: who say which practice is theirs
GREETINGS = ("Hi, ", "hello, ", "Quick question: ", "Morning, ", "please ", "")
GREETED, MISTYPED = 0.12, 0.06
_BUSY = {8: 4, 9: 9, 10: 10, 11: 10, 12: 9, 13: 12, 14: 9, 15: 8, 16: 8, 17: 5, 18: 2}  # by the hour
_WEEKDAYS = (10, 12, 11, 11, 8, 0, 0)
_SURFACES = {"direct": 72, "channel": 11, "command": 17}


@dataclass(frozen=True)
class Person:
    """Somebody at a practice. `tells` says whether they tell the bot which one it is."""

    id: str
    practice: str
    tells: bool
    asks: float  # how much, compared with others


@dataclass(frozen=True)
class Question:
    """A question as it will be typed. The time is UTC."""

    at: datetime
    person: Person
    text: str
    topic: Topic
    surface: str


def people_of(quarter: Quarter, chance: random.Random) -> list[Person]:
    """Everybody at the practices, some of whom ask much more than others."""
    codes = [one.code for one in quarter.practices]
    staff = codes * 3 + chance.choices(codes, [1 + quarter.busy[code] for code in codes], k=quarter.people)
    return [
        Person(f"U0WEN{number:04}", code, chance.random() < CHOOSES, quarter.busy[code] * chance.paretovariate(1.4))
        for number, code in enumerate(staff[: quarter.people], start=1)
    ]


def questions_of(quarter: Quarter, people: Sequence[Person], chance: random.Random) -> list[Question]:
    """All questions of the quarter, in the order in which they are asked."""
    wordings = _Wordings(chance)
    asked = [
        _question(quarter, people, at, wordings, chance)
        for number, count in enumerate(quarter.weeks)
        for at in _times(quarter, number, count, chance)
    ]
    return sorted(asked, key=lambda one: one.at)


def working_days(quarter: Quarter) -> Iterator[date]:
    for number in range((quarter.last - quarter.first).days + 1):
        day = quarter.first + timedelta(days=number)
        if day.weekday() < 5 and day not in quarter.closed:
            yield day


def _times(quarter: Quarter, week: int, count: int, chance: random.Random) -> Iterator[datetime]:
    starts = quarter.first + timedelta(days=7 * week)
    days = [day for day in working_days(quarter) if starts <= day < starts + timedelta(days=7)]
    for _ in range(count):
        [day] = chance.choices(days, [_WEEKDAYS[day.weekday()] for day in days])
        [hour] = chance.choices(list(_BUSY), list(_BUSY.values()))
        yield at_london(day, time(hour, chance.randrange(60), chance.randrange(60)))


def _question(
    quarter: Quarter, people: Sequence[Person], at: datetime, wordings: "_Wordings", chance: random.Random
) -> Question:
    topics = [
        one for one in (quarter.local if chance.random() < LOCAL else quarter.asked) if one.is_asked_on(at.date())
    ]
    [topic] = chance.choices(topics, [one.weight for one in topics])
    [person] = chance.choices(people, [one.asks for one in people])
    [surface] = chance.choices(list(_SURFACES), list(_SURFACES.values()))
    return Question(at, person, wordings.next(topic), topic, surface)


class _Wordings:
    """Deals the wordings of each topic in turn, so that none comes twice before all came once."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._left: dict[str, list[str]] = {}

    def next(self, topic: Topic) -> str:
        left = self._left.setdefault(topic.name, [])
        if not left:
            left += self._chance.sample(list(topic.wordings), len(topic.wordings))
        text = left.pop()
        if self._chance.random() < MISTYPED:
            text = _mistyped(text, self._chance)
        if self._chance.random() < GREETED:
            text = self._chance.choice(GREETINGS) + text
        return text


def _mistyped(text: str, chance: random.Random) -> str:
    """The text with two letters of a long word in the wrong order."""
    words = text.split()
    at = max(range(len(words)), key=lambda place: (len(words[place]), -place))
    word = words[at]
    if len(word) > 6 and word.isalpha():
        place = chance.randrange(1, len(word) - 2)
        words[at] = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return " ".join(words)
