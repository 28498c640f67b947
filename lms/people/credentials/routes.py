"""Passwords at the API."""

from litestar import Router, post, put

from lms.kernel.actor import PUBLIC, SIGNED_IN, Actor
from lms.kernel.work import Works
from lms.people.credentials import service
from lms.people.credentials.schemas import PasswordChangeIn, ResetIn, ResetRequestIn
from lms.people.credentials.service import PasswordDesk
from lms.people.credentials.tries import limit_letters
from lms.people.links.schemas import LetterAskedOut
from lms.people.persons.addresses import compared_address


@put("/me/password", operation_id="changePassword", needs=SIGNED_IN, status_code=204)
async def change_password(
    data: PasswordChangeIn, works: Works, actor: Actor, desk: PasswordDesk
) -> None:
    """Change your password. Every session ends, this one too: sign in again."""
    await service.change_password(
        works, desk, actor, present=data.present_password, wanted=data.new_password
    )


@post(
    "/auth/password-reset-requests",
    operation_id="askPasswordReset",
    needs=PUBLIC,
    status_code=202,
)
async def ask_reset(
    data: ResetRequestIn, works: Works, actor: Actor, origin: str
) -> LetterAskedOut:
    """Ask for a letter that resets a password. The answer is the same for every address."""
    await limit_letters(works, origin, compared_address(data.email))
    async with works.write(actor) as work:
        await service.ask_reset(work, data.email)
    return LetterAskedOut()


@post("/auth/password-resets", operation_id="resetPassword", needs=PUBLIC, status_code=204)
async def reset_password(data: ResetIn, works: Works, actor: Actor, desk: PasswordDesk) -> None:
    """Set a new password by the letter's link. Every session ends."""
    await service.reset_password(works, desk, actor, token=data.token, wanted=data.password)


router = Router(path="", route_handlers=[change_password, ask_reset, reset_password])
