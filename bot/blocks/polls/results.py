"""What a poll came to: for others than leads after the small-group rule, for its owners as it is."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.blocks.figures import bar_chart, table
from bot.blocks.kit import MOST_SECTION, Block, context, escape, escape_short, header, marked, plain
from bot.blocks.polls.terms import apart, turnout, wrote
from bot.polls import SMALLEST_GROUP, Count, Kind, Poll
from bot.polls.answering import most_of
from bot.polls.charts import WHO, Bar, ChartSpec, chart_of
from bot.polls.disclosure import Part, Publication, Shown, notes_on
from bot.schedule import spoken

MOST_CHARTS = 2  # a message: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
MOST_WORDS = 3_500  # characters of a message's text, so that with its blocks it stays under what Slack shows
MOST_CELLS = 4_000  # characters of a table of localities
MOST_ROWS = 60

Body = dict[str, Any]  # of a letter


def results_bodies(poll: Poll, shown: Shown, eligible: int, *, for_leads: bool = False) -> list[Body]:
    """The messages that tell what a poll came to, in order; each with `plainer` blocks for where charts are refused.

    `for_leads`: what is shown is for the poll's owners, who see small numbers too.
    """
    found = shown.publication
    opening = [
        header(escape_short(f"Results: {poll.plan.title}", 150)),
        marked(escape(_closing(poll, shown, eligible))),
    ]
    notes = _notes(poll, shown, for_leads=for_leads)
    words = [f"Results: {poll.plan.title}", _closing(poll, shown, eligible), *notes]
    small_print = [context(notes)] if notes else []
    if found is None or not found.whole.taking_part:
        return [_body(words, [*opening, *small_print])]
    bodies: list[Body] = []
    pages = _pages(found.whole.counts)
    for number, page in enumerate(pages, start=1):
        first = number == 1
        said = words if first else [f"Results: {poll.plan.title} ({number} of {len(pages)})"]
        top = opening if first else [context([said[0]])]
        charts = [block for at, count in page for block in _chart_blocks(at, count, poll)]
        rest = small_print if first else []
        told = [line for at, count in page for line in _question_lines(at, count, found.whole.taking_part)]
        bodies.append(_body([*said, *told], [*top, *charts, *rest], [*top, *_table_blocks(page, poll), *rest]))
    return bodies + _locality_bodies(poll, found)


def closed_body(poll: Poll, shown: Shown, eligible: int, ccg_name: str) -> Body:
    """What others see of a poll whose results are for leads only."""
    told = f"This poll has closed. {turnout(poll, shown.voted, eligible)}"
    rest = f"Its results go to leads at {ccg_name}, who will say here what comes of it."
    if shown.publication is None:
        rest = f"Fewer than {SMALLEST_GROUP} took part, so nobody sees its results, leads included."
    return _body([told, rest], [marked(escape(f"{told} {rest}"))])


def reopened_body(poll: Poll) -> Body:
    """Said under a poll that takes votes again."""
    until = f" until {spoken(poll.plan.closes_at)}" if poll.plan.closes_at else ""
    told = f"This poll is open again{until}. You can vote, change your vote or withdraw it in the message above."
    rest = "Votes that were cast before still count. New results follow when it closes."
    return _body([told, rest], [marked(escape(f"{told} {rest}"))])


def _closing(poll: Poll, shown: Shown, eligible: int) -> str:
    when = f" It closed on {spoken(poll.closed_at)}." if poll.closed_at else ""
    return turnout(poll, shown.voted, eligible) + when


def _notes(poll: Poll, shown: Shown, *, for_leads: bool) -> list[str]:
    """What is left out, and why."""
    notes, found = notes_on(shown, poll.plan.voice), shown.publication
    if found is None:
        return notes
    texts = any(count.question.kind is Kind.TEXT for count in found.whole.counts)
    if texts and not for_leads:
        notes.append("What people wrote is read by leads only.")
    return notes


def _pages(counts: Sequence[Count]) -> list[list[tuple[int, Count]]]:
    """Questions with their positions, so many a message as their charts allow."""
    pages: list[list[tuple[int, Count]]] = []
    for at, count in enumerate(counts):
        charts = sum(one.question.kind is not Kind.TEXT for _, one in pages[-1]) if pages else MOST_CHARTS
        if not pages or (charts >= MOST_CHARTS and count.question.kind is not Kind.TEXT) or len(pages[-1]) > 3:
            pages.append([])
        pages[-1].append((at, count))
    return pages


def _body(words: Iterable[str], blocks: list[Block], plainer: list[Block] | None = None) -> Body:
    body: Body = {"text": escape_short("\n".join(words), MOST_WORDS), "blocks": blocks}
    return body | ({"plainer": plainer} if plainer and plainer != blocks else {})


def _question(at: int, count: Count) -> Block:
    return marked(f"*{at + 1}. {escape_short(_line(count.question.text), MOST_SECTION - 20)}*")


def _chart_blocks(at: int, count: Count, poll: Poll) -> list[Block]:
    chart = chart_of(count, poll.plan.voice)
    if chart is None:
        return [_question(at, count), context([wrote(count)])]
    return [_question(at, count), _chart(chart), *_packed(_key(chart, count.answered)), *_about(chart, count)]


def _chart(chart: ChartSpec) -> Block:
    unit = chart.unit.capitalize()
    return bar_chart(chart.title, [bar.mark for bar in chart.bars], {unit: [bar.number for bar in chart.bars]}, unit)


def _table_blocks(page: Sequence[tuple[int, Count]], poll: Poll) -> list[Block]:
    """As `_chart_blocks` for a whole message, which takes one table."""
    blocks: list[Block] = []
    rows = [["Answer", WHO[poll.plan.voice][1].capitalize(), "Share"]]
    for at, count in page:
        chart = chart_of(count, poll.plan.voice)
        blocks.append(_question(at, count))
        if chart is None:
            blocks.append(context([wrote(count)]))
            continue
        blocks += _about(chart, count)
        rows += [[_row_name(at, bar), f"{bar.number:g}", _share(bar, count.answered)] for bar in chart.bars]
    return [*blocks, table(rows)] if len(rows) > 1 else blocks


def _row_name(at: int, bar: Bar) -> str:
    """ "2B In part", or "2: 5 Fully" of a rating, where two numbers would read as one."""
    return f"{at + 1}: {bar.name}" if bar.mark.isdigit() else f"{at + 1}{bar.name}"


def _locality_bodies(poll: Poll, found: Publication) -> list[Body]:
    """Answers by locality, as many questions a message as one table takes."""
    if not found.localities:
        return []
    told = f"Answers by locality, in {WHO[poll.plan.voice][1]}"
    columns = ["Answer", *(f"{part.name} ({part.tally.taking_part})" for part in found.localities)]
    bodies: list[Body] = []
    for page in _by_length(found, poll):
        rows = [columns, *(row for at, _ in page for row in _locality_rows(at, found, poll))]
        questions = [_question(at, count) for at, count in page]
        said = [line for at, count in page for line in _locality_lines(at, count, found.localities)]
        bodies.append(_body([told, *said], [marked(f"*{escape(told)}*"), *questions, table(rows)]))
    return bodies


def _by_length(found: Publication, poll: Poll) -> list[list[tuple[int, Count]]]:
    pages: list[list[tuple[int, Count]]] = []
    length = number = 0
    for at, count in enumerate(found.whole.counts):
        rows = _locality_rows(at, found, poll)
        if not rows:
            continue
        cells = sum(len(cell) for row in rows for cell in row) + len(count.question.text)
        if not pages or length + cells > MOST_CELLS or number + len(rows) > MOST_ROWS:
            pages.append([])
            length = number = 0
        pages[-1].append((at, count))
        length, number = length + cells, number + len(rows)
    return pages


def _locality_rows(at: int, found: Publication, poll: Poll) -> list[list[str]]:
    chart = chart_of(found.whole.counts[at], poll.plan.voice)
    return [
        [_row_name(at, bar), *(str(part.tally.counts[at].numbers[choice]) for part in found.localities)]
        for choice, bar in enumerate(chart.bars if chart else ())
    ]


def _locality_lines(at: int, count: Count, localities: Sequence[Part]) -> list[str]:
    lines = [f"{at + 1}. {_line(count.question.text)}"]
    for part in localities:
        chart = chart_of(part.tally.counts[at])
        said = ", ".join(f"{bar.mark} {bar.number:g}" for bar in chart.bars) if chart else ""
        lines.append(f"{_line(part.name)} ({part.tally.taking_part}): {said}")
    return lines


def _question_lines(at: int, count: Count, taking_part: int) -> list[str]:
    chart = chart_of(count)
    title = f"{at + 1}. {_line(count.question.text)}"
    if chart is None:
        return [title, wrote(count)]
    return [title, *_key(chart, taking_part), *_remarks(chart, count)]


def _key(chart: ChartSpec, answered: int) -> list[str]:
    """What each letter stands for, and how many chose it."""
    return [f"{_name(bar)}: {bar.number:g} ({_share(bar, answered)})" for bar in chart.bars]


def _name(bar: Bar) -> str:
    if bar.mark.isdigit():
        return f"{bar.mark} ({_line(bar.label)})" if bar.label else bar.mark
    return f"{bar.mark}. {_line(bar.label)}"


def _share(bar: Bar, answered: int) -> str:
    return f"{bar.number / answered:.0%}" if answered else "0%"


def _about(chart: ChartSpec, count: Count) -> list[Block]:
    remarks = _remarks(chart, count)
    return [context(remarks)] if remarks else []


def _remarks(chart: ChartSpec, count: Count) -> list[str]:
    """What the numbers need to be read rightly."""
    if chart.average is not None:
        return [f"Average: {chart.average:.1f}"]
    is_several = count.question.kind is Kind.SEVERAL and most_of(count.question) > 1
    return [f"Each could choose up to {most_of(count.question)}."] if is_several else []


def _packed(lines: Sequence[str]) -> list[Block]:
    """Lines that a person typed, in as few paragraphs as take them."""
    paragraphs: list[str] = []
    for line in map(escape, lines):
        if paragraphs and len(paragraphs[-1]) + len(line) < MOST_SECTION:
            paragraphs[-1] += f"\n{line}"
        else:
            paragraphs.append(line)
    return [{"type": "section", "text": plain(paragraph)} for paragraph in paragraphs]


def _line(text: str) -> str:
    return apart(" ".join(text.split()))
