"""Names that stand on certificates: visible, and in the direction of the text around them."""

import pytest
from pydantic import TypeAdapter, ValidationError

from lms.orgs.texts import Name, StaffNumber

NAME: TypeAdapter[str] = TypeAdapter(Name)
STAFF_NUMBER: TypeAdapter[str] = TypeAdapter(StaffNumber)


@pytest.mark.parametrize(
    "name", ["維港電訊", "Harbour Telecom (HK) Ltd.", "3", "Café & Søn", "第二中心"]
)
def test_a_name_that_can_be_seen_is_taken(name: str) -> None:
    assert NAME.validate_python(name) == name


@pytest.mark.parametrize(
    "name", ["", "\u200b\u200b", "\u202eevil\u202d", "a\u200bb", "\x00", "--", "\u2028x", "\ue000"]
)
def test_a_name_that_deceives_the_eye_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        NAME.validate_python(name)


def test_two_staff_numbers_that_look_the_same_are_the_same() -> None:
    assert STAFF_NUMBER.validate_python("-12 / A") == "-12 / A"
    for number in ("A1\u200b", "\ufeffA1", "A\u00ad1"):
        with pytest.raises(ValidationError):
            STAFF_NUMBER.validate_python(number)
