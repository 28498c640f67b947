"""Second factors at the API."""

from uuid import UUID

from litestar import Router, post

from lms.issuer.queries import the_issuer
from lms.kernel.actor import SIGNED_IN, Actor
from lms.kernel.crypto import Sealer
from lms.kernel.work import Works
from lms.people.credentials.service import PasswordDesk, confirm_password
from lms.people.credentials.tries import limit_codes
from lms.people.second_factor import service
from lms.people.second_factor.permissions import REMOVE_SECOND_FACTORS
from lms.people.second_factor.schemas import (
    BeginIn,
    CodeIn,
    PasswordAndCodeIn,
    RecoveryCodesOut,
    SecondFactorEnrolmentOut,
    SecondFactorRemovalIn,
)

SHOWN_ONCE = "the answer is a secret, which is never stored for a repeat"


@post(
    "/me/second-factor",
    operation_id="beginSecondFactor",
    needs=SIGNED_IN,
    no_key=SHOWN_ONCE,
)
async def begin(
    data: BeginIn, works: Works, actor: Actor, desk: PasswordDesk, second_factor_sealer: Sealer
) -> SecondFactorEnrolmentOut:
    """Begin with an authenticator app: the answer is shown once."""
    person = await confirm_password(works, desk, actor, data.password)
    async with works.write(actor) as work:
        issuer = (await the_issuer(work.session)).short_name
        begun = await service.begin(work, second_factor_sealer, person, issuer=issuer)
    return SecondFactorEnrolmentOut.of(begun)


@post(
    "/me/second-factor/confirmation",
    operation_id="confirmSecondFactor",
    needs=SIGNED_IN,
    no_key=SHOWN_ONCE,
)
async def confirm(
    data: CodeIn, works: Works, actor: Actor, second_factor_sealer: Sealer
) -> RecoveryCodesOut:
    """Confirm with a code. From now on signing in asks for one."""
    async with works.write(actor) as work:
        fresh = await service.confirm(work, second_factor_sealer, actor.person, data.code)
    return RecoveryCodesOut(recovery_codes=fresh)


@post(
    "/me/second-factor/recovery-codes",
    operation_id="renewRecoveryCodes",
    needs=SIGNED_IN,
    no_key=SHOWN_ONCE,
)
async def renew_recovery_codes(
    data: PasswordAndCodeIn,
    works: Works,
    actor: Actor,
    desk: PasswordDesk,
    second_factor_sealer: Sealer,
) -> RecoveryCodesOut:
    """Make new recovery codes; the former ones are worthless."""
    person = await confirm_password(works, desk, actor, data.password)
    await limit_codes(works, person.id)
    async with works.write(actor) as work:
        fresh = await service.renew_recovery_codes(work, second_factor_sealer, person.id, data.code)
    return RecoveryCodesOut(recovery_codes=fresh)


@post(
    "/me/second-factor/removal",
    operation_id="removeSecondFactor",
    needs=SIGNED_IN,
    status_code=204,
)
async def remove_own(
    data: PasswordAndCodeIn,
    works: Works,
    actor: Actor,
    desk: PasswordDesk,
    second_factor_sealer: Sealer,
) -> None:
    """Go back to a password alone. Every session ends, this one too: sign in again."""
    person = await confirm_password(works, desk, actor, data.password)
    await limit_codes(works, person.id)
    async with works.write(actor) as work:
        await service.remove_own(work, second_factor_sealer, person.id, data.code)


@post(
    "/people/{person_id:uuid}/second-factor-removal",
    operation_id="removeSecondFactorOf",
    needs=REMOVE_SECOND_FACTORS,
    status_code=204,
)
async def remove_for(
    person_id: UUID, data: SecondFactorRemovalIn, works: Works, actor: Actor
) -> None:
    """Take away somebody's lost authenticator; every session of theirs ends."""
    async with works.write(actor) as work:
        await service.remove_for(work, person_id, data.reason)


router = Router(
    path="", route_handlers=[begin, confirm, renew_recovery_codes, remove_own, remove_for]
)
