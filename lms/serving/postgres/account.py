"""Under which account PostgreSQL runs: ours, or as root an unprivileged one that already exists."""

from __future__ import annotations

import os
import pwd
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lms.serving.refusal import Refusal

_UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An operating system account; `switched` when processes have to change to it first."""

    name: str
    uid: int
    gid: int
    switched: bool

    def popen(self) -> dict[str, Any]:
        """Arguments of subprocess.Popen that give a child this account and no other group."""
        if not self.switched:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path, mode: int) -> None:
        """Make a path of ours belong to this account."""
        path.chmod(mode)
        if self.switched:
            os.chown(path, self.uid, self.gid)


def current_name() -> str:
    """The name that PostgreSQL's peer authentication will see for our own connections."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise Refusal(
            f"The user id {os.geteuid()} has no name on this machine, and the embedded PostgreSQL "
            "needs one. Run as a named user, or set LMS_DATABASE_URL."
        ) from None


def account_for(cluster: Path) -> Account:
    """Ours; as root the one that already owns the cluster, else the first unprivileged one.

    Raises:
        Refusal: as root, where no such account exists or the system has no /proc to hand a folder
            over without opening its parents.
    """
    if os.geteuid() != 0:
        return Account(current_name(), os.geteuid(), os.getegid(), switched=False)
    if sys.platform != "linux":
        raise Refusal(
            "As root the embedded PostgreSQL runs on Linux only. "
            "Run as an ordinary user, or set LMS_DATABASE_URL."
        )
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return Account(f"#{owner.st_uid}", owner.st_uid, owner.st_gid, switched=True)
    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid, switched=True)
    raise Refusal(
        "PostgreSQL never runs as root, and this machine has neither an account 'postgres' nor "
        "'nobody'. Run as an ordinary user, or set LMS_DATABASE_URL."
    )
