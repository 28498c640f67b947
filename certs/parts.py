"""The certification floor put together: what routes, events, ticks and commands are handed."""

from litestar import Router
from litestar.datastructures import State
from litestar.di import Provide

from certs.awards import routes as awards_routes
from certs.awards import subscriptions as awards
from certs.awards.ports import CentreFractions
from certs.centres import subscriptions as centres
from certs.centres.evaluations.service import CentreFractions as CountedCentres
from certs.issuing import routes as issuing_routes
from certs.issuing import subscriptions as issuing
from certs.issuing.service import Press
from certs.keys import routes as keys_routes
from certs.keys.service import PURPOSE, Signer
from certs.schemes import routes as schemes_routes
from certs.verify import routes as verify_routes
from lms.approvals.effects import Effect
from lms.kernel.crypto import Sealer, installation_secret
from lms.kernel.events import Handler, Tick
from lms.settings import Settings

ROUTERS: tuple[Router, ...] = (
    schemes_routes.router,
    awards_routes.router,
    issuing_routes.router,
    *centres.ROUTERS,
)
ROOT_ROUTERS: tuple[Router, ...] = (keys_routes.router, verify_routes.router)


def signer(chosen: Settings) -> Signer:
    """The credential keys, under this installation's secret; `lms keys` uses it too."""
    secret = installation_secret(chosen.secret.get_secret_value(), chosen.data_dir)
    return Signer(Sealer(secret, PURPOSE))


def press(chosen: Settings) -> Press:
    """What certificates are made with."""
    return Press(signer(chosen), chosen.base_url)


def fractions() -> CentreFractions:
    """Whoever counts centres when an award changes."""
    return CountedCentres()


def handlers(chosen: Settings) -> list[Handler]:
    """What is done after events."""
    return [
        *awards.handlers(fractions()),
        *issuing.handlers(press(chosen)),
        *centres.HANDLERS,
    ]


def ticks(chosen: Settings) -> list[Tick]:
    """What is looked at now and then."""
    return [*issuing.ticks(press(chosen)), *centres.TICKS]


def effects() -> list[Effect]:
    """What approved proposals do."""
    return [*awards.effects(fractions()), *issuing.effects(fractions()), *centres.EFFECTS]


def dependencies() -> dict[str, Provide]:
    """What routes ask for by name."""
    return {"press": Provide(_press, sync_to_thread=False)}


def _press(state: State) -> Press:
    return press(state.platform.settings)
