"""What a chart of a question shows: one specification for Slack, the web and print."""

from dataclasses import dataclass
from string import ascii_uppercase

from bot.polls.poll import Kind, Voice
from bot.polls.tally import Count, Tally

WHO = {Voice.PERSON: ("person", "people"), Voice.PRACTICE: ("practice", "practices")}


@dataclass(frozen=True)
class Bar:
    """How many chose one thing."""

    mark: str  # short, such as "A", or "3" of a rating
    label: str  # what was chosen, as it was typed; empty where the mark says it all
    number: float  # whole but where practices are weighed

    @property
    def name(self) -> str:
        return f"{self.mark} {self.label}".strip()


@dataclass(frozen=True)
class ChartSpec:
    """A bar chart of one question's answers."""

    title: str  # the question
    bars: tuple[Bar, ...]
    unit: str  # what is counted: people or practices
    answered: int
    average: float | None = None  # of a rating

    @property
    def alt_text(self) -> str:
        """The chart in words, for whoever does not see it."""
        said = "; ".join(f"{bar.name}: {_number(bar.number)}" for bar in self.bars)
        return f"Bar chart. {self.title} {said}. {self.answered} {self.unit} answered."


def chart_of(count: Count, voice: Voice = Voice.PERSON) -> ChartSpec | None:
    """The chart of a question; None of free text, which is not counted."""
    question = count.question
    if question.kind is Kind.TEXT:
        return None
    if question.kind is Kind.RATING:
        labels = [question.ends[0], "", "", "", question.ends[1]]
        bars = tuple(map(Bar, question.choices, labels, count.numbers))
        points = sum(int(bar.mark) * bar.number for bar in bars)
        average = points / count.answered if count.answered else None
        return ChartSpec(question.text, bars, WHO[voice][1], count.answered, average)
    bars = tuple(map(Bar, ascii_uppercase, question.choices, count.numbers))
    return ChartSpec(question.text, bars, WHO[voice][1], count.answered)


def charts_of(tally: Tally, voice: Voice = Voice.PERSON) -> list[ChartSpec | None]:
    """A chart for each question, in order."""
    return [chart_of(count, voice) for count in tally.counts]


def _number(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
