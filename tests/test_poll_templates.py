"""Poll templates: reading them from YAML, and those that come with the bot."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.knowledge import inspect_folder
from bot.polls import Kind, Question, Repeats, Results, Voice
from bot.polls.planning import problems
from bot.polls.templates import Template, inspect_polls, load_polls
from bot.settings import shipped_knowledge
from tests.process import Run

SHIPPED = load_polls(shipped_knowledge() / "polls")
HEAD = "- {id: tea, name: Tea, purpose: Before the tea break., title: Tea, "
ASKED = "questions: [{text: Tea?, kind: one, options: [Yes please, No thank you]}]"
SOUND = f"{HEAD}{ASKED}}}\n"
Write = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Write:
    """Writes files by name into the polls of a knowledge folder."""

    def write(**files: str) -> Path:
        base = tmp_path / "mine" / "polls"
        base.mkdir(parents=True)
        for name, text in files.items():
            (base / f"{name}.yaml").write_text(text, encoding="utf-8")
        return base

    return write


def test_a_template_has_all_that_it_says(folder: Write) -> None:
    asked = (
        "questions: [{text: Which?, kind: several, options: [A, B, C], most: 2}, {text: All?, kind: several, "
        "options: [A, B]}, {text: Good?, kind: rating, ends: [Bad, Good]}, {text: And?, kind: text}], "
        "is_anonymous: true, results: leads, voice: person, repeats: monthly"
    )
    template = load_polls(folder(tea=f"{HEAD}{asked}}}\n"))["tea"]

    plan = template.plan
    assert (template.name, template.purpose, plan.title, plan.template) == (
        "Tea",
        "Before the tea break.",
        "Tea",
        "tea",
    )
    assert (plan.is_anonymous, plan.results, plan.voice, plan.repeats) == (
        True,
        Results.LEADS,
        Voice.PERSON,
        Repeats.MONTHLY,
    )
    assert plan.questions == (
        Question("Which?", Kind.SEVERAL, ("A", "B", "C"), most=2),
        Question("All?", Kind.SEVERAL, ("A", "B"), most=2),
        Question("Good?", Kind.RATING, ends=("Bad", "Good")),
        Question("And?", Kind.TEXT),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tea: {}", "mine/polls/a.yaml: should be a list of poll templates, found keys and values"),
        ("- [unclosed", "mine/polls/a.yaml: is not valid YAML"),
        ("- !!python/object/apply:os.system [ls]", "mine/polls/a.yaml: uses a YAML tag"),
        (f"{HEAD}colour: red, {ASKED}}}", 'mine/polls/a.yaml: entry "tea": "colour" is not a key the bot knows'),
        ("- {id: tea}", 'entry "tea": "title" is missing'),
        (f"{HEAD}{ASKED}, results: soon}}", '"results" should be one of after-close, after-voting, live, leads'),
        (f"{HEAD}questions: Tea?}}", '"questions" should be a list of questions'),
        (f"{HEAD}questions: [Tea?]}}", 'entry "tea, question 1": should be keys and values, found text "Tea?"'),
        (f"{HEAD}questions: [{{text: Tea?, kind: two}}]}}", 'entry "tea, question 1": "kind" should be one of one, '),
        (f"{HEAD}questions: [{{text: Tea?, kind: one, options: [Yes, No]}}]}}", 'quotes make it a text, as in ["Yes"'),
        (f"{HEAD}questions: [{{text: Tea?, kind: one, options: [One]}}]}}", '"options" does not fit. Type at least 2'),
        (
            f"{HEAD}questions: [{{text: Tea?, kind: text, most: 2}}]}}",
            '"most" is only for questions of the kind',
        ),
        (f"{HEAD}questions: [{{text: Tea?, kind: rating, ends: [Bad]}}]}}", '"ends" should be two texts'),
        (f"{HEAD}questions: [{{text: T, kind: rating, ends: [{'e' * 31}, G]}}]}}", '"ends" does not fit. What 1 means'),
        (f"{HEAD}{ASKED}, is_anonymous: true, voice: practice}}", 'entry "tea": "voice" does not fit. An anonymous'),
    ],
)
def test_a_mistake_is_reported_with_file_and_key_and_its_template_left_out(folder: Write, text: str, said: str) -> None:
    templates, found = inspect_polls(folder(a=text, b=SOUND.replace("id: tea", "id: other")))

    assert list(templates) == ["other"]
    assert said in "\n".join(map(str, found))


def test_every_problem_is_reported_not_the_first(folder: Write) -> None:
    found = inspect_polls(folder(a="- {id: tea, colour: red, questions: [{kind: two}, {text: Tea?, kind: one}]}"))[1]

    assert len([problem for problem in found if "is missing" in problem.text]) == 4
    assert len(found) == 6


def test_an_id_that_is_used_twice_is_reported(folder: Write) -> None:
    found = inspect_polls(folder(a=SOUND, b=SOUND))[1]

    assert [str(one) for one in found] == [
        'mine/polls/b.yaml: entry "tea": "id" is used twice, first in mine/polls/a.yaml'
    ]


def test_a_folder_without_polls_has_no_templates(tmp_path: Path) -> None:
    assert inspect_polls(tmp_path / "polls") == ({}, [])


def test_templates_are_no_answers(folder: Write) -> None:
    base = folder(a=SOUND).parent

    knowledge, found = inspect_folder(base)

    assert (knowledge.entries, found) == ({}, [])


def test_check_reports_the_mistakes_of_templates(bot: Run, folder: Write, tmp_path: Path) -> None:
    folder(a=f"{HEAD}{ASKED}, colour: red}}")

    done = bot("check", str(tmp_path / "mine"))

    assert done.returncode == 1
    assert b'mine/polls/a.yaml: entry "tea": "colour" is not a key the bot knows' in done.stdout
    assert b"no poll templates" in done.stdout


def test_the_shipped_templates_are_the_five_that_leads_ask_for() -> None:
    assert inspect_polls(shipped_knowledge() / "polls")[1] == []
    assert set(SHIPPED) == {
        "board-appraisal",
        "draft-mandate",
        "local-priorities",
        "member-involvement",
        "understanding-the-mandate",
    }


@pytest.mark.parametrize("template", SHIPPED.values(), ids=SHIPPED)
def test_a_shipped_template_can_be_posted_as_it_is(template: Template) -> None:
    found = problems(template.plan, datetime.now(UTC))

    assert set(found) == {"channels"}


@pytest.mark.parametrize("template", SHIPPED.values(), ids=SHIPPED)
def test_a_shipped_template_says_what_its_ratings_mean_and_asks_for_more_in_words(template: Template) -> None:
    questions = template.plan.questions

    assert all(all(question.ends) for question in questions if question.kind is Kind.RATING)
    assert [question.kind for question in questions].index(Kind.TEXT) == len(questions) - 1
