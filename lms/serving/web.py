"""The web server's main process: loads the app once, then forks API processes that share it.

Loading is most of a start (seconds), so it happens here, beside the database's own start, and once:
an API process that died is back at once, and several share their memory.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from litestar import Litestar

from lms.settings import Settings

_TARGET = "lms.app:create_app"
_STOP_WITHIN_SECONDS = 8


def load(chosen: Settings) -> Litestar:
    """Import and build the app, for the processes forked later."""
    gc.disable()  # collecting again and again while everything grows costs a third of the start
    import lms.serving.first_records  # noqa: F401, PLC0415 (heavy, and only a server needs it)
    from lms.app import create_app  # noqa: PLC0415 (as above)

    app = create_app(chosen)
    gc.collect()
    gc.freeze()
    gc.enable()
    return app


def serve(chosen: Settings, app: Litestar) -> None:
    """Enter the first records, then serve until SIGTERM; workers that fail are started again."""
    asyncio.run(_enter_first_records(chosen))
    forks = sys.platform == "linux"
    if forks:
        multiprocessing.set_start_method("fork")
    server = Granian(
        _TARGET,
        address=chosen.host,
        port=chosen.port,
        interface=Interfaces.ASGI,
        factory=True,
        websockets=False,
        workers=chosen.web_workers,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=_STOP_WITHIN_SECONDS,
        log_level=LogLevels.warning,
    )
    if forks:
        server.serve(target_loader=lambda: app, wrap_loader=False)
    else:  # processes that start from nothing build their own
        server.serve()


async def _enter_first_records(chosen: Settings) -> None:
    from lms.app import platform  # noqa: PLC0415 (loaded by now)
    from lms.serving.first_records import enter_first_records  # noqa: PLC0415 (as above)

    async with platform(chosen) as opened:
        await enter_first_records(chosen, opened)
