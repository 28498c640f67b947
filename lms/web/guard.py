"""The guard in front of every route: who is it, and may they (`lms/role_rights.py`)."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from lms.kernel.actor import PUBLIC, Actor
from lms.kernel.db import ISSUER_REACH
from lms.kernel.problems import Unauthenticated

Authenticate = Callable[[str | None, str], Awaitable[Actor]]
"""(Authorization header, request id) → the actor, rights read afresh; raises Unauthenticated."""

SCOPE_PARAMETER = "organisation_id"


def guard(authenticate: Authenticate) -> Callable[..., Awaitable[None]]:
    """The guard that the app puts on every route.

    A route with `hot=True` confirms its person in its own statement, so none is read here. On a
    public one a token that has expired is as good as none: so a client refreshes with it attached.
    """

    async def authorise(
        connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
    ) -> None:
        needs = handler.opt.get("needs", PUBLIC)  # ours all name one: the app checks at start
        if handler.opt.get("hot"):
            return
        scope: Any = connection.scope
        header = connection.headers.get("authorization")
        request_id = scope.get("request_id", "")
        try:
            actor = await authenticate(header, request_id)
        except Unauthenticated:
            if needs != PUBLIC:
                raise
            actor = Actor.anonymous(request_id)
        organisation_id = scoped_to(scope["path_params"])
        actor.require(needs, organisation_id)
        if organisation_id is not None and actor.reach != ISSUER_REACH:
            actor = actor.within(organisation_id)
        scope["actor"] = actor

    return authorise


def scoped_to(path_parameters: dict[str, Any]) -> UUID | None:
    """The organisation that a path names, if it names one."""
    value = path_parameters.get(SCOPE_PARAMETER)
    return value if isinstance(value, UUID) or value is None else UUID(str(value))
