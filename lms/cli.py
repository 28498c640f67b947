"""The command line: one thin command for each thing an operator does."""

from __future__ import annotations

import asyncio
import signal
import sys
from functools import partial
from typing import Annotated

import typer

from lms.serving import plan
from lms.serving.database import database, embedded
from lms.serving.orphans import follow_parent
from lms.serving.refusal import Refusal
from lms.serving.supervisor import Supervisor
from lms.settings import Settings, settings

cli = typer.Typer(
    name="lms",
    help="The backend of a certification body: courses, exams, certificates, centres.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run a command; what is refused is said in words."""
    try:
        cli()
    except Refusal as refusal:
        sys.exit(f"lms: {refusal}")


@cli.command()
def serve(
    *,
    with_parent: Annotated[
        bool, typer.Option("--with-parent", help="Stop when the process that started this ends.")
    ] = False,
) -> None:
    """Run everything: database (unless LMS_DATABASE_URL names one), API and worker."""
    if with_parent:
        follow_parent(signal.SIGTERM)
    chosen = settings()
    plan.refuse_taken_port(chosen)
    Supervisor(partial(plan.make_plan, chosen), embedded(chosen)).run()


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from lms.serving import startup

    with database(settings()) as chosen:
        asyncio.run(startup.bring_schema_up(chosen))


@cli.command()
def prepare() -> None:
    """Migrate, load the catalogue, make the first administrator: what `serve` does first."""
    from lms.serving import startup

    with database(settings()) as chosen:
        asyncio.run(startup.prepare(chosen))


@cli.command()
def web(
    *,
    prepare: Annotated[bool, typer.Option("--prepare", help="Prepare the database first.")] = False,
) -> None:
    """Run API processes alone, on any machine that reaches the database."""
    from lms.serving import web as server

    with database(settings()) as chosen:
        app = server.load(chosen)
        if prepare:
            from lms.serving import startup

            asyncio.run(startup.prepare(chosen))
        server.serve(chosen, app)


@cli.command()
def worker() -> None:
    """Run one more worker, on any machine that reaches the database."""
    from lms.app import platform
    from lms.kernel.db import plain_dsn
    from lms.web.logs import configure_logs
    from lms.worker import Worker, run_until_signal

    async def work(chosen: Settings) -> None:
        async with platform(chosen) as opened:
            dsn = plain_dsn(chosen.database_url)
            await run_until_signal(Worker(opened.works, dsn, opened.wiring.ticks))

    with database(settings()) as chosen:
        configure_logs(chosen)
        asyncio.run(work(chosen))
