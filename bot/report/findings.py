"""The finding that each section of the pack begins with, in a sentence with figures, and what is not known."""

import re
from collections import Counter
from collections.abc import Iterator

from bot.blocks.kit import shorten
from bot.blocks.overview import how_long
from bot.blocks.wording import day as day
from bot.blocks.wording import span as span
from bot.polls import SMALLEST_GROUP, Count, Kind, Voice
from bot.polls.charts import WHO
from bot.report.pack import Done, Pack, Result, is_shown, leading
from bot.text import counted, percent

DONE = {
    Done.ANSWERED: "Answered by leads",
    Done.LINKED: "Linked to an answer that was there",
    Done.DISMISSED: "Dismissed with a reason",
    Done.OPEN: "Still open",
}
REASONS = {
    "wrong": "it is wrong",
    "unclear": "it is unclear",
    "out-of-date": "it is out of date",
    "not-what-i-asked": "it is not what was asked",
    "not_helpful": "no reason given",
}
ABOUT_APPRAISAL = (
    "NHS Clinical Commissioners plans a yearly appraisal of the NHS Commissioning Board and its local offices by the "
    "CCGs. It is neither the Government’s assessment of the Board nor the Board’s of each CCG."
)

# What Slack puts for a person, a channel or a group in what was typed: https://docs.slack.dev/messaging/formatting-message-text
_MENTION = re.compile(r"<([@#!])[^<>|]*(?:\|([^<>]*))?>")


def without_ids(text: str) -> str:
    """What a person typed, with no id of a person or a channel in it."""
    return _MENTION.sub(lambda found: "somebody" if found[1] == "@" else found[2] or "a channel", text)


def share(some: float, whole: float) -> str:
    return percent(some / whole if whole else None)


def of_coverage(pack: Pack) -> str:
    found = pack.overview
    if not found.asked:
        return "Nobody asked anything in this period."
    asked = f"Practices asked {_many(found.asked, 'question')}"
    if not found.answered:
        return f"{asked}; none was answered at once."
    if found.answered == found.asked:
        return f"{asked}; {'it was' if found.asked == 1 else 'all were'} answered at once."
    return f"{asked}; {share(found.answered, found.asked)} were answered at once."


def beside_coverage(pack: Pack) -> Iterator[str]:
    found = pack.overview
    if found.suggested or found.unanswered:
        yield (
            f"{found.suggested:,} got suggestions of which none was picked, and {found.unanswered:,} had no answer; "
            f"leads at {shorten(pack.ccg_name, 60)} look at both."
        )
    elsewhere = sum(one.asked for one in found.parts if one.number is None)
    if elsewhere:
        belong = "belongs" if elsewhere == 1 else "belong"
        yield f"{elsewhere:,} {belong} to no part of the mandate, such as questions about CCGs."
    if found.answered_by_leads and found.median_minutes is not None:
        yield (
            f"Leads answered {_many(found.answered_by_leads, 'question')} that waited; half of them within "
            f"{how_long(found.median_minutes)}."
        )


def of_topics(pack: Pack) -> str:
    if not pack.topics and pack.overview.answered:
        return "Which answers were given most often is not known."
    if not pack.topics:
        return "No question was answered at once in this period, so there is none that was asked most."
    times = sum(one.times for one in pack.topics)
    top = pack.topics[:5]
    kept = " that are still kept in words" if pack.not_kept else ""
    if len(pack.topics) <= len(top):
        return f"{_many(times, 'question')}{kept} went to {_many(len(pack.topics), 'answer')}."
    most = share(sum(one.times for one in top), times)
    asked = f"{times:,} questions{f'{kept} and' if kept else ' that'} were answered at once"
    return f"Five answers out of {len(pack.topics)} met {most} of the {asked}."


def of_themes(pack: Pack) -> str:
    if not pack.themes and pack.not_kept and pack.overview.unanswered:
        return "What had no answer is no longer known in words; its number stands above."
    if not pack.themes:
        return "No question was left without an answer."
    times, dealt = sum(one.times for one in pack.themes), [one for one in pack.themes if one.done is not Done.OPEN]
    waits = len(pack.themes) - len(dealt)
    kept = " that are still kept in words" if pack.not_kept else ""
    asked = f"{_many(times, 'question')} on {_many(len(pack.themes), 'theme')}{kept} had no answer or did not help"
    if not dealt:
        return f"{asked}; all are still open." if waits > 1 else f"{asked}; it is still open."
    if not waits:
        return f"{asked}; all have been dealt with."
    return f"{asked}; {len(dealt)} of the themes have been dealt with and {waits} {_is(waits)} still open."


def done_rows(pack: Pack) -> list[tuple[str, int, int]]:
    """What was done, in words, with how many themes and how many questions."""
    themes = Counter(one.done for one in pack.themes)
    times: Counter[Done] = Counter()
    for one in pack.themes:
        times[one.done] += one.times
    return [(DONE[done], themes[done], times[done]) for done in Done]


def beside_themes(pack: Pack) -> Iterator[str]:
    why = Counter(one.reason for one in pack.themes if one.done is Done.DISMISSED and one.reason)
    if why:
        yield "Dismissed because " + "; ".join(f"{reason} ({number})" for reason, number in why.most_common()) + "."
    few = sum(not one.question for one in pack.themes)
    if few:
        yield (f"The wording of {_many(few, 'theme')} is not shown, because fewer than {SMALLEST_GROUP} people asked.")


