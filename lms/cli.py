"""The command line: one thin command for each thing an operator does."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from lms.kernel.event_loop import new_event_loop
from lms.serving import plan
from lms.serving.database import database, embedded
from lms.serving.demo_clock import refuse_moved_clock
from lms.serving.metrics_folder import counted_together
from lms.serving.postgres.upgrade import upgrade
from lms.serving.processes.orphans import follow_parent
from lms.serving.refusal import Refusal
from lms.serving.secret import require_secret
from lms.serving.supervisor import Supervisor
from lms.serving.terminal import say
from lms.settings import Settings, settings

if TYPE_CHECKING:
    from lms.app import Platform

cli = typer.Typer(
    name="lms",
    help="The backend of a certification body: courses, exams, certificates, centres.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
keys = typer.Typer(help="The keys that sign certificates and sessions.", no_args_is_help=True)
people = typer.Typer(help="Help for people whom no administrator can help.", no_args_is_help=True)
imports = typer.Typer(help="Bring data in from files.", no_args_is_help=True)
cli.add_typer(keys, name="keys")
cli.add_typer(people, name="people")
cli.add_typer(imports, name="import")


def _why(given: str) -> str:
    """A reason as the API takes one; the trail would else say nothing."""
    from lms.kernel.schema import Reason

    try:
        return TypeAdapter(Reason).validate_python(given.strip())
    except ValidationError as error:
        raise typer.BadParameter(error.errors()[0]["msg"]) from None


Why = Annotated[str, typer.Option("--reason", help="For the audit trail.", callback=_why)]


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
    chosen = _chosen()
    cluster = embedded(chosen)
    if cluster is not None:
        cluster.hold()
    require_secret(chosen)
    plan.refuse_taken_port(chosen)
    plan.tell_of_misspelt_settings()
    with counted_together() as counting:
        Supervisor(partial(plan.make_plan, chosen, counting), cluster).run()


@cli.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    from lms.serving.schema import bring_schema_up

    with database(_chosen()) as chosen:
        asyncio.run(bring_schema_up(chosen))
    say("the database has this release's schema")


@cli.command("upgrade-postgres")
def upgrade_postgres() -> None:
    """Move the embedded database to the PostgreSQL major version that this release brings."""
    typer.echo(f"Done. The old data is kept in {upgrade(_chosen().data_dir)}.")


@cli.command()
def web(
    *,
    supervised: Annotated[
        bool, typer.Option("--supervised", help="Load, and serve when told on standard input.")
    ] = False,
) -> None:
    """Run API processes alone, on any machine that reaches the database."""
    from lms.serving import web as server

    with database(_chosen()) as chosen:
        require_secret(chosen)
        app = server.load(chosen)
        if not supervised or sys.stdin.readline():
            with _in_words():
                server.serve(chosen, app)


@cli.command()
def worker() -> None:
    """Run one more worker, on any machine that reaches the database."""
    from lms.kernel.db import plain_dsn
    from lms.web.logs import configure_logs
    from lms.worker import Worker, run_until_signal

    async def work(chosen: Settings, opened: Platform) -> None:
        configure_logs(chosen)
        dsn = plain_dsn(chosen.database_url)
        await run_until_signal(Worker(opened.works, dsn, opened.wiring.ticks))

    _on_platform(work)


@cli.command()
def seed(
    *,
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="Also the demonstration question banks.")
    ] = False,
) -> None:
    """Load the published courses and make the first administrator; a repeat changes nothing."""
    from courses.questions.commands import load_demonstration
    from lms.serving.first_records import enter_first_records

    async def load(chosen: Settings, opened: Platform) -> None:
        await enter_first_records(chosen, opened)
        typer.echo("The published courses and an administrator are there.")
        if demonstration:
            for course, outcome in (await load_demonstration(opened.works)).items():
                typer.echo(f"{course}: {outcome}")

    _on_platform(load, migrate_first=True)


@keys.command("list")
def list_keys() -> None:
    """One line for each key, newest first."""
    from certs.keys import commands

    async def show(_chosen: Settings, opened: Platform) -> None:
        typer.echo("\n".join(await commands.list_keys(opened.works)))

    _on_platform(show)


@keys.command("rotate")
def rotate_keys(reason: Why) -> None:
    """Let the next key sign, and make another next one; old ones go on verifying."""
    from certs.keys import commands, service
    from lms.kernel.crypto import Sealer, installation_secret

    async def rotate(chosen: Settings, opened: Platform) -> None:
        secret = installation_secret(chosen.secret.get_secret_value(), chosen.data_dir)
        signer = service.Signer(Sealer(secret, service.PURPOSE))
        typer.echo("\n".join(await commands.rotate_keys(opened.works, signer, reason)))

    _on_platform(rotate)


@keys.command("replace-session")
def replace_session_keys(reason: Why) -> None:
    """After a leak: drop the keys of access tokens for a new one; clients refresh and go on."""
    from lms.people import commands

    async def replace(_chosen: Settings, opened: Platform) -> None:
        await commands.replace_session_keys(opened.works, opened.people.sessions.keys, reason)
        typer.echo("Access tokens signed until now end within a minute.")

    _on_platform(replace)


@people.command("add-admin")
def add_admin(email: str, reason: Why) -> None:
    """Make somebody in the register an administrator: the second one, or where one is lost."""
    from lms.people import commands

    async def add(_chosen: Settings, opened: Platform) -> None:
        await commands.add_admin(opened.works, email, reason)
        typer.echo(f"{email} is an administrator.")

    _on_platform(add)


@people.command("remove-second-factor")
def remove_second_factor(email: str, reason: Why) -> None:
    """Take away a lost authenticator, so that a password alone signs in and sets up another."""
    from lms.people import commands

    async def remove(_chosen: Settings, opened: Platform) -> None:
        await commands.remove_second_factor(opened.works, email, reason)
        typer.echo(f"{email} signs in with the password alone, until another one is set up.")

    _on_platform(remove)


@imports.command("questions")
def import_questions(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    course: Annotated[str, typer.Option(help="The course's code.")],
) -> None:
    """Bring a question bank to what a JSON file says; all faults are told at once."""
    from courses.questions.commands import import_bank

    async def bring(_chosen: Settings, opened: Platform) -> None:
        typer.echo(await import_bank(opened.works, course, file.read_bytes()))

    _on_platform(bring)


def _chosen() -> Settings:
    """This process's settings, where they go with the data folder."""
    try:
        chosen = settings()
    except ValidationError as error:
        faults = (_told(fault["loc"], fault["msg"]) for fault in error.errors())
        raise Refusal("The settings cannot be used.\n  " + "\n  ".join(faults)) from None
    refuse_moved_clock(chosen)
    return chosen


