"""Board packs that nobody gathered: an ordinary quarter, an empty one, and one in which everything is long."""

from dataclasses import replace
from datetime import date

from bot.overview import Figure, overview
from bot.polls import Count, Kind, Question, Tally, Voice
from bot.report.pack import Area, Done, Pack, Reach, Result, Theme, Topic

FIRST, LAST = date(2012, 10, 1), date(2012, 12, 31)
LONG = "Whether our practices, with all of their different lists and staff, should take part in it "
MORNINGS = Question("Should locality meetings move to mornings?", Kind.ONE, ("Yes", "No", "Don't mind"))
HEARD = Question("How well does the Board hear you?", Kind.RATING, ends=("not at all", "fully"))
FREE = Question(
    "The Board has a duty to promote the autonomy of CCGs. How free is our CCG to decide what suits its patients?",
    options=("Very free", "Fairly free", "Not very free", "Not free at all", "Don't know"),
)
WORDS = Question("What should the Board keep doing?", Kind.TEXT)


def empty() -> Pack:
    return Pack(
        ccg_name="Anytown CCG",
        first=FIRST,
        last=LAST,
        made_on=date(2013, 1, 3),
        overview=overview([], FIRST, LAST),
        topics=(),
        themes=(),
        results=(),
        still_open=0,
        appraisal_open=False,
        reach=Reach(0, 0, 0, ()),
        reasons={},
        not_kept=0,
    )


def ordinary() -> Pack:
    figures = [
        *(asked(part, "answer", 20 + 9 * part) for part in range(1, 10)),
        *(asked(part, "no_answer", part) for part in range(1, 10)),
        asked(None, "suggestions", 31),
        asked(4, "helpful", 88, "feedback"),
        asked(4, "unclear", 12, "feedback"),
        replace(asked(4, "answer", 14, "answered"), minutes=3_000),
    ]
    return replace(
        empty(),
        overview=overview(figures, FIRST, LAST),
        topics=tuple(Topic(f"What does the mandate say about topic {n}?", n % 9 + 1, 40 - n) for n in range(12)),
        themes=(
            Theme("Who pays for the training of our reception staff?", None, 9, Done.ANSWERED),
            Theme("When will the area team answer letters?", 9, 6, Done.OPEN),
            Theme("What did the board decide about scans?", 4, 5, Done.LINKED),
            Theme("", 2, 3, Done.OPEN),
            Theme("", None, 2, Done.DISMISSED, "it is not about the mandate or the CCG"),
        ),
        results=(
            result(3, "How do the Board and its area team work with us?", appraisal(), is_appraisal=True),
            result(2, "Locality meetings", (Count(MORNINGS, (18, 9, 5), 32),)),
            result(1, "How well are you heard?", (Count(HEARD, (2, 4, 9, 12, 5), 32),), will_do=""),
        ),
        still_open=1,
        reach=Reach(40, 31, 34, (Area("North", 18, 14, 16), Area("South", 22, 17, 18))),
        reasons={"it is unclear": 12},
    )


def busy(words: str = LONG) -> Pack:
    """Everything as long and as much as it may be, or more."""
    options = tuple(f"{letter} {words * 2}"[:75] for letter in "abcdefghij")
    long = Question((words * 8)[:500], Kind.ONE, options)
    polls = [
        result(
            number,
            (f"{number}: {words * 3}")[:150],
            (Count(long, tuple(range(10, 20)), 145), Count(FREE, (5, 5, 5, 5, 5), 25)),
            notes=(LONG * 2, LONG),
            heard=words * 16,
            will_do=words * 16,
        )
        for number in range(1, 12)
    ]
    appraised = tuple(Count(replace(long, text=f"{at} {long.text}"), (7,) * 10, 70) for at in range(10))
    pack = ordinary()
    return replace(
        pack,
        ccg_name="NHS " + "Somewhere and Elsewhere " * 4,
        is_invented=True,
        topics=tuple(Topic((f"{n} {words * 2}")[:140], n % 9 + 1, 4_000 - n) for n in range(200)),
        themes=tuple(
            Theme((f"{n} {words * 30}")[:3_000], 3, 900 - n, list(Done)[n % 4], (words[:50] if n % 4 == 2 else ""))
            for n in range(120)
        ),
        results=(
            result(99, words, appraised, is_appraisal=True, heard=words * 16, will_do=words * 16, notes=(LONG * 2,)),
            result(98, words, appraised, is_appraisal=True),
            *polls,
        ),
        still_open=12,
        reach=Reach(400, 310, 290, tuple(Area(f"{n} {words * 2}", 20, 12, 14) for n in range(20))),
        reasons={"it is wrong": 40, "it is unclear": 30, "it is out of date": 20, "no reason given": 10},
        not_kept=1_234,
    )


def asked(part: int | None, outcome: str, times: int, measure: str = "questions") -> Figure:
    return Figure(date(2012, 11, 22), measure, part, outcome, "direct", 0, times, "T0001")


def appraisal() -> tuple[Count, ...]:
    free = tuple(Count(FREE, (4, 12, 9, 3, 4), 32) for _ in range(5))
    return (*free, Count(WORDS, (), 20))


def result(
    number: int,
    title: str,
    counts: tuple[Count, ...],
    *,
    is_appraisal: bool = False,
    notes: tuple[str, ...] = (),
    heard: str = "Mornings suit most, but not practices with an early clinic.",
    will_do: str = "Meetings move to mornings from February.",
    localities: tuple[tuple[str, Tally], ...] = (),
) -> Result:
    return Result(
        number=number,
        title=title,
        closed=date(2012, 12, 14),
        voice=Voice.PRACTICE,
        is_anonymous=False,
        is_appraisal=is_appraisal,
        taking_part=32,
        eligible=40,
        counts=counts,
        localities=localities,
        notes=notes,
        heard=heard if will_do else "",
        will_do=will_do,
        said=date(2012, 12, 20) if will_do else None,
    )
