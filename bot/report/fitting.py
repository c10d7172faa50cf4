"""Which polls stand on the second page with a chart, and which in a list: as many as there is room for on paper."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import ceil

from bot.report import findings
from bot.report.pack import Pack, Result, is_shown

MOST_TITLE, MOST_QUESTION, MOST_OPTION, MOST_SAID, MOST_NAME, MOST_CELL = 110, 100, 46, 230, 60, 72  # characters
MOST_APPRAISED_QUESTION = 84
MOST_AREAS, LISTED, MOST_APPRAISED = 6, 4, 6  # rows; of polls, so many at least stand in the list
# In millimetres, as the page is printed: rather too much than too little.
PAGE, HEADING, LINE, ROW = 278.0, 9.5, 4.2, 4.7
INVENTED, CHART, BAR = 9.5, 13.0, 4.8
LINE_LENGTH, THIRD_LINE, WIDE_LINE, NARROW_LINE = 118, 36, 84, 40  # characters


@dataclass(frozen=True)
class Fitted:
    """The polls of a pack that are no appraisal, closed last first, and earlier appraisals with the list."""

    charted: tuple[Result, ...]
    listed: tuple[Result, ...]
    most: int = 0  # of them that there is room for
    has_areas: bool = True  # whether there is room for the localities


def fitted(pack: Pack) -> Fitted:
    """All with a chart where they fit; else as many as fit beside the list of the others.

    The localities stand there too, unless the room that they take is all that a chart needs.
    """
    found = _fitted(pack, _room(pack), True)
    if found.charted or not pack.reach.areas:
        return found
    without = _fitted(pack, _room(replace(pack, reach=replace(pack.reach, areas=()))) - LINE, False)
    return without if without.charted else found


def _fitted(pack: Pack, room: float, has_areas: bool) -> Fitted:
    others = pack.appraisals[1:]
    if not others and sum(_height(one, pack) for one in pack.polls) <= room:
        return Fitted(pack.polls, (), has_areas=has_areas)
    charted: list[Result] = []
    for one in (one for one in pack.polls if charted_at(one) is not None):
        left = [other for other in (*pack.polls, *others) if other not in (*charted, one)]
        if sum(_height(other, pack) for other in (*charted, one)) + _list(left[:LISTED]) <= room:
            charted.append(one)
    listed = tuple(one for one in (*pack.polls, *others) if one not in charted)
    room -= sum(_height(one, pack) for one in charted)
    return Fitted(tuple(charted), listed, _most(listed, room), has_areas)


def _most(listed: Sequence[Result], room: float) -> int:
    """How many of them the list has room for."""
    return max([number for number in range(1, len(listed) + 1) if _list(listed[:number]) <= room], default=1)


def _list(listed: Sequence[Result]) -> float:
    """How high the list of polls stands, with what is said of those that it leaves out."""
    rows = 0.0
    for one in listed:
        cells = (one.title, findings.in_short(one), one.will_do)
        rows += ROW - LINE + max(_lines([_cut(cell, MOST_CELL)], THIRD_LINE) for cell in cells)
    return rows + 4 * ROW if listed else 0


def charted_at(result: Result) -> int | None:
    """Which question of a poll is drawn: the first that may be shown."""
    return next((at for at, count in enumerate(result.counts) if is_shown(count)), None)


def _room(pack: Pack) -> float:
    """How high the polls may stand in all, beside everything else on their page."""
    areas = min(MOST_AREAS, len(pack.reach.areas))
    other = 4 * HEADING + (INVENTED if pack.is_invented else 0)
    other += _lines(findings.unknown(pack)) + _lines(
        [findings.of_polls(pack), findings.of_reach(pack), findings.of_appraisal(pack)], 90
    )
    other += _lines([findings.of_helpful(pack) + " ".join(findings.beside_helpful(pack))])
    other += (areas + 2) * ROW if areas else 0
    if pack.appraisals:
        result = pack.appraisals[0]
        other += _lines([findings.ABOUT_APPRAISAL + " ".join(result.notes)]) + 3 * LINE
        for count in result.counts[:MOST_APPRAISED]:
            asked = findings.asked_in_short(count.question.text, MOST_APPRAISED_QUESTION)
            asked, chosen = _cut(asked, MOST_APPRAISED_QUESTION), findings.said_most(count)
            other += ROW - LINE + max(_lines([asked], WIDE_LINE), _lines([chosen], NARROW_LINE))
        other += _outcome(result, pack.ccg_name)
    return PAGE - other


def _height(result: Result, pack: Pack) -> float:
    """How high a poll stands with its chart."""
    at = charted_at(result)
    title = 3 + _lines([_cut(result.title, MOST_TITLE)], 85)
    said = _lines([findings.took_part(result) + " " * 32 + " ".join(result.notes)])
    if at is None:
        return title + said + _outcome(result, pack.ccg_name)
    table = (len(result.counts[at].question.choices) + 2) * ROW + LINE
    chart = CHART + min(len(result.counts[at].question.choices) * BAR, 48)
    return title + said + max(table, chart) + (LINE if len(result.counts) > 1 else 0) + _outcome(result, pack.ccg_name)


def _outcome(result: Result, ccg_name: str) -> float:
    if not result.will_do:
        return LINE
    return _lines(
        [
            _cut(result.heard, MOST_SAID) + " " * 18,
            _cut(result.will_do, MOST_SAID) + _cut(ccg_name, MOST_NAME) + " " * 60,
        ]
    )


def fits(text: str, most: int) -> int:
    """How many of its characters have room where `most` small letters do."""
    return sum(so_far <= most for so_far in accumulate(map(_width, text)))


def _cut(text: str, most: int) -> str:
    return text[: fits(text, most)]


def _width(char: str) -> float:
    """How wide a character is, in small letters."""
    if unicodedata.east_asian_width(char) in "WF" or char in "WM@%—":
        return 2.0
    return 1.4 if char.isupper() else 1.0


def _lines(paragraphs: Iterable[str], length: int = LINE_LENGTH) -> float:
    return LINE * sum(ceil(sum(map(_width, text)) / length) for text in paragraphs)