def of_polls(pack: Pack) -> str:
    closed, still = len(pack.polls), pack.still_open
    was = _many(still, "poll was", "polls were")
    going_on = f" {was} still open at the end of the period and not in these results." if still else ""
    if not closed:
        return f"No poll closed in this period.{going_on}"
    said = sum(bool(one.will_do) for one in pack.polls)
    told = "for none has it been said yet what will be done" if not said else _told(said, closed)
    return f"{_many(closed, 'poll')} closed; {told}.{going_on}"


def _told(said: int, closed: int) -> str:
    if said == closed:
        return "what will be done has been said" + (" for each" if closed > 1 else "")
    return f"for {said} of them it has been said what will be done"


def took_part(one: Result) -> str:
    """32 of 40 practices took part (80%)."""
    who = WHO[one.voice]
    if not one.taking_part:
        return "Nobody took part."
    if one.voice is Voice.PRACTICE and one.eligible >= one.taking_part:
        rate = share(one.taking_part, one.eligible)
        return f"{one.taking_part} of {_many(one.eligible, *who)} took part ({rate})."
    if one.eligible >= one.taking_part:
        # Those who took part need not be among them.
        return f"{_many(one.taking_part, *who)} took part; {one.eligible} had chosen their practice by then."
    return f"{_many(one.taking_part, *who)} took part."


def said_most(count: Count) -> str:
    """What was chosen most, with how many; or why that is not shown."""
    if count.question.kind is Kind.TEXT:
        return "in people’s own words, which leads alone read"
    if not is_shown(count):
        return f"not shown: fewer than {SMALLEST_GROUP} answered"
    if count.question.kind is Kind.RATING:
        points = sum(int(choice) * number for choice, number in zip(count.question.choices, count.numbers, strict=True))
        return f"{points / count.answered:.1f} on average, from 1 ({_end(count, 0)}) to 5 ({_end(count, 1)})"
    most = leading(count)
    if not most:
        return "nothing was chosen"
    chosen = " and ".join(f"“{shorten(without_ids(one), 42)}”" for one in most)
    chosen = chosen if len(most) < 3 else f"{len(most)} answers equally"
    number = max(count.numbers)
    return (
        f"{chosen}{', each' if len(most) > 1 else ':'} {number} of {count.answered} ({share(number, count.answered)})"
    )


def asked_in_short(text: str, most: int) -> str:
    """A question, or where it is longer its last sentence, which asks."""
    return text if len(text) <= most else text.rpartition(". ")[2]


def in_short(one: Result) -> str:
    """What came out of the first question of a poll, or why nothing is shown."""
    if one.counts:
        return said_most(one.counts[0])
    return one.notes[0] if one.notes else "Nobody took part."


def _end(count: Count, at: int) -> str:
    return shorten(count.question.ends[at], 40) or ("least", "most")[at]


def of_reach(pack: Pack) -> str:
    reach = pack.reach
    if not reach.practices:
        return "The bot has no register of practices, so nobody can say how many of them asked or took part."
    took_part = f"and {reach.took_part} took part in a poll with names."
    if pack.not_kept and not reach.asked:
        return f"How many practices asked is no longer known, {took_part}"
    asked = f"{reach.asked} of {_many(reach.practices, 'practice')} in the register asked something"
    return f"{'At least ' if pack.not_kept else ''}{asked}, {took_part}"


def of_helpful(pack: Pack) -> str:
    found = pack.overview
    rated = found.helpful + found.not_helpful
    if not rated:
        return "Nobody said whether an answer helped."
    good = f"People said of {found.helpful:,} of {_many(rated, 'answer')} that it helped"
    return f"{good} ({share(found.helpful, rated)})."


def beside_helpful(pack: Pack) -> Iterator[str]:
    if pack.reasons:
        yield "Why not: " + "; ".join(f"{reason} ({number})" for reason, number in pack.reasons.items()) + "."


def of_appraisal(pack: Pack) -> str:
    if pack.appraisals:
        newest = pack.appraisals[0]
        return f"Practices were asked how the Board works with them. {took_part(newest)}"
    going_on = " One was still open at the end of it." if pack.appraisal_open else ""
    return f"Practices were not asked to appraise the Board in a poll that closed in this period.{going_on}"


def unknown(pack: Pack) -> list[str]:
    """What the pack cannot say, each in a sentence."""
    told = [
        "A question is counted each time it is asked, so the figures are not numbers of people. People who asked "
        "somewhere else are not in them."
    ]
    if pack.reach.practices:
        told.append("Whoever has not chosen a practice counts for none, so more practices may have asked.")
    if pack.not_kept:
        told.append(
            f"{_many(pack.not_kept, 'question')} {_is(pack.not_kept)} counted by part, but no longer kept in words; "
            "the questions asked most, the themes and the practices that asked are without them."
        )
    if any(not one.is_anonymous or one.counts for one in pack.results):
        told.append("Polls show what those who took part think; the others may think otherwise.")
    if pack.last >= pack.made_on:
        told.append("This period was not over when the page was made, so the figures will grow.")
    return told


def _many(number: int, one: str, many: str | None = None) -> str:
    """A number with what it counts: 1,234 questions."""
    return f"{number:,} {counted(number, one, many).partition(' ')[2]}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"
