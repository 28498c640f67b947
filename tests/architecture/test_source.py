"""Habits of the house that a machine can hold: lengths, empty packages, names, layers' rooms."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("lms", "courses", "certs")
LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 40
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "manager", "base", "common", "misc"}


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def test_no_file_is_longer_than_a_room() -> None:
    code = [*modules(), *(ROOT / "scripts").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    long = {path.relative_to(ROOT): _length(path) for path in code}
    assert not {path: n for path, n in long.items() if n > LINES_OF_A_FILE}


def _length(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_function_is_longer_than_a_screen() -> None:
    found = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LINES_OF_A_FUNCTION:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {lines}")
    assert not found


def test_packages_faces_are_empty() -> None:
    assert not [path for path in modules() if path.name == "__init__.py" and path.read_text()]


def test_every_module_says_what_lives_in_it() -> None:
    assert not [
        path.relative_to(ROOT)
        for path in modules()
        if path.name != "__init__.py" and ast.get_docstring(ast.parse(path.read_text())) is None
    ]


def test_no_name_says_nothing() -> None:
    assert not [path for path in modules() if path.stem in NAMES_THAT_SAY_NOTHING]


def test_no_table_has_relationships() -> None:
    assert not [path for path in modules() if "Relationship(" in path.read_text()]


def test_postponed_annotations_stay_out_of_tables_and_routes() -> None:
    eager = {"models.py", "schemas.py", "routes.py", "pages.py"}
    assert not [
        path
        for path in modules()
        if path.name in eager and "from __future__ import annotations" in path.read_text()
    ]


def test_every_room_stands_in_a_layer() -> None:
    """A folder that no import contract names would be outside the rules."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    named: set[str] = set()
    for contract in contracts["contracts"]:
        for container in contract.get("containers", [""]):
            for layer in contract.get("layers", []):
                for room in layer.replace("|", ":").split(":"):
                    prefix = f"{container}." if container else ""
                    named.add(prefix + room.strip())
    for package in PACKAGES:
        for folder in (ROOT / package).iterdir():
            if folder.is_dir() and (folder / "__init__.py").exists():
                assert f"{package}.{folder.name}" in named
