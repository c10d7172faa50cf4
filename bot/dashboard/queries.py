"""Every question that the dashboard asks of the database: canned, by name, and of the views made for it alone."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot import review
from bot.migrations import DASHBOARD_VIEWS
from bot.overview import ANSWERED, SUGGESTED, UNANSWERED

DATABASE = "data"  # as addresses have it
PAGE = 50  # rows of a long table on a page
FACETS = ("state", "part", "age")  # of the queue; there are no others
OPEN = "open"  # of every state in which a row waits


@dataclass(frozen=True)
class Query:
    """SQL of one canned query, and the names of what it is asked with; each is text, empty where left out."""

    title: str
    sql: str
    parameters: tuple[str, ...] = ()


_ASKED = f"outcome IN ('{ANSWERED}', '{SUGGESTED}', '{UNANSWERED}')"
_BY_OUTCOME = (
    "sum(times) AS asked, "
    f"sum(iif(outcome = '{ANSWERED}', times, 0)) AS answered, "
    f"sum(iif(outcome = '{SUGGESTED}', times, 0)) AS suggested, "
    f"sum(iif(outcome = '{UNANSWERED}', times, 0)) AS unanswered"
)
_SPAN, _DAYS = "(:from = '' OR day >= :from) AND (:to = '' OR day <= :to)", ("from", "to")

# json_quote makes a text of what was typed, and each space in it then ends one word and begins the next.
_WORDS = "json_each('[' || replace(json_quote(lower(:search)), ' ', '\",\"') || ']')"
_FOUND = f"NOT EXISTS (SELECT 1 FROM {_WORDS} WHERE instr(lower(coalesce(question, '')), value) = 0)"
_STILL_OPEN = "(" + ", ".join(f"'{state}'" for state in sorted(review.OPEN)) + ")"
_OF_FACET = {
    "state": f"(:state = '' OR state = :state OR (:state = '{OPEN}' AND state IN {_STILL_OPEN}))",
    "part": "(:part = '' OR coalesce(part, 0) = CAST(:part AS INTEGER))",
    "age": "(:age = '' OR age = :age)",
}


def _facet(name: str) -> str:
    """How many rows each value has, given the other facets."""
    others = [condition for facet, condition in _OF_FACET.items() if facet != name]
    value = "coalesce(part, 0)" if name == "part" else name
    return (
        f"SELECT '{name}' AS facet, CAST({value} AS TEXT) AS value, count(*) AS times FROM dashboard_unanswered "
        f"WHERE {' AND '.join([*others, _FOUND])} GROUP BY 2"
    )


QUERIES: Mapping[str, Query] = {
    "overview-span": Query(
        "The first and the last day of which anything is counted",
        "SELECT first, last FROM dashboard_span",
    ),
    "overview-questions": Query(
        "Questions by week and part of the mandate, and what became of them",
        f"SELECT date(day, 'weekday 0', '-6 days') AS week, part, {_BY_OUTCOME} FROM dashboard_figures "
        f"WHERE measure = 'questions' AND {_ASKED} AND {_SPAN} GROUP BY 1, 2 ORDER BY 1, part IS NULL, part",
        _DAYS,
    ),
    "overview-weeks": Query(
        "Questions by week, and what became of them",
        f"SELECT date(day, 'weekday 0', '-6 days') AS week, {_BY_OUTCOME} FROM dashboard_figures "
        f"WHERE measure = 'questions' AND {_ASKED} AND {_SPAN} GROUP BY 1 ORDER BY 1",
        _DAYS,
    ),
    "overview-parts": Query(
        "Questions by part of the mandate, and what became of them",
        f"SELECT part, {_BY_OUTCOME} FROM dashboard_figures "
        f"WHERE measure = 'questions' AND {_ASKED} AND {_SPAN} GROUP BY 1 ORDER BY part IS NULL, part",
        _DAYS,
    ),
    "overview-feedback": Query(
        "What people said about answers",
        "SELECT outcome, sum(times) AS times FROM dashboard_figures "
        f"WHERE measure = 'feedback' AND {_SPAN} GROUP BY 1 ORDER BY 2 DESC, 1",
        _DAYS,
    ),
    "overview-waits": Query(
        "How many questions that waited leads have answered, and after how many minutes: the median",
        "SELECT coalesce(max(total), 0) AS answered, "
        "(min(minutes) FILTER (WHERE seen * 2 >= total) + min(minutes) FILTER (WHERE seen * 2 > total)) / 2.0 "
        "AS median_minutes FROM (SELECT minutes, sum(sum(times)) OVER (ORDER BY minutes) AS seen, "
        "sum(sum(times)) OVER () AS total FROM dashboard_figures "
        f"WHERE measure = 'answered' AND {_SPAN} GROUP BY minutes)",
        _DAYS,
    ),
    "overview-refused": Query(
        "How often text about patients was refused, by what was seen in it",
        "SELECT outcome, sum(times) AS times FROM dashboard_figures "
        f"WHERE measure = 'refused' AND {_SPAN} GROUP BY 1 ORDER BY 2 DESC, 1",
        _DAYS,
    ),
    "unanswered": Query(
        "Questions that had no answer, those asked most first",
        "SELECT question, why, state, part, age, first_asked, last_asked, times, practices FROM dashboard_unanswered "
        f"WHERE {' AND '.join([*_OF_FACET.values(), _FOUND])} ORDER BY times DESC, first_asked, id "
        f"LIMIT iif(:page = '', -1, {PAGE}) OFFSET max(0, CAST(:page AS INTEGER) - 1) * {PAGE}",
        (*FACETS, "search", "page"),
    ),
    "unanswered-facets": Query(
        "How many rows of the queue there are, by state, part and age",
        " UNION ALL ".join(_facet(name) for name in FACETS)
        + " UNION ALL SELECT 'all', '', count(*) FROM dashboard_unanswered "
        + f"WHERE {' AND '.join([*_OF_FACET.values(), _FOUND])}",
        (*FACETS, "search"),
    ),
    "entries": Query(
        "Answers, how often each was given and what people said",
        "SELECT entry, question, part, served, helpful, not_helpful, reasons, reviewed FROM dashboard_entries "
        "ORDER BY served DESC, entry",
    ),
    "polls": Query(
        "Open and closed polls, newest first",
        "SELECT id, title, state, voice, anonymous, opened, closes, closed, took_part, eligible, response_rate, "
        "notes, heard, doing, said FROM dashboard_polls ORDER BY opened DESC, id DESC",
    ),
    "poll": Query("One poll", "SELECT * FROM dashboard_polls WHERE id = CAST(:id AS INTEGER)", ("id",)),
    "poll-results": Query(
        "What a poll came to",
        "SELECT question_at, question, kind, option_at, option, number, answered, average "
        "FROM dashboard_poll_results WHERE poll_id = CAST(:id AS INTEGER) ORDER BY question_at, option_at",
        ("id",),
    ),
    "practices": Query(
        "What each practice's people asked, and the polls it took part in",
        "SELECT code, practice, locality, asked, polls, last_week FROM dashboard_practices ORDER BY practice, code",
    ),
}
# A view is read whole under its own name.
READABLE: Mapping[str, Query] = {**QUERIES} | {view: Query(view, f"SELECT * FROM {view}") for view in DASHBOARD_VIEWS}
