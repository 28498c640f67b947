"""Shapes of coming in, at the API."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from lms.kernel.schema import In, Out
from lms.people.credentials.schemas import EmailText, Token, TypedPassword
from lms.people.persons.names import Language
from lms.people.persons.schemas import LanguageText, NamesIn


class SignUpIn(NamesIn):
    email: EmailText
    language: LanguageText = Language.ZH_HANT


class SignUpCompletionIn(In):
    token: Token
    password: TypedPassword


class PersonIn(NamesIn):
    email: EmailText
    language: LanguageText = Language.ZH_HANT


class NewcomerIn(NamesIn):
    """A newcomer who accepts an invitation; the address is the one that was invited."""

    language: LanguageText = Language.ZH_HANT
    password: TypedPassword


class EmailChangeIn(In):
    email: EmailText
    password: TypedPassword


class TokenIn(In):
    token: Annotated[Token, Field(description="From the letter's link.")]


class JoinedOut(Out):
    person_id: UUID