def _told(place: tuple[int | str, ...], message: str) -> str:
    """A fault with its setting's name; one of several settings names them itself."""
    name = "_".join(("LMS", *map(str, place))).upper() + ": " if place else ""
    return name + message.removeprefix("Value error, ")


def _on_platform(
    run: Callable[[Settings, Platform], Awaitable[None]], *, migrate_first: bool = False
) -> None:
    """Run a coroutine over an open platform; a problem is told in words."""
    from lms.app import platform
    from lms.serving.schema import bring_schema_up, refuse_older_schema

    async def opened(chosen: Settings) -> None:
        require_secret(chosen)
        if migrate_first:
            await bring_schema_up(chosen)
        async with platform(chosen) as ready:
            await refuse_older_schema(ready.pool)
            await run(chosen, ready)

    with (
        database(_chosen()) as chosen,
        _in_words(),
        asyncio.Runner(loop_factory=new_event_loop) as runner,
    ):
        runner.run(opened(chosen))


@contextmanager
def _in_words() -> Iterator[None]:
    """Refuse what the operator can mend, instead of showing where in the code it was met."""
    from lms.kernel.problems import Problem
    from lms.serving.schema import UNUSABLE

    try:
        yield
    except Problem as problem:
        faults = "".join(f"\n  {f.pointer}: {f.detail}" for f in problem.faults)
        raise Refusal(f"{problem.detail or problem.title}{faults}") from problem
    except UNUSABLE as error:
        raise Refusal(f"The database cannot be used: {error}") from error
