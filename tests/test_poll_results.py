"""Results as messages: what they say, and that Slack takes them for the longest poll there may be."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.blocks.polls.message import poll_message
from bot.blocks.polls.outcome import outcome_body, outcome_form, reopen_form
from bot.blocks.polls.results import MOST_CHARTS, results_bodies
from bot.charts import as_vega, draw
from bot.polls import Answer, Answers, Kind, Outcome, Plan, Poll, Question, State, Tally, Voice, tally
from bot.polls.charts import ChartSpec, chart_of
from bot.polls.disclosure import Part, Publication, Shown
from bot.standin.checks import check_message, check_view
from tests.harness import words_of

NOW = datetime(2012, 11, 30, 17, tzinfo=UTC)
MOST_MESSAGE = 12_000  # characters, as Slack was seen to take
AMPERSANDS, EMOJI, ARABIC, LATIN = "&" * 75, "👩🏽‍⚕️🙂" * 12 + "🙂" * 3, "اختبار " * 10 + "طويل", "W" * 75


def poll(*questions: Question, **plan: object) -> Poll:
    made = Plan("Local priorities", questions, ("C1",), closes_at=NOW, **plan)  # type: ignore[arg-type]
    return Poll(7, "T1", State.CLOSED, made, "ULEAD", 3, NOW, opened_at=NOW, closed_at=NOW)


def ballots(questions: tuple[Question, ...], number: int) -> list[Answers]:
    def answer(question: Question, voter: int) -> Answer:
        return Answer((voter % len(question.choices),)) if question.choices else Answer(text=f"words {voter}")

    return [tuple(answer(question, voter) for question in questions) for voter in range(number)]


def counts(of: Poll, number: int) -> Tally:
    return tally(of.plan.questions, ballots(of.plan.questions, number))


def shown(of: Poll, number: int, localities: tuple[str, ...] = ()) -> Shown:
    parts = tuple(Part(name, counts(of, number // len(localities))) for name in localities)
    return Shown(Publication(counts(of, number), parts), number)


def longest(option: str, kind: Kind = Kind.SEVERAL) -> Poll:
    options = tuple(option[: 75 - len(str(at))] + str(at) for at in range(10))
    title = (option * 7)[:500]
    questions = tuple(Question(title, kind, options, 10) for _ in range(10))
    made = poll(*questions)
    return replace(made, plan=replace(made.plan, title=title[:150]))


def length(body: dict[str, object], name: str) -> int:
    def texts(piece: object) -> int:
        if isinstance(piece, dict):
            own = sum(len(value) for key, value in piece.items() if key in ("text", "title") and isinstance(value, str))
            return own + sum(texts(value) for value in piece.values() if not isinstance(value, str))
        return sum(map(texts, piece)) if isinstance(piece, list) else 0

    return len(str(body["text"])) + texts(body.get(name))


@pytest.mark.parametrize(
    "option", [AMPERSANDS, EMOJI, ARABIC, LATIN], ids=["escaped", "emoji", "right-to-left", "wide"]
)
@pytest.mark.parametrize("kind", [Kind.SEVERAL, Kind.RATING, Kind.TEXT])
def test_the_longest_poll_fits_in_messages(option: str, kind: Kind) -> None:
    made = longest(option, kind)
    localities = tuple(f"{option[:60]} {number}" for number in range(19))

    bodies = results_bodies(made, shown(made, 500, localities), 600)

    for body in bodies:
        for name in ("blocks", "plainer"):
            if name in body:
                assert check_message({"text": body["text"], "blocks": body[name]}) == []
                assert sum(block["type"] == "table" for block in body[name]) <= 1
                # A poll of nothing but ampersands takes five characters for each, and is nobody's.
                assert length(body, name) <= MOST_MESSAGE or option == AMPERSANDS
        assert sum(block["type"] == "data_visualization" for block in body["blocks"]) <= MOST_CHARTS


@pytest.mark.parametrize("option", [AMPERSANDS, EMOJI, ARABIC], ids=["escaped", "emoji", "right-to-left"])
def test_the_longest_outcome_fits(option: str) -> None:
    made = longest(option)
    said = Outcome((option * 25)[:1_500], (option * 25)[:1_500], "ULEAD", NOW)

    body = outcome_body(made, said, "NHS Anytown CCG", is_again=True)

    assert check_message(body) == []
    assert check_view(outcome_form(replace(made, outcome=said))) == []
    assert check_view(reopen_form(made)) == []


def test_options_are_lettered_with_a_key_under_the_chart() -> None:
    made = poll(Question("Which comes first?", options=("Dementia", "Waiting times")))

    [body] = results_bodies(made, shown(made, 7), 0)

    _, _, question, chart, key, *_ = body["blocks"]
    assert question["text"]["text"] == "*1. Which comes first?*"
    assert chart["title"] == "Which comes first?"
    assert chart["chart"]["axis_config"]["categories"] == ["A", "B"]
    assert [point["value"] for point in chart["chart"]["series"][0]["data"]] == [4, 3]
    assert key["text"]["text"] == "A. Dementia: 4 (57%)\nB. Waiting times: 3 (43%)"


def test_the_text_says_what_the_chart_shows() -> None:
    made = poll(Question("Which comes first?", options=("Dementia", "Waiting times")), voice=Voice.PRACTICE)

    [body] = results_bodies(made, shown(made, 7), 40)

    assert body["text"] == (
        "Results: Local priorities\n7 practices took part, of 40 in the register. It closed on Friday 30 November at "
        "17:00.\n1. Which comes first?\nA. Dementia: 4 (57%)\nB. Waiting times: 3 (43%)"
    )


def test_a_rating_says_what_its_ends_mean_and_its_average() -> None:
    made = poll(Question("How well are you heard?", Kind.RATING, ends=("not at all", "fully")))

    [body] = results_bodies(made, shown(made, 10), 0)

    assert "1 (not at all): 2 (20%)\n2: 2 (20%)" in body["text"]
    assert "5 (fully): 2 (20%)\nAverage: 3.0" in body["text"]


def test_more_than_two_charts_go_on_in_further_messages() -> None:
    made = poll(*(Question(f"Question {at}", options=("Yes", "No")) for at in range(5)))

    bodies = results_bodies(made, shown(made, 9), 0)

    charts = [sum(block["type"] == "data_visualization" for block in body["blocks"]) for body in bodies]
    assert charts == [2, 2, 1]
    assert "(2 of 3)" in bodies[1]["text"]


def test_nobody_taking_part_is_said_without_a_chart() -> None:
    made = poll(Question("Which?", options=("A", "B")))

    [body] = results_bodies(made, Shown(None, 0), 12)

    assert "Nobody took part. 12 people have chosen their practice." in body["text"]


def spec() -> ChartSpec:
    question = Question("Which comes first?", options=("Dementia", "Waiting times"))
    made = chart_of(tally([question], ballots((question,), 7)).counts[0])
    assert made
    return made


def test_one_specification_is_drawn_as_a_picture_with_its_words() -> None:
    picture = draw(spec())

    assert picture.png.startswith(b"\x89PNG")
    assert len(picture.png) > 5_000
    assert picture.alt_text == ("Bar chart. Which comes first? A Dementia: 4; B Waiting times: 3. 7 people answered.")


def test_the_picture_shows_what_slack_shows() -> None:
    made = poll(Question("Which comes first?", options=("Dementia", "Waiting times")))
    [body] = results_bodies(made, shown(made, 7), 0)
    slack_chart = next(block for block in body["blocks"] if block["type"] == "data_visualization")

    drawn = as_vega(spec())

    [rows] = drawn["datasets"].values() if "datasets" in drawn else [drawn["data"]["values"]]
    assert [row["number"] for row in rows] == [point["value"] for point in slack_chart["chart"]["series"][0]["data"]]


def test_a_chart_of_weighed_practices_is_drawn() -> None:
    weighed = replace(spec(), bars=tuple(replace(bar, number=bar.number + 0.5) for bar in spec().bars))

    assert draw(weighed, scale=1).png.startswith(b"\x89PNG")
    assert "A Dementia: 4.5" in weighed.alt_text


def test_where_nobody_wrote_it_says_so_in_words() -> None:
    asked = Question("Anything else?", Kind.TEXT)
    nobody = Shown(Publication(tally((asked,), [(Answer(),)] * 6)), 6)

    [body] = results_bodies(poll(asked), nobody, 0)

    assert "Nobody wrote anything." in body["text"]
    assert "Nobody wrote anything." in words_of(body)


def test_several_choices_say_why_the_shares_pass_a_hundred() -> None:
    made = poll(Question("What matters most?", Kind.SEVERAL, ("Access", "Dementia", "Waits"), 2))

    [body] = results_bodies(made, shown(made, 6), 0)

    assert body["text"].endswith("Each could choose up to 2.")


def test_a_message_that_counts_fewer_than_voted_says_so() -> None:
    made = replace(poll(Question("Which?", options=("A", "B"))), state=State.OPEN)

    assert "The results above have 10 of the votes" in poll_message(made, 12, counts(made, 10)).text
    assert "of the votes" not in poll_message(made, 10, counts(made, 10)).text
