"""Coming in, at the API."""

from litestar import Router, post

from lms.kernel.actor import PUBLIC, SIGNED_IN, Actor
from lms.kernel.idempotency import IdempotencyKey
from lms.kernel.work import Works
from lms.people.credentials.service import PasswordDesk, confirm_password
from lms.people.credentials.tries import limit_letters
from lms.people.links.schemas import LetterAskedOut
from lms.people.persons.addresses import compared_address
from lms.people.persons.schemas import PersonOut
from lms.people.signup import service
from lms.people.signup.permissions import ENTER_PEOPLE
from lms.people.signup.schemas import (
    EmailChangeIn,
    JoinedOut,
    PersonIn,
    SignUpCompletionIn,
    SignUpIn,
    TokenIn,
)


@post("/signup", operation_id="signUp", needs=PUBLIC, status_code=202)
async def sign_up(data: SignUpIn, works: Works, actor: Actor, origin: str) -> LetterAskedOut:
    """Ask for an account. A known address gets the same answer, and another letter."""
    await limit_letters(works, origin, compared_address(data.email))
    async with works.write(actor) as work:
        await service.ask_sign_up(work, data.email, data.names(), data.language)
    return LetterAskedOut()


@post("/signup/completion", operation_id="completeSignUp", needs=PUBLIC)
async def complete_sign_up(
    data: SignUpCompletionIn, works: Works, actor: Actor, desk: PasswordDesk
) -> JoinedOut:
    """Complete a sign-up by the letter's link, with a password."""
    person_id = await service.complete_sign_up(
        works, desk, actor, token=data.token, password=data.password
    )
    return JoinedOut(person_id=person_id)


@post("/people", operation_id="enterPerson", needs=ENTER_PEOPLE)
async def enter_person(
    data: PersonIn, works: Works, actor: Actor, key: IdempotencyKey
) -> PersonOut:
    """Enter somebody; a letter lets them set a password."""
    async with works.write(actor, key) as work:
        person = await service.enter_by_staff(work, data.email, data.names(), data.language)
        return work.remember(PersonOut.of(person))


@post("/me/email-changes", operation_id="askEmailChange", needs=SIGNED_IN, status_code=202)
async def ask_email_change(
    data: EmailChangeIn, works: Works, actor: Actor, desk: PasswordDesk, origin: str
) -> LetterAskedOut:
    """Ask for another address; it counts once its letter is answered."""
    person = await confirm_password(works, desk, actor, data.password)
    await limit_letters(works, origin, compared_address(data.email))
    async with works.write(actor) as work:
        await service.ask_email_change(work, person, data.email)
    return LetterAskedOut()


@post("/auth/email-confirmations", operation_id="confirmEmailChange", needs=PUBLIC, status_code=204)
async def confirm_email_change(data: TokenIn, works: Works, actor: Actor) -> None:
    """Confirm another address by the letter's link."""
    async with works.write(actor) as work:
        await service.confirm_email_change(work, data.token)


router = Router(
    path="",
    route_handlers=[
        sign_up,
        complete_sign_up,
        enter_person,
        ask_email_change,
        confirm_email_change,
    ],
)
