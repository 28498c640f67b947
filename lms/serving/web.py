"""The web server's main process: loads the app once, then forks API processes that share it.

Loading is most of a start (seconds), so it happens here, beside the database's own start, and once:
an API process that died is back at once, and several share their memory.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import sys
import time
from collections.abc import Callable

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from litestar import Litestar

from lms.serving.schema import refuse_older_schema
from lms.serving.terminal import say
from lms.settings import Settings

_TARGET = "lms.app:create_app"
_STOP_WITHIN_SECONDS = 8
_SERVED_SECONDS = 2.0
"""What ended sooner cannot serve, and is the supervisor's to judge and to delay."""


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
    """Enter the first records, then serve until SIGTERM; API processes that die are replaced.

    Raises:
        SystemExit: it cannot serve.
    """
    asyncio.run(_enter_first_records(chosen))
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")
    again_and_again(lambda: _serve_once(chosen, app))


def again_and_again(
    serve_once: Callable[[], None], monotonic: Callable[[], float] = time.monotonic
) -> None:
    """Serve until that ends well.

    Granian gives up when an API process dies twice within seconds. The app is loaded already, so it
    is begun again here, at once, where a new main process would take seconds to load.

    Raises:
        SystemExit: it ended as soon as it began.
    """
    while True:
        began = monotonic()
        try:
            serve_once()
        except SystemExit:
            if monotonic() - began < _SERVED_SECONDS:
                raise
            say("the API processes died again and again; they are begun again")
        else:
            return


def _serve_once(chosen: Settings, app: Litestar) -> None:
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
        log_dictconfig={"loggers": {"_granian": {"propagate": True}}},  # to our own handler
    )
    if sys.platform == "linux":
        server.serve(target_loader=lambda: app, wrap_loader=False)
    else:  # processes that start from nothing build their own
        server.serve()


async def _enter_first_records(chosen: Settings) -> None:
    from lms.app import platform  # noqa: PLC0415 (loaded by now)
    from lms.serving.first_records import enter_first_records  # noqa: PLC0415 (as above)

    async with platform(chosen) as opened:
        await refuse_older_schema(opened.pool)
        await enter_first_records(chosen, opened)
