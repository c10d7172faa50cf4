"""What a person is told, privately, when their text was refused: what was seen, and how to ask again without it."""

from collections.abc import Sequence

from bot.blocks.kit import Message, section
from bot.guard import Kind, Refusal

SIGNPOST = (
    "This looks like a question about one person's care, so I have not kept it. "
    "I give information about the mandate only, not clinical advice. Please speak to a clinician. "
    "If it is urgent, ring NHS 111 where it runs, or NHS Direct on 0845 46 47. In an emergency, ring 999."
)
PLEASE_DELETE = "Others here can still see your message. Please delete it."
HAVE_IT_DELETED = "Others may still see that message. Please have whoever wrote it delete it."

_SEEN = {
    Kind.NHS_NUMBER: "an NHS number",
    Kind.NATIONAL_INSURANCE: "a National Insurance number",
    Kind.DATE_OF_BIRTH: "a date of birth",
    Kind.PHONE: "a patient's phone number",
    Kind.EMAIL: "a patient's e-mail address",
    Kind.POSTCODE: "a patient's postcode",
    Kind.ADDRESS: "a patient's address",
    Kind.NAME: "a patient's name",
    Kind.PERSON: "something about a particular person",
}
_WHOSE = "If it is not a patient's, say whose it is, such as: our practice's {}."
_ASK_AGAIN = {
    Kind.NHS_NUMBER: "Ask again without the number. I don't need it to say what the mandate means.",
    Kind.NATIONAL_INSURANCE: "Ask again without the number. I don't need it to say what the mandate means.",
    Kind.DATE_OF_BIRTH: "Ask again without the date. An age group will do, such as: over 75.",
    Kind.PHONE: f"Ask again without the number. {_WHOSE.format('phone number')}",
    Kind.EMAIL: f"Ask again without the address. {_WHOSE.format('e-mail address')}",
    Kind.POSTCODE: f"Ask again without the postcode. {_WHOSE.format('postcode')}",
    Kind.ADDRESS: f"Ask again without the address. {_WHOSE.format('address')}",
    Kind.NAME: "Ask again without the name; “a patient” will do. If it is a colleague, say what their job is.",
    Kind.PERSON: (
        "Ask again without what could tell who it is; “a patient” will do. "
        "If it is a colleague or a practice, say so, such as: our practice manager."
    ),
}
_ASK_AGAIN_WITHOUT_ANY = "Ask again without them; “a patient” will do. I don't need them to say what the mandate means."


def name_kinds(refusal: Refusal) -> str:
    """What was seen, for whoever runs a command: "an NHS number and a patient's name"."""
    return _joined([_SEEN.get(kind, "a question about one person's care") for kind in refusal.kinds])


def _joined(seen: Sequence[str]) -> str:
    *others, last = seen
    return f"{', '.join(others)} and {last}" if others else last


def say_refusal(refusal: Refusal) -> tuple[str, ...]:
    """A paragraph for what identifies a person, and one that signposts a clinical question."""
    said = []
    match refusal.identifies:
        case ():
            pass
        case (kind,):
            said.append(f"This looks like {_SEEN[kind]}, so I have not kept it. {_ASK_AGAIN[kind]}")
        case kinds:
            seen = _joined([_SEEN[kind] for kind in kinds])
            said.append(f"This looks like {seen}, so I have not kept any of it. {_ASK_AGAIN_WITHOUT_ANY}")
    if refusal.is_clinical:
        said.append(SIGNPOST)
    return tuple(said)


def refused(refusal: Refusal, *, in_channel: bool = False, of_another: bool = False) -> Message:
    """The private message; `in_channel`, where others see what was typed, asks to delete it.

    `of_another`: what was refused is a message that somebody else may have written.
    """
    said = say_refusal(refusal)
    if refusal.identifies and (in_channel or of_another):
        said = (*said, HAVE_IT_DELETED if of_another else PLEASE_DELETE)
    return Message("\n\n".join(said), [section(paragraph) for paragraph in said])
