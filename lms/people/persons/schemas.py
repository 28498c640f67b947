"""Shapes of people at the API."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from lms.kernel.schema import In, Out, Reason
from lms.people.persons.models import Person
from lms.people.persons.names import Language, NameOrder, Names, tidy
from lms.people.persons.queries import printed_name

PersonReason = Annotated[Reason, Field(examples=["as on the passport"])]
NamePart = Annotated[str, Field(max_length=200)]
NameZh = Annotated[NamePart | None, Field(examples=["陳大文"])]
FamilyNameEn = Annotated[NamePart | None, Field(examples=["CHAN"])]
GivenNameEn = Annotated[NamePart | None, Field(examples=["Tai Man"])]
OrderText = Annotated[NameOrder, Field(strict=False)]
LanguageText = Annotated[Language, Field(strict=False)]


class NamesIn(In):
    """A printed name: Chinese, English, or both."""

    name_zh: NameZh = None
    family_name_en: FamilyNameEn = None
    given_name_en: GivenNameEn = None
    name_order: OrderText = NameOrder.FAMILY_FIRST

    def names(self) -> Names:
        """The names as they are checked and stored."""
        return tidy(self.name_zh, self.family_name_en, self.given_name_en, self.name_order)


class NameChangeIn(NamesIn):
    reason: PersonReason


class ProfileIn(In):
    language: LanguageText


class PersonReasonIn(In):
    reason: PersonReason


class PersonOut(Out):
    """One person. `printed_zh` and `printed_en` are what a certificate would show today."""

    id: UUID
    name_zh: str | None
    family_name_en: str | None
    given_name_en: str | None
    name_order: str
    printed_zh: str | None
    printed_en: str | None
    language: str
    email: str
    email_verified_at: datetime | None
    state: str
    revision: int
    created_at: datetime

    @classmethod
    def of(cls, row: Person) -> Self:
        printed = printed_name(row)
        return cls(
            id=row.id,
            name_zh=row.name_zh,
            family_name_en=row.family_name_en,
            given_name_en=row.given_name_en,
            name_order=row.name_order.value,
            printed_zh=printed["zh"],
            printed_en=printed["en"],
            language=row.language.value,
            email=row.email,
            email_verified_at=row.email_verified_at,
            state=row.state.value,
            revision=row.revision,
            created_at=row.created_at,
        )
