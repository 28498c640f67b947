"""The plan that `lms serve` hands to its supervisor: which commands, in which environment."""

from __future__ import annotations

import http.client
import os
import socket
import sys
from pathlib import Path

from lms.kernel.metrics import MULTI_PROCESS
from lms.serving.database import addressed
from lms.serving.postgres.cluster import Cluster
from lms.serving.processes.keeping import Command
from lms.serving.refusal import Refusal
from lms.serving.supervisor import Plan
from lms.serving.terminal import say
from lms.settings import Environment, Settings, misspelt

_PATIENCE_WITH_ONE_ANSWER = 2.0


def make_plan(chosen: Settings, counting: Path, cluster: Cluster | None) -> Plan:
    """The API, loading while the database is migrated; then the worker; `counting` is theirs."""
    settled = addressed(chosen, cluster)
    python = (sys.executable, "-m")
    return Plan(
        preparation=Command("the migration", (*python, "lms", "migrate")),
        first=Command("the web server", (*python, "lms", "web", "--supervised"), waits=True),
        then=[Command("the worker", (*python, "lms", "worker"))],
        environment=_environment(settled, counting),
        ready=lambda: _answers(chosen),
        announce=lambda: _announce(chosen, cluster),
        say=say,
    )


def tell_of_misspelt_settings() -> None:
    """Say what nobody will read; it is no reason not to start."""
    for name in misspelt(os.environ):  # noqa: TID251 (the names alone)
        say(f"WARNING: {name} is no setting of this release, and is not read")


def refuse_taken_port(chosen: Settings) -> None:
    """Say so before anything starts.

    Raises:
        Refusal: somebody listens there, the address is not this machine's, or the port is 0.
    """
    if chosen.port == 0:
        raise Refusal("LMS_PORT is 0: nobody would know where to look. Set it to a port.")
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((chosen.host, chosen.port))
        except OSError as error:
            raise Refusal(
                f"Cannot listen on {chosen.host} port {chosen.port}: {error.strerror}. "
                "Set LMS_PORT (or LMS_HOST) to another one."
            ) from None


LEAN_MALLOC = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "131072",
}
"""glibc gives freed memory back: one password hash would else keep 20 to 40 MB for good."""


def _environment(settled: Settings, counting: Path) -> dict[str, str]:
    """Ours, and what was found and made; children look from the same folder as we do."""
    inherited = dict(os.environ)  # noqa: TID251 (handed on to child processes, not read)
    return (
        LEAN_MALLOC
        | inherited
        | {
            "LMS_DATABASE_URL": settled.database_url,
            "LMS_DATABASE_OWNER_URL": settled.database_owner_url,
            MULTI_PROCESS: str(counting),
        }
    )


def _answers(chosen: Settings) -> bool:
    connection = http.client.HTTPConnection(
        chosen.local_host, chosen.port, timeout=_PATIENCE_WITH_ONE_ANSWER
    )
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _announce(chosen: Settings, cluster: Cluster | None) -> None:
    here = chosen.local_url
    say(f"ready: {here}/schema (interactive documents), {here}/api/v1/courses")
    if cluster is None:
        say("database: the server in LMS_DATABASE_URL")
    else:
        say(f"data: {cluster.folder.root}, with its own PostgreSQL (log: {cluster.folder.log})")
        if chosen.env is Environment.PRODUCTION:
            say(
                "WARNING: LMS_ENV=production on the embedded PostgreSQL. It is made for trying, "
                "tests and one small office: no replica, no backups of its own. "
                "Set LMS_DATABASE_URL."
            )
    if not chosen.smtp_host:
        folder = chosen.data_dir.absolute() / "mail"
        say(f"mail: written as files to {folder} (LMS_SMTP_HOST is not set)")
    say("stop with Ctrl-C or SIGTERM")
