"""The people floor put together for one process: what the guard and routes are handed."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self

from litestar import Request, Router
from litestar.datastructures import State
from litestar.di import Provide

from lms.approvals.effects import Effect
from lms.kernel.crypto import Sealer, derived_key, installation_secret
from lms.kernel.events import Tick
from lms.kernel.work import Works
from lms.people.credentials import routes as credentials_routes
from lms.people.credentials.hashing import Passwords
from lms.people.credentials.service import PasswordDesk
from lms.people.credentials.tries import forget_tries
from lms.people.grants import routes as grants_routes
from lms.people.grants import subscriptions as grants_subscriptions
from lms.people.grants.admins import require_enough_admins
from lms.people.links.service import forget_settled
from lms.people.persons import routes as persons_routes
from lms.people.persons import subscriptions as persons_subscriptions
from lms.people.persons.ports import EnoughAdmins
from lms.people.second_factor import routes as second_factor_routes
from lms.people.second_factor.queries import has_second_factor
from lms.people.sessions import routes as sessions_routes
from lms.people.sessions.authentication import Authentication, RightsOf
from lms.people.sessions.claims import API, SECOND_FACTOR_ENROLMENT, TokenShape
from lms.people.sessions.desk import SessionDesk
from lms.people.sessions.key_ring import KeyRing
from lms.people.sessions.service import forget_sessions
from lms.people.signup import routes as signup_routes
from lms.settings import Settings

SESSION_KEYS = "session keys"
SERVICE_WORDS = ("apcsc", "consortium", "lms", "training", "certification", "customer service")


@dataclass(frozen=True, slots=True)
class People:
    """One process's people floor."""

    desk: PasswordDesk
    sessions: SessionDesk
    authentication: Authentication
    link_secret: bytes = field(repr=False)

    @classmethod
    def of(cls, chosen: Settings, works: Works, rights_of: RightsOf) -> Self:
        """Put it together; `rights_of` is the policy table's answer for grants."""
        secret = installation_secret(chosen.secret.get_secret_value(), chosen.data_dir)
        passwords = Passwords(
            memory_kib=chosen.argon2_memory_kib, time_cost=chosen.argon2_time_cost
        )
        keys = KeyRing(works, Sealer(secret, SESSION_KEYS))
        life = timedelta(seconds=chosen.access_token_seconds)
        sessions = SessionDesk(
            passwords=passwords,
            second_factor_sealer=Sealer(secret, "second factors"),
            keys=keys,
            api=TokenShape(issuer=chosen.base_url, audience=API, life=life),
            enrolment=TokenShape(
                issuer=chosen.base_url, audience=SECOND_FACTOR_ENROLMENT, life=life
            ),
            session_life=timedelta(days=chosen.refresh_token_days),
            second_factor_required=chosen.second_factor_required,
        )
        return cls(
            desk=PasswordDesk(passwords, has_second_factor, SERVICE_WORDS),
            sessions=sessions,
            authentication=Authentication(
                works,
                keys,
                sessions.api,
                rights_of,
                second_factor_required=chosen.second_factor_required,
            ),
            link_secret=link_secret(chosen),
        )


def link_secret(chosen: Settings) -> bytes:
    """The secret of one-time links' tokens, for whoever writes their letters."""
    secret = installation_secret(chosen.secret.get_secret_value(), chosen.data_dir)
    return derived_key(secret, "one-time links")


ROUTERS: tuple[Router, ...] = (
    persons_routes.router,
    grants_routes.router,
    credentials_routes.router,
    second_factor_routes.router,
    sessions_routes.router,
    signup_routes.router,
)

EFFECTS: tuple[Effect, ...] = (
    *persons_subscriptions.EFFECTS,
    *grants_subscriptions.EFFECTS,
)


def ticks(chosen: Settings) -> tuple[Tick, ...]:
    """What is looked at now and then."""
    secret = installation_secret(chosen.secret.get_secret_value(), chosen.data_dir)

    async def rotate_session_keys(works: Works) -> None:
        await KeyRing(works, Sealer(secret, SESSION_KEYS)).rotate()

    return (
        Tick("people.rotate-session-keys", timedelta(hours=1), rotate_session_keys),
        Tick("people.forget-sessions", timedelta(hours=6), forget_sessions),
        Tick("people.forget-tries", timedelta(hours=1), forget_tries),
        Tick("people.forget-links", timedelta(hours=6), forget_settled),
    )


def dependencies() -> dict[str, Provide]:
    """What routes ask for by name."""
    return {
        "desk": Provide(_desk, sync_to_thread=False),
        "sessions": Provide(_sessions, sync_to_thread=False),
        "second_factor_sealer": Provide(_sealer, sync_to_thread=False),
        "enough_admins": Provide(_enough_admins, sync_to_thread=False),
        "origin": Provide(_origin, sync_to_thread=False),
    }


def _people(state: State) -> People:
    people: People = state.platform.people
    return people


def _desk(state: State) -> PasswordDesk:
    return _people(state).desk


def _sessions(state: State) -> SessionDesk:
    return _people(state).sessions


def _sealer(state: State) -> Sealer:
    return _people(state).sessions.second_factor_sealer


def _enough_admins() -> EnoughAdmins:
    return require_enough_admins


def _origin(request: Request[Any, Any, Any]) -> str:
    """The network address that a request came from, for limits only."""
    return request.client.host if request.client else "unknown"
