"""The embedded PostgreSQL: one cluster in the data folder, one server process as our child.

The server has no TCP; its socket lies in a folder of its own account. Nothing here knows the
application's tables.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

from lms.serving.postgres.account import Account, account_for, current_name
from lms.serving.postgres.binaries import MAJOR, Binaries, binaries_for
from lms.serving.postgres.datafolder import DataFolder, Hold, unusable
from lms.serving.processes.leash import spawn
from lms.serving.processes.lifeline import Lifeline
from lms.serving.refusal import Refusal

OWNER, APPLICATION, ADMIN, DATABASE = "lms_owner", "lms_app", "postgres", "lms"
_READY_WITHIN = 900.0  # crash recovery included, which begins anew when it is cut short
_STOP_WITHIN = 15.0
_BACKENDS_LEAVE_WITHIN = 0.2  # mostly; one that is in the middle of a statement ends it first
_LOG_KEEPS = 10_000_000
_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "cluster_name": "lms",
}
_ROLES = f"""\
CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;

CREATE ROLE {APPLICATION} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT;

CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0;

REVOKE CONNECT, TEMPORARY ON DATABASE {DATABASE} FROM PUBLIC;

GRANT CONNECT ON DATABASE {DATABASE} TO {APPLICATION};

"""


class Cluster:
    """A PostgreSQL cluster of ours and its server, from `start` to `stop`.

    Started again after it died by itself, it recovers while the folder stays held, however often it
    is killed over that.
    `durable=False` trades safety against power loss for speed: tests only.
    """

    name = "PostgreSQL"

    def __init__(
        self,
        root: Path,
        *,
        durable: bool = True,
        major: int = MAJOR,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = DataFolder(root.resolve())
        self.process: subprocess.Popen[bytes] | None = None
        self._durable = durable
        self._major = major
        self._settings = _SETTINGS | dict(settings or {})
        self._hold: Hold | None = None
        self._lifeline: Lifeline | None = None
        self._account: Account = account_for(self.folder.cluster)
        self._binaries: Binaries = binaries_for(self._account, major)

    @property
    def data(self) -> Path:
        return self.folder.cluster / "data"

    @property
    def socket(self) -> Path:
        """The folder to name as `host` when connecting."""
        return self.folder.socket_folder(self.folder.cluster / "socket")

    def url(
        self, role: str = APPLICATION, database: str = DATABASE, driver: str = "asyncpg"
    ) -> str:
        """An address for SQLAlchemy; with driver='' one for asyncpg or libpq alone."""
        scheme = f"postgresql+{driver}" if driver else "postgresql"
        host = urlencode({"host": str(self.socket)}, safe="/")
        return f"{scheme}://{quote(role)}@/{quote(database)}?{host}"

    def hold(self) -> Hold:
        """Take the data folder; from here on the address is fixed.

        Raises:
            InUse: somebody else has it.
            Refusal: this account may not write there.
        """
        try:
            self.folder.create()
            if self._hold is None:
                self._hold = Hold(self.folder)
        except OSError as error:
            raise unusable(error) from None
        return self._hold

    def start(self) -> None:
        """Hold the folder, make the cluster where there is none, and have the server ready.

        Raises:
            Refusal: the folder is in use, cannot be used, or is another major version's.
        """
        hold = self.hold()
        try:
            self._create(hold)
            self._refuse_other_major()
            self._write_access_rules()
            self._await_ready(self._launch(hold))
        except OSError as error:
            self.stop()
            raise unusable(error) from None
        except BaseException:
            self.stop()
            raise

    def start_again(self) -> None:
        """Start a server that ended by itself, without waiting: it recovers as long as it takes.

        Raises:
            OSError: it cannot be started now.
        """
        self._launch(self.hold())

    def stop(self) -> None:
        """End sessions and the server, then let the folder go. Safe to call at any time."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(_STOP_WITHIN)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait()
        self.process = None
        self._let_go_of_lifeline()
        if self._hold is not None:
            self._hold.release()
            self._hold = None

    def ended(self) -> int | None:
        """How the server ended by itself, None while it runs or when it was stopped.

        It runs as long as one of its processes does: PostgreSQL refuses to start beside a backend
        that outlived its postmaster, for it still writes.
        """
        if self.process is None or (code := self.process.poll()) is None:
            return None
        gone = self._lifeline is None or self._lifeline.is_cut(_BACKENDS_LEAVE_WITHIN)
        return code if gone else None

    def _create(self, hold: Hold) -> None:
        if self.data.exists():
            return
        self.folder.refuse_half_upgraded()
        nascent = self.folder.postgres / "nascent"
        shutil.rmtree(nascent, ignore_errors=True)
        nascent.mkdir(mode=0o700)
        self._account.give(nascent, 0o700)
        flags = ["-U", ADMIN, "-E", "UTF8", "--locale=C", "-k", "--no-instructions"]
        flags += ["--auth-local=peer", "--auth-host=reject"]
        if self._major >= 17:  # noqa: PLR2004 (the version that brought the builtin provider)
            flags += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not self._durable:
            flags.append("--no-sync")
        with self._seen(nascent) as (seen, fds):
            data, held = ("-D", f"{seen}/data"), (*fds, hold.fd)
            self._run("initdb", *data, *flags, fds=held)
            self._run("postgres", "--single", "-j", *data, ADMIN, fds=held, text=_ROLES)
        (nascent / "socket").mkdir(mode=0o700)
        self._account.give(nascent / "socket", 0o700)
        if self.folder.cluster.exists():
            self.folder.cluster.rmdir()
        nascent.rename(self.folder.cluster)

    def _refuse_other_major(self) -> None:
        found = (self.data / "PG_VERSION").read_text("ascii").strip()
        if found != str(self._major):
            raise Refusal(
                f"The data in {self.data} was written by PostgreSQL {found}; this release brings "
                f"{self._major}. Move it with:  {sys.executable} -m lms upgrade-postgres"
            )

    def _write_access_rules(self) -> None:
        """Only our own account comes in, proven by the kernel (peer), as any of the three roles."""
        rules = {
            "pg_hba.conf": "local all all peer map=lms\n",
            "pg_ident.conf": "".join(
                f'lms "{current_name()}" {role}\n' for role in (OWNER, APPLICATION, ADMIN)
            ),
        }
        for name, text in rules.items():
            path = self.data / name
            path.write_text(text, "utf-8")
            self._account.give(path, 0o600)

    def _launch(self, hold: Hold) -> subprocess.Popen[bytes]:
        # Whoever else could be using the cluster would be holding the folder: a pid file is stale.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        settings = dict(self._settings)
        if not self._durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        if self.folder.log.exists() and self.folder.log.stat().st_size > _LOG_KEEPS:
            self.folder.log.replace(self.folder.log.with_suffix(".old"))
        with self._seen(self.folder.cluster) as (seen, fds), self.folder.log.open("ab") as log:
            sockets = f"{seen}/socket" if self._account.switched else str(self.socket)
            settings["unix_socket_directories"] = sockets
            command = [self._binaries.program("postgres"), "-D", f"{seen}/data"]
            for name, value in settings.items():
                command += ["-c", f"{name}={value}"]
            self._let_go_of_lifeline()
            self._lifeline = Lifeline()
            with self._lifeline.handed_over() as held:
                self.process = spawn(
                    command,
                    when_orphaned=signal.SIGINT,
                    cwd="/",
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=(*fds, hold.fd, held),
                    **self._account.popen(),
                )
        return self.process

    def _let_go_of_lifeline(self) -> None:
        if self._lifeline is not None:
            self._lifeline.close()
            self._lifeline = None

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        patience = time.monotonic() + _READY_WITHIN
        while not self._is_ready():
            if process.poll() is not None or time.monotonic() > patience:
                tail = self.folder.log.read_text("utf-8", "replace").splitlines()[-12:]
                raise Refusal("PostgreSQL did not start. Its last words:\n  " + "\n  ".join(tail))
            time.sleep(0.01)

    def _is_ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"  # noqa: PLR2004 (the file's 8th line)

    @contextmanager
    def _seen(self, folder: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
        """How the server's account names a folder of its own whose parents are closed to it.

        An inherited descriptor leads straight to the folder, so no parent has to be opened.
        """
        if not self._account.switched:
            yield str(folder), ()
            return
        descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
        try:
            yield f"/proc/self/fd/{descriptor}", (descriptor,)
        finally:
            os.close(descriptor)

    def _run(self, program: str, *arguments: str, fds: tuple[int, ...], text: str = "") -> None:
        """Run one of the programs to its end; it ends with us, and holds the folder until then."""
        process = spawn(
            [self._binaries.program(program), *arguments],
            when_orphaned=signal.SIGKILL,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd="/",
            pass_fds=fds,
            **self._account.popen(),
        )
        try:
            errors = process.communicate(text.encode())[1].decode("utf-8", "replace")
        except BaseException:
            process.kill()
            process.wait()
            raise
        if process.returncode or "ERROR" in errors:
            raise Refusal(f"{program} could not make the database:\n{errors.strip()[-2000:]}")
