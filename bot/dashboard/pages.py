"""The pages: each runs its canned queries, makes of them what its template shows, and links them as data."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Response

from bot.blocks.overview import how_long
from bot.dashboard import drawing
from bot.dashboard.drawing import Table, part_name
from bot.dashboard.queries import DATABASE, FACETS, OPEN, PAGE, READABLE
from bot.overview import MANDATE_PARTS, Overview, Part, Week, monday_of
from bot.polls import Kind
from bot.review import State
from bot.tables import as_csv

Row = dict[str, Any]
View = Callable[[Datasette, Any], Awaitable[Response]]
MOST_WEEKS = 26  # that the first page begins with
AGES = ("under a week", "1 to 4 weeks", "over 4 weeks")
ONLY = {
    "": "Every answer",
    "asked": "Given at least once",
    "never": "Never asked",
    "not-helpful": "Found not helpful",
    "not-reviewed": "Not reviewed",
}


async def overview_page(datasette: Datasette, request: Any) -> Response:
    await _admit(datasette, request)
    [span] = await _run(datasette, "overview-span")
    first, last = _days(request, span)
    if first is None or last is None:
        return await _render(datasette, request, "overview.html", shown=None, charts=[], data=[])
    asked = {"from": first.isoformat(), "to": last.isoformat()}
    questions, feedback, [waited], refused = await asyncio.gather(
        *(_run(datasette, f"overview-{name}", asked) for name in ("questions", "feedback", "waits", "refused"))
    )
    shown = _overview(first, last, questions, feedback, waited, refused)
    charts = [
        drawing.weeks(shown, _asking("overview-weeks", asked)),
        drawing.parts(shown, _asking("overview-parts", asked)),
    ]
    data = [("Feedback", "overview-feedback"), ("Waits", "overview-waits"), ("Refusals", "overview-refused")]
    linked = [(words, _asking(name, asked)) for words, name in data]
    return await _render(datasette, request, "overview.html", shown=shown, charts=charts, data=linked)


async def unanswered_page(datasette: Datasette, request: Any) -> Response:
    await _admit(datasette, request)
    asked = {name: request.args.get(name) or "" for name in (*FACETS, "search")}
    asked["search"] = " ".join(asked["search"].split())
    if "state" not in request.args:
        asked["state"] = OPEN
    page = _page_of(request)
    rows, counted = await asyncio.gather(
        _run(datasette, "unanswered", asked | {"page": str(page)}), _run(datasette, "unanswered-facets", asked)
    )
    times = {(row["facet"], row["value"]): row["times"] for row in counted}
    total = times["all", ""]
    return await _render(
        datasette,
        request,
        "unanswered.html",
        rows=[row | {"part": part_name(row["part"])} for row in rows],
        total=total,
        menus=_menus(asked, times),
        search=asked["search"],
        turn=_turn("/unanswered", asked, page, total),
        data=[("These questions", _asking("unanswered", asked)), ("Counts", _asking("unanswered-facets", asked))],
    )


async def entries_page(datasette: Datasette, request: Any) -> Response:
    await _admit(datasette, request)
    found = await _run(datasette, "entries")
    only, search = request.args.get("show") or "", " ".join((request.args.get("search") or "").split())
    rows = [row for row in found if _is_shown(row, only) and _has_words(f"{row['question']} {row['entry']}", search)]
    most = [(row["question"] or row["entry"], row["served"]) for row in found[: drawing.MOST_BARS] if row["served"]]
    title = f"The answer given most often: {most[0][0]}" if most else "No answer was given yet"
    chart = drawing.bars("entries", title, most, "times given", "Answers given most", ("Answer", "Times given"))
    page = min(_page_of(request), max(1, -(-len(rows) // PAGE)))
    return await _render(
        datasette,
        request,
        "entries.html",
        rows=[row | {"part": part_name(row["part"])} for row in rows[(page - 1) * PAGE : page * PAGE]],
        shown=len(rows),
        turn=_turn("/entries", {"show": only, "search": search}, page, len(rows)),
        total=len(found),
        never=sum(not row["served"] for row in found),
        not_reviewed=sum(not row["reviewed"] for row in found),
        charts=[chart],
        only=only,
        choices=ONLY,
        search=search,
        data=[("Every answer", _asking("entries"))],
    )


async def polls_page(datasette: Datasette, request: Any) -> Response:
    await _admit(datasette, request)
    found = await _run(datasette, "polls")
    rates = [(row["title"], round(row["response_rate"] * 100)) for row in found if row["response_rate"] is not None]
    best = max(rates, key=lambda rate: rate[1], default=None)
    title = f"The best response: {best[1]}% took part in “{best[0]}”" if best else "No response rate can be told yet"
    columns = ("Poll", "Took part, %")
    chart = drawing.bars("rates", title, rates, "% of those who could", "Response to each poll", columns)
    return await _render(
        datasette, request, "polls.html", rows=found, charts=[chart], data=[("Every poll", _asking("polls"))]
    )


async def poll_page(datasette: Datasette, request: Any) -> Response:
    await _admit(datasette, request)
    asked = {"id": request.url_vars["id"]}
    found, results = await asyncio.gather(_run(datasette, "poll", asked), _run(datasette, "poll-results", asked))
    if not found:
        raise NotFound("There is no such poll.")
    by_question: dict[int, list[Row]] = {}
    for row in results:
        by_question.setdefault(row["question_at"], []).append(row)
    drawn = [
        (drawing.polled(at, rows[0]["question"], rows[0]["kind"], found[0]["voice"], rows), rows[0])
        for at, rows in by_question.items()
    ]
    return await _render(
        datasette,
        request,
        "poll.html",
        poll=found[0],
        drawn=drawn,
        rating=Kind.RATING.value,
        data=[("This poll", _asking("poll", asked)), ("What it came to", _asking("poll-results", asked))],
    )


async def practices_page(datasette: Datasette, request: Any) -> Response:
    await _admit(datasette, request)
    found = await _run(datasette, "practices")
    localities: dict[str, list[bool]] = {}
    for row in found:
        localities.setdefault(row["locality"] or "No locality", []).append(bool(row["asked"] or row["polls"]))
    heard = sum(map(sum, localities.values()))
    title = f"{heard} of {len(found)} practices have asked something or taken part in a poll"
    bars = [(name, sum(there)) for name, there in sorted(localities.items())]
    caption, columns = "Practices by locality", ("Locality", "Heard of", "Not yet")
    chart = drawing.bars("localities", title, bars, "practices heard of", caption, columns[:2])
    both = tuple((name, sum(there), len(there) - sum(there)) for name, there in sorted(localities.items()))
    return await _render(
        datasette,
        request,
        "practices.html",
        rows=found,
        charts=[replace(chart, table=Table(caption, columns, both))],
        data=[("Every practice", _asking("practices"))],
    )


async def csv_of(datasette: Datasette, request: Any) -> Response:
    """What a canned query or a view has, as a table in which no cell runs as a formula."""
    name = request.url_vars["name"]
    if name not in READABLE:
        raise NotFound("There is no such table.")
    kind = "view-table" if name.startswith("dashboard_") else "view-query"
    await datasette.ensure_permissions(request.actor, [(kind, (DATABASE, name)), "view-instance"])
    asked = {name: request.args.get(name) or "" for name in READABLE[name].parameters}
    found = await datasette.get_database(DATABASE).execute(READABLE[name].sql, asked)
    text = as_csv([found.columns, *(tuple(row) for row in found.rows)])
    return Response(
        text.encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}.csv"'},
    )


ROUTES: tuple[tuple[str, View], ...] = (
    (r"/$", overview_page),
    (r"/unanswered$", unanswered_page),
    (r"/entries$", entries_page),
    (r"/polls$", polls_page),
    (r"/polls/(?P<id>\d+)$", poll_page),
    (r"/practices$", practices_page),
    (rf"/{DATABASE}/(?P<name>[a-z_-]+)\.csv$", csv_of),
)


def spoken_wait(minutes: float | None) -> str:
    return "–" if minutes is None else how_long(minutes)


async def _admit(datasette: Datasette, request: Any) -> None:
    await datasette.ensure_permissions(request.actor, ["view-instance"])


async def _run(datasette: Datasette, name: str, asked: Mapping[str, str] | None = None) -> list[Row]:
    """The rows of a canned query."""
    query = READABLE[name]
    values = dict.fromkeys(query.parameters, "") | dict(asked or {})
    found = await datasette.get_database(DATABASE).execute(query.sql, values, truncate=True)
    return [dict(row) for row in found.rows]


async def _render(datasette: Datasette, request: Any, template: str, **shown: Any) -> Response:
    context = {"here": "/" + request.path.split("/")[1], **shown}
    return Response.html(await datasette.render_template(template, context, request=request))


def _asking(name: str, asked: Mapping[str, str] | None = None) -> str:
    """A canned query with what it is asked, as it stands in addresses but for its form: name.FORM?asked."""
    return f"/{DATABASE}/{name}.FORM" + (f"?{urlencode(asked)}" if asked else "")


def _page_of(request: Any) -> int:
    """Which page of a long table is asked for, from 1."""
    typed = request.args.get("page") or ""
    return max(1, int(typed)) if typed.isdecimal() and len(typed) < 7 else 1


def _turn(address: str, asked: dict[str, str], page: int, total: int) -> dict[str, Any]:
    """Where in a long table somebody is, and the addresses of the pages before and after, empty where there is none."""
    pages = max(1, -(-total // PAGE))
    before, after = (
        f"{address}?{urlencode(asked | {'page': str(to)})}" if 1 <= to <= pages else ""
        for to in (min(page - 1, pages), page + 1)
    )
    return {"page": page, "pages": pages, "before": before, "after": after}


def _days(request: Any, span: Row) -> tuple[date | None, date | None]:
    """The first and last day to show: those asked for, else the latest weeks of which anything is known."""
    if not span["last"]:
        return None, None
    oldest, newest = date.fromisoformat(span["first"]), date.fromisoformat(span["last"])
    last = min(_day_typed(request.args.get("to")) or newest, newest)
    begin = monday_of(last) - timedelta(weeks=MOST_WEEKS - 1)
    first = max(_day_typed(request.args.get("from")) or begin, oldest)
    return min(first, last), last


def _day_typed(typed: str | None) -> date | None:
    try:
        return date.fromisoformat(typed or "")
    except ValueError:
        return None


def _overview(
    first: date, last: date, questions: list[Row], feedback: list[Row], waited: Row, refused: list[Row]
) -> Overview:
    nothing = (0, 0, 0, 0)
    by_week, by_part = _summed(questions, "week"), _summed(questions, "part")
    asked, answered, suggested, unanswered = (sum(column) for column in zip(nothing, *by_week.values(), strict=True))
    starts = [monday_of(first) + timedelta(weeks=week) for week in range((last - monday_of(first)).days // 7 + 1)]
    said = {row["outcome"]: row["times"] for row in feedback}
    numbers = [*MANDATE_PARTS, *([None] if None in by_part else [])]
    return Overview(
        first,
        last,
        tuple(Week(monday, *by_week.get(monday.isoformat(), nothing)) for monday in starts),
        asked,
        answered,
        suggested,
        unanswered,
        helpful=said.get("helpful", 0),
        not_helpful=sum(said.values()) - said.get("helpful", 0),
        median_minutes=waited["median_minutes"],
        answered_by_leads=waited["answered"],
        refused=sum(row["times"] for row in refused),
        parts=tuple(
            Part(number, of_part[0], of_part[1], of_part[3])
            for number, of_part in ((number, by_part.get(number, nothing)) for number in numbers)
        ),
    )


def _summed(questions: list[Row], by: str) -> dict[Any, tuple[int, ...]]:
    """How many were asked, answered, suggested for and unanswered in all, for each value of a column."""
    found: dict[Any, tuple[int, ...]] = {}
    for row in questions:
        counts = (row["asked"], row["answered"], row["suggested"], row["unanswered"])
        found[row[by]] = tuple(map(sum, zip(found.get(row[by], (0, 0, 0, 0)), counts, strict=True)))
    return found


def _menus(asked: Mapping[str, str], times: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    """The three menus of the queue: each choice with how many rows it would show."""
    every = {name: sum(many for (facet, _), many in times.items() if facet == name) for name in FACETS}
    still_open = sum(times.get(("state", state), 0) for state in (State.NEW, State.ASSIGNED, State.REOPENED))
    states = [("", "Every state", every["state"]), (OPEN, "Open", still_open)]
    states += [(state.value, state.capitalize(), times.get(("state", state.value), 0)) for state in State]
    parts = [("", "Every part", every["part"])]
    parts += [(str(part), part_name(part or None), times.get(("part", str(part)), 0)) for part in (*MANDATE_PARTS, 0)]
    ages = [("", "Any age", every["age"]), *((age, age.capitalize(), times.get(("age", age), 0)) for age in AGES)]
    return [
        {"name": name, "label": label, "chosen": asked[name], "choices": choices}
        for name, label, choices in (
            ("state", "State", states),
            ("part", "Part of the mandate", parts),
            ("age", "Age", ages),
        )
    ]


def _is_shown(row: Row, only: str) -> bool:
    shown: dict[str, bool] = {
        "asked": row["served"] > 0,
        "never": row["served"] == 0,
        "not-helpful": row["not_helpful"] > 0,
        "not-reviewed": not row["reviewed"],
    }
    return shown.get(only, True)


def _has_words(text: str, search: str) -> bool:
    return all(word in text.casefold() for word in search.casefold().split())
