"""Signing in and out at the API."""

from typing import Annotated
from uuid import UUID

from litestar import Router, delete, get, post
from litestar.params import HeaderParameter

from lms.kernel.actor import PUBLIC, SIGNED_IN, Actor
from lms.kernel.work import Works
from lms.people.credentials.tries import limit_sign_ins, right_sign_in
from lms.people.second_factor.schemas import RecoveryCodesOut, SecondFactorEnrolmentOut
from lms.people.sessions import queries, required_second_factor, service
from lms.people.sessions.desk import SessionDesk
from lms.people.sessions.schemas import (
    EnrolmentConfirmationIn,
    EnrolmentTokenIn,
    RefreshIn,
    SessionOut,
    SignInIn,
    TokensOut,
)
from lms.people.sessions.service import Shown

Device = Annotated[str, HeaderParameter(name="User-Agent", description="Shown in your sessions.")]


@post("/auth/token", operation_id="signIn", needs=PUBLIC, status_code=200)
async def sign_in(
    data: SignInIn,
    works: Works,
    actor: Actor,
    sessions: SessionDesk,
    origin: str,
    device: Device = "",
) -> TokensOut:
    """Sign in. Where a second factor is set up, its code (or a recovery code) is needed too."""
    await limit_sign_ins(works, origin)
    shown = Shown(data.email, data.password, data.code, device, actor.request_id)
    tokens = await service.sign_in(works, sessions, shown)
    await right_sign_in(works, origin)
    return TokensOut.of(tokens, sessions.api.seconds)


@post("/auth/refresh", operation_id="refreshSession", needs=PUBLIC, status_code=200)
async def refresh(data: RefreshIn, works: Works, actor: Actor, sessions: SessionDesk) -> TokensOut:
    """Exchange a refresh token. Each is good once; a second use ends the whole session."""
    tokens = await service.refresh(works, sessions, data.refresh_token, actor.request_id)
    return TokensOut.of(tokens, sessions.api.seconds)


@post("/auth/logout", operation_id="signOut", needs=PUBLIC, status_code=204)
async def sign_out(data: RefreshIn, works: Works, actor: Actor) -> None:
    """Sign out: the session ends, its access tokens too."""
    async with works.write(Actor.system("signs somebody out", actor.request_id)) as work:
        await service.sign_out(work, data.refresh_token)


@get("/me/sessions", operation_id="listMySessions", needs=SIGNED_IN)
async def list_sessions(works: Works, actor: Actor) -> list[SessionOut]:
    """Where you are signed in."""
    async with works.read(actor) as work:
        rows = await queries.sessions_of(work.session, actor.person, work.now())
    return [SessionOut.of(row) for row in rows]


@delete("/me/sessions/{session_id:uuid}", operation_id="revokeMySession", needs=SIGNED_IN)
async def revoke_session(session_id: UUID, works: Works, actor: Actor) -> None:
    """End one of your sessions, on whatever device."""
    async with works.write(actor) as work:
        await service.revoke_own(work, session_id)


@post(
    "/auth/second-factor-enrolments",
    operation_id="beginRequiredSecondFactor",
    needs=PUBLIC,
    status_code=201,
)
async def begin_enrolment(
    data: EnrolmentTokenIn, works: Works, actor: Actor, sessions: SessionDesk
) -> SecondFactorEnrolmentOut:
    """Begin with the second factor that your role needs, with the token that sign-in answered."""
    return SecondFactorEnrolmentOut.of(
        await required_second_factor.begin(works, sessions, data.enrolment_token, actor.request_id)
    )


@post(
    "/auth/second-factor-enrolments/confirmation",
    operation_id="confirmRequiredSecondFactor",
    needs=PUBLIC,
    status_code=201,
)
async def confirm_enrolment(
    data: EnrolmentConfirmationIn, works: Works, actor: Actor, sessions: SessionDesk
) -> RecoveryCodesOut:
    """Confirm it with a code, then sign in with the next one."""
    fresh = await required_second_factor.confirm(
        works, sessions, data.enrolment_token, data.code, actor.request_id
    )
    return RecoveryCodesOut(recovery_codes=fresh)


router = Router(
    path="",
    route_handlers=[
        sign_in,
        refresh,
        sign_out,
        list_sessions,
        revoke_session,
        begin_enrolment,
        confirm_enrolment,
    ],
)
