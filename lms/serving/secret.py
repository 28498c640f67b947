"""The installation's secret, asked for before anything runs: without it nothing sealed opens."""

from __future__ import annotations

from lms.kernel.crypto import SHORTEST_SECRET, installation_secret
from lms.serving.postgres.datafolder import unusable
from lms.serving.refusal import Refusal
from lms.settings import Settings


def require_secret(chosen: Settings) -> None:
    """Make the secret where there is none.

    Raises:
        Refusal: the data folder cannot be used, or what it holds is no secret.
    """
    try:
        secret = installation_secret(chosen.secret.get_secret_value(), chosen.data_dir)
    except OSError as error:
        raise unusable(error) from None
    if len(secret) < SHORTEST_SECRET:
        raise Refusal(
            f"{chosen.data_dir / 'secret'} is cut short: {len(secret)} bytes where at least "
            f"{SHORTEST_SECRET} belong. Put it back from a backup: sealed keys need it."
        )
