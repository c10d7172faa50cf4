"""What the guard can see in a text, and what it says about it."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What was seen. CLINICAL is a question about one person's care, the others identify a person.

    PERSON is what no rule sees, but what reads like the messages about one person that the guard learned from.
    """

    NHS_NUMBER = "nhs-number"
    NATIONAL_INSURANCE = "national-insurance"
    DATE_OF_BIRTH = "date-of-birth"
    PHONE = "phone"
    EMAIL = "email"
    POSTCODE = "postcode"
    ADDRESS = "address"
    NAME = "name"
    PERSON = "person"
    CLINICAL = "clinical"


@dataclass(frozen=True)
class Refusal:
    """Why a text may not be kept: the kinds seen, in the order of `Kind`, never empty, and nothing of the text."""

    kinds: tuple[Kind, ...]

    @property
    def identifies(self) -> tuple[Kind, ...]:
        """The kinds that identify a person: all but CLINICAL."""
        return tuple(kind for kind in self.kinds if kind is not Kind.CLINICAL)

    @property
    def is_clinical(self) -> bool:
        return Kind.CLINICAL in self.kinds
