"""The data folder's own order: what lies where, and who holds it right now."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from lms.serving.refusal import InUse, Refusal

SOCKET_NAME = ".s.PGSQL.5432"
_LONGEST_SOCKET = 103  # macOS allows 103 bytes and a NUL, Linux 107
_ORPHANS_LEAVE_WITHIN = 20.0


def unusable(error: OSError) -> Refusal:
    """The refusal of a data folder that cannot be read or written."""
    where = f"{error.filename}: " if error.filename else ""
    closed = error.errno in {errno.EACCES, errno.EPERM}
    perhaps = "It may belong to another account; set" if closed else "Mend that, or set"
    return Refusal(
        f"The data folder cannot be used: {where}{error.strerror}. "
        f"{perhaps} LMS_DATA_DIR to a folder of your own."
    )


@dataclass(frozen=True)
class DataFolder:
    """Paths below LMS_DATA_DIR that serving owns.

    `postgres` is ours alone (0700), so nobody else walks into `cluster`, which belongs to the
    account that PostgreSQL runs under.
    """

    root: Path

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def cluster(self) -> Path:
        return self.postgres / "cluster"

    @property
    def log(self) -> Path:
        return self.postgres / "log"

    def create(self) -> None:
        """Make what is missing; folders that exist keep their mode, but for our own."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.postgres.mkdir(mode=0o700, exist_ok=True)
        self.postgres.chmod(0o700)

    def kept(self) -> list[Path]:
        """The clusters of older PostgreSQL versions, which moving the data left here."""
        return sorted(self.postgres.glob("cluster-*"))

    def refuse_half_upgraded(self) -> None:
        """Keep an empty database from being made where the data only was to be moved.

        Raises:
            Refusal: an upgrade ended between putting the old cluster aside and the new one in.
        """
        if self.kept():
            raise Refusal(
                f"Moving the data in {self.postgres} was interrupted. Begin it again with:  "
                f"{sys.executable} -m lms upgrade-postgres"
            )

    def socket_folder(self, real: Path) -> Path:
        """A path to the socket's folder that fits into a socket address.

        The real one where it is short enough; else a link to it in a private temporary folder,
        which is recorded here and used again at the next start.
        """
        if len(os.fsencode(real / SOCKET_NAME)) <= _LONGEST_SOCKET:
            return real
        link = self._recorded_link()
        if link is not None and _is_ours(link, real):
            return link
        for place in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 (mkdtemp makes it private)
            if len(os.fsencode(place)) <= _LONGEST_SOCKET - 40:
                link = Path(tempfile.mkdtemp(prefix="lms-", dir=place)) / "s"
                link.symlink_to(real)
                self._link_record.write_text(str(link), "utf-8")
                return link
        raise Refusal(f"No folder with a short enough path for a socket was found ({real}).")

    def remove(self) -> None:
        """Delete the folder, all that is in it, and the link to its socket."""
        if (link := self._recorded_link()) is not None:
            shutil.rmtree(link.parent, ignore_errors=True)
        shutil.rmtree(self.root)

    @property
    def _link_record(self) -> Path:
        return self.postgres / "socket-link"

    def _recorded_link(self) -> Path | None:
        try:
            return Path(self._link_record.read_text("utf-8"))
        except FileNotFoundError:
            return None


def _is_ours(link: Path, real: Path) -> bool:
    try:
        folder = link.parent.lstat()
        private = folder.st_uid == os.geteuid() and stat.S_IMODE(folder.st_mode) == stat.S_IRWXU
        return private and link.readlink() == real
    except OSError:
        return False


class Hold:
    """The data folder is in use: an flock that ends with the last process that inherited `fd`."""

    def __init__(self, folder: DataFolder) -> None:
        """Take it, or wait for the orphans of a killed start to leave.

        Raises:
            InUse: at once, where the process that holds it is alive.
        """
        path = folder.postgres / "lock"
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._take(folder)
        except BaseException:
            os.close(self.fd)
            raise
        os.truncate(self.fd, 0)
        os.pwrite(self.fd, str(os.getpid()).encode(), 0)

    def _take(self, folder: DataFolder) -> None:
        patience = time.monotonic() + _ORPHANS_LEAVE_WITHIN
        while True:
            try:
                fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(self.fd, 20, 0).decode()
                if is_alive(holder) or time.monotonic() > patience:
                    raise InUse(
                        f"The data folder {folder.root} is in use by process "
                        f"{holder or 'unknown'}. Stop that one first, or set LMS_DATA_DIR to "
                        "another folder."
                    ) from None
                time.sleep(0.05)
            else:
                return

    def release(self) -> None:
        os.close(self.fd)


def is_alive(holder: str) -> bool:
    """Whether a process id, as text, is that of a process."""
    if not holder.isdecimal():
        return False
    try:
        os.kill(int(holder), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
