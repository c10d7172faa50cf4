"""What the written rules see in a text."""

from bot.guard.births import has_date_of_birth
from bot.guard.clinical import is_clinical
from bot.guard.contacts import has_address, has_email, has_phone, has_postcode
from bot.guard.kinds import Kind
from bot.guard.names import has_name
from bot.guard.numbers import has_national_insurance, has_nhs_number
from bot.guard.reading import Reading

_RULES = {
    Kind.NHS_NUMBER: has_nhs_number,
    Kind.NATIONAL_INSURANCE: has_national_insurance,
    Kind.DATE_OF_BIRTH: has_date_of_birth,
    Kind.PHONE: has_phone,
    Kind.EMAIL: has_email,
    Kind.POSTCODE: has_postcode,
    Kind.ADDRESS: has_address,
    Kind.NAME: has_name,
    Kind.CLINICAL: is_clinical,
}


def kinds_by_rule(reading: Reading) -> tuple[Kind, ...]:
    """In the order of `Kind`."""
    return tuple(kind for kind, sees in _RULES.items() if sees(reading))
