"""Ready-made polls, from YAML that people write and check beside the knowledge."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.knowledge.reading import Unreadable, read_yaml
from bot.knowledge.shape import (
    MOST_LINE,
    Key,
    Problem,
    found,
    take_flag,
    take_id,
    take_record,
    take_text,
    take_texts,
    take_whole,
)
from bot.polls.planning import MOST_OPTIONS, standing_problems
from bot.polls.poll import Kind, Plan, Question, Repeats, Results, Voice

MOST_NAME = 75  # Slack takes so many characters in a menu
MOST_PURPOSE = 150


@dataclass(frozen=True)
class Template:
    """A poll to begin with: the plan has neither channels nor times."""

    id: str
    name: str
    purpose: str  # when it is of use, in a line
    plan: Plan


def load_polls(folder: Path) -> Mapping[str, Template]:
    """The templates in `folder` by id, in the order of their names; those with a mistake are left out."""
    return inspect_polls(folder)[0]


def inspect_polls(folder: Path) -> tuple[Mapping[str, Template], list[Problem]]:
    """What could be loaded, in the order of the names, and everything that is wrong with the rest."""
    templates: dict[str, Template] = {}
    problems: list[Problem] = []
    first_in: dict[str, str] = {}
    for path in sorted(path for path in folder.glob("*.yaml") if not path.name.startswith(".")):
        file = f"{folder.parent.name}/{folder.name}/{path.name}"
        for number, record in enumerate(_records(path, file, problems), start=1):
            template, wrong = _take(file, record, f"number {number}")
            if template and (first := first_in.setdefault(template.id, file)) and template.id in templates:
                wrong = [Problem(file, template.id, "id", f"is used twice, first in {first}")]
            problems += wrong
            if template and not wrong:
                templates[template.id] = template
    return dict(sorted(templates.items(), key=lambda item: item[1].name)), problems


def _records(path: Path, file: str, problems: list[Problem]) -> list[object]:
    try:
        content = read_yaml(path)
    except Unreadable as error:
        problems.append(Problem(file, None, None, str(error)))
        return []
    if not isinstance(content, list):
        problems.append(Problem(file, None, None, f"should be a list of poll templates, found {found(content)}"))
        return []
    return content


def _take(file: str, record: object, name: str) -> tuple[Template | None, list[Problem]]:
    """A template, or every problem that it has."""
    values, problems = take_record(file, record, _TEMPLATE, name)
    label, listed = name, None
    if isinstance(record, dict):
        label, listed = str(record.get("id") or name), record.get("questions")
    questions = []
    for number, asked in enumerate(listed if isinstance(listed, list) else [], start=1):
        question, wrong = _take_question(file, asked, _in(label, number))
        problems += wrong
        questions += [question] if question else []
    if values is None or problems:
        return None, problems
    decided = {key: value for key, value in values.items() if key not in ("id", "name", "purpose", "questions")}
    plan = Plan(questions=tuple(questions), template=label, **decided)
    problems = [_limit(file, label, plan, field, said) for field, said in standing_problems(plan).items()]
    return (None if problems else Template(label, values["name"], values["purpose"], plan)), problems


def _take_question(file: str, record: object, label: str) -> tuple[Question | None, list[Problem]]:
    values, problems = take_record(file, record, _QUESTION, label)
    if values is None:
        return None, problems
    kind = values["kind"]
    problems += [
        Problem(file, label, key, f"is only for questions of the kind {' or '.join(kinds)}, and this one is {kind}")
        for key, kinds in _ONLY_FOR.items()
        if key in values and kind not in kinds
    ]
    if kind is Kind.SEVERAL:
        values.setdefault("most", len(values.get("options", ())))
    return Question(**values), problems


def _in(label: str, number: int | str) -> str:
    return f"{label}, question {number}"


def _limit(file: str, label: str, plan: Plan, field: str, sentence: str) -> Problem:
    """A limit that is not kept, by the key that it stands under."""
    what, _, number = field.partition("-")
    if not number:
        return Problem(file, label, what, f"does not fit. {sentence}")
    is_rating = plan.questions[int(number) - 1].kind is Kind.RATING
    key = "text" if what == "question" else "ends" if is_rating else "options"
    return Problem(file, _in(label, number), key, f"does not fit. {sentence}")


def _questions(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise ValueError
    return value


def _options(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        for item in value:
            if not isinstance(item, str):
                raise ValueError(f'has {found(item)} among its texts; quotes make it a text, as in ["Yes", "No"]')
    return take_texts(value)


def _ends(value: Any) -> tuple[str, str]:
    low, high = _options(value)  # another number of texts is a ValueError too
    return low, high


def _one_of(kind: type[Kind] | type[Results] | type[Voice] | type[Repeats]) -> str:
    return f"one of {', '.join(kind)}"


_TEMPLATE: Mapping[str, Key] = {
    "id": Key("a short name of small letters, digits and hyphens, such as member-voice", take_id, required=True),
    "name": Key("a name, as leads pick it", take_text(MOST_NAME), required=True),
    "purpose": Key("a line on when it is of use", take_text(MOST_PURPOSE), required=True),
    "title": Key("the title of the poll", take_text(MOST_LINE), required=True),
    "questions": Key("a list of questions, each with its text and kind", _questions, required=True),
    "is_anonymous": Key("true or false", take_flag),
    "results": Key(_one_of(Results), Results),
    "voice": Key(_one_of(Voice), Voice),
    "repeats": Key(_one_of(Repeats), Repeats),
}
_QUESTION: Mapping[str, Key] = {
    "text": Key("a question", take_text(MOST_LINE), required=True),
    "kind": Key(_one_of(Kind), Kind, required=True),
    "options": Key("a list of options", _options),
    "most": Key(f"a whole number from 1 to {MOST_OPTIONS}: how many may be picked", take_whole(1, MOST_OPTIONS)),
    "ends": Key("two texts, what 1 and what 5 means", _ends),
}
_ONLY_FOR = {"options": (Kind.ONE, Kind.SEVERAL), "most": (Kind.SEVERAL,), "ends": (Kind.RATING,)}
