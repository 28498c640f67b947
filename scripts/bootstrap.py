"""Make .venv and fill it from a hash-locked requirements file, with Python's own library alone.

    python3 scripts/bootstrap.py runtime|dev

Packages come through a pinned uv, itself checked by hash; where that cannot be had, through pip.
Both go where pip is configured to go: no index address is written anywhere in this repository.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NEEDS = {"runtime": "requirements.txt", "dev": "requirements-dev.txt"}
OLDEST = (3, 11)
OURS = ("lms", "courses", "certs", "migrations")

# What pip knows about where packages come from, in uv's words.
UV_WORDS = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "timeout": "UV_HTTP_TIMEOUT",
}


def main(kind: str) -> None:
    if sys.version_info < OLDEST:
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Set PYTHON=…")
    _make_venv()
    requirements = ROOT / NEEDS[kind]
    if not (_through_uv(requirements) or _through_pip(requirements)):
        sys.exit("The packages could not be installed; the reason is above.")
    _make_importable()
    _runs([str(PYTHON), "-m", "compileall", "-q", *(str(ROOT / name) for name in OURS)])
    # What developers need contains what running needs.
    for stamp in ("runtime",) if kind == "runtime" else ("runtime", "dev"):
        (VENV / f".{stamp}").touch()


def _make_venv() -> None:
    if PYTHON.exists() and _runs([str(PYTHON), "-c", "import pip, sys"], quiet=True):
        return
    print(f"Making {VENV.relative_to(ROOT)} with Python {sys.version.split()[0]}")
    try:
        venv.create(VENV, clear=True, symlinks=True, with_pip=True)
    except subprocess.CalledProcessError:
        sys.exit(
            "This Python cannot make a virtual environment. On Debian and Ubuntu install the "
            "package python3-venv, then try again."
        )


def _through_uv(requirements: Path) -> bool:
    uv = VENV / "bin" / "uv"
    pinned = ROOT / "requirements-uv.txt"
    if not _current(uv, pinned) and not _runs([*_pip("install"), "--no-deps", "-r", str(pinned)]):
        return False
    command = [str(uv), "pip", "install", "--python", str(PYTHON), "--require-hashes"]
    command += ["--compile-bytecode", "--quiet", "-r", str(requirements)]
    print(f"Installing {requirements.name}")
    return _runs(command, os.environ | _uv_environment())


def _through_pip(requirements: Path) -> bool:
    print(f"uv could not do it; installing {requirements.name} through pip (about a minute)")
    return _runs([*_pip("install"), "-r", str(requirements)])


def _pip(verb: str) -> list[str]:
    options = ["--require-hashes", "--quiet", "--disable-pip-version-check"]
    return [str(PYTHON), "-m", "pip", verb, *options]


def _current(uv: Path, pinned: Path) -> bool:
    if not uv.exists():
        return False
    said = subprocess.run([uv, "--version"], capture_output=True, text=True, check=False).stdout
    return said.split()[1:2] == pinned.read_text().split()[0].split("==")[1:]


def _uv_environment() -> dict[str, str]:
    """Pip's settings for uv, which does not read them; what is set for uv already stays."""
    listed = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    ).stdout
    found: dict[str, str] = {}
    # A lock with hashes makes it safe to look for each version in every index.
    found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        word = UV_WORDS.get(name.rpartition(".")[2])
        if word is not None and word not in os.environ:
            parts = str(ast.literal_eval(value)).split()
            found[word] = (" " if word != "UV_FIND_LINKS" else ",").join(parts)
    return found


def _make_importable() -> None:
    """Let `python -m lms` work from every folder: one line that names this checkout."""
    (site,) = VENV.glob("lib/python*/site-packages")
    (site / "apcsc-lms.pth").write_text(f"{ROOT}\n", "utf-8")


def _runs(
    command: list[str], environment: dict[str, str] | None = None, *, quiet: bool = False
) -> bool:
    sink = subprocess.DEVNULL if quiet else None
    done = subprocess.run(command, env=environment, stdout=sink, stderr=sink, check=False)
    return done.returncode == 0


if __name__ == "__main__":
    if sys.argv[1:] not in (["runtime"], ["dev"]):
        sys.exit(__doc__)
    main(sys.argv[1])
