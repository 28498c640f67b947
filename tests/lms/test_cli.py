"""Commands beside `serve`, run in this process on the tests' database."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner, Result

from courses.questions.commands import DEMONSTRATION
from lms import cli
from lms.app import Platform
from lms.serving.first_records import FIRST_ADMIN
from lms.serving.refusal import Refusal
from lms.settings import Environment, Settings
from tests.conftest import TestServer

Lms = Callable[..., Result]


@pytest.fixture
def lms(opened: Platform, chosen: Settings, monkeypatch: pytest.MonkeyPatch) -> Lms:
    monkeypatch.setattr(cli, "settings", lambda: chosen)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(cli.cli, arguments, catch_exceptions=False)

    return run


def test_every_command_explains_itself(lms: Lms):
    told = lms("--help").output
    for command in ("serve", "migrate", "web", "worker", "keys", "seed", "import"):
        assert command in told


def test_seeding_twice_changes_nothing(lms: Lms):
    assert "created=64" in lms("seed", "--demonstration").output
    assert "created=0" in (again := lms("seed", "--demonstration").output)
    assert "unchanged=64" in again


def test_a_bank_needs_its_course(lms: Lms):
    with pytest.raises(Refusal, match="there is no course NONE"):
        lms("import", "questions", str(DEMONSTRATION["CPCS"]), "--course", "NONE")


def test_all_faults_of_a_bank_are_told_at_once(lms: Lms, tmp_path: Path):
    lms("seed")
    bank = json.loads(DEMONSTRATION["CPCS"].read_bytes())
    bank["questions"][0]["kind"] = "riddle"
    bank["questions"][7]["points"] = 0
    (tmp_path / "bank.json").write_text(json.dumps(bank))
    with pytest.raises(Refusal) as refusal:
        lms("import", "questions", str(tmp_path / "bank.json"), "--course", "CPCS")
    assert "/questions/0/kind" in str(refusal.value)
    assert "/questions/7/points" in str(refusal.value)


def test_keys_are_made_rotated_and_listed(lms: Lms):
    assert lms("keys", "list").output.strip() == ""
    rotated = lms("keys", "rotate", "--reason", "a yearly habit").output.splitlines()
    assert lms("keys", "list").output.splitlines() == rotated
    assert sum("active" in line for line in rotated) == 1


def test_session_keys_are_replaced(lms: Lms):
    assert lms("keys", "replace-session", "--reason", "a laptop was stolen").exit_code == 0


@pytest.mark.parametrize(
    "command",
    [
        ("keys", "rotate"),
        ("keys", "replace-session"),
        ("people", "add-admin", FIRST_ADMIN),
        ("people", "remove-second-factor", FIRST_ADMIN),
    ],
)
@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001])
def test_what_goes_into_the_trail_needs_a_reason(lms: Lms, command: tuple[str, ...], reason: str):
    refused = lms(*command, "--reason", reason)
    assert refused.exit_code == 2
    assert "String should have at" in refused.output


def test_an_admin_is_added_who_is_in_the_register(lms: Lms):
    with pytest.raises(Refusal, match="There is nothing here"):
        lms("people", "add-admin", "nobody@example.org", "--reason", "the deputy")
    lms("seed")
    again = lms("people", "add-admin", FIRST_ADMIN, "--reason", "the same again")
    assert again.exit_code == 0
    assert again.output.strip() == f"{FIRST_ADMIN} is an administrator."


def test_a_second_factor_that_is_not_there_is_told(lms: Lms):
    with pytest.raises(Refusal, match="There is nothing here"):
        lms("people", "remove-second-factor", "nobody@example.org", "--reason", "lost it")


def test_wrong_settings_are_told_by_their_names(lms: Lms, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cli, "settings", lambda: Settings(env="production", secret="short"))
    with pytest.raises(Refusal) as refusal:
        lms("keys", "list")
    assert str(refusal.value).splitlines() == [
        "The settings cannot be used.",
        "  LMS_SECRET is too short: it needs at least 32 bytes",
        "  LMS_ENV=production needs LMS_PUBLIC_URL with https://",
    ]
    monkeypatch.setattr(cli, "settings", lambda: Settings(web_workers=0))
    with pytest.raises(Refusal, match="LMS_WEB_WORKERS: "):
        lms("upgrade-postgres")


def test_a_database_without_this_releases_schema_is_refused(
    lms: Lms, chosen: Settings, server: TestServer, monkeypatch: pytest.MonkeyPatch
):
    bare = chosen.model_copy(update={"database_url": server.url("postgres")})
    monkeypatch.setattr(cli, "settings", lambda: bare)
    for command in (["keys", "list"], ["worker"]):
        with pytest.raises(Refusal, match="-m lms migrate"):
            lms(*command)


def test_a_database_that_is_not_there_is_told_in_words(
    lms: Lms, chosen: Settings, server: TestServer, monkeypatch: pytest.MonkeyPatch
):
    for address in (server.url("nobody_made_it"), "postgresql+asyncpg://me@/lms?host=/nowhere"):
        absent = chosen.model_copy(update={"database_url": address})
        monkeypatch.setattr(cli, "settings", lambda absent=absent: absent)
        with pytest.raises(Refusal, match=r"The database cannot be used: .*exist|not answer"):
            lms("keys", "list")


def test_an_address_may_say_what_asyncpg_reads_in_one(
    lms: Lms, chosen: Settings, monkeypatch: pytest.MonkeyPatch
):
    def saying(address: str) -> str:
        return f"{address}{'&' if '?' in address else '?'}sslmode=prefer"

    addresses = {
        "database_url": saying(chosen.database_url),
        "database_owner_url": saying(chosen.database_owner_url),
    }
    monkeypatch.setattr(cli, "settings", lambda: chosen.model_copy(update=addresses))
    assert "this release's schema" in lms("migrate").output
    assert "created=0" not in lms("seed", "--demonstration").output


def test_a_data_folder_that_is_none_is_told_in_words(
    lms: Lms, chosen: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "file").touch()
    wrong = chosen.model_copy(update={"env": Environment.DEMO, "data_dir": tmp_path / "file"})
    monkeypatch.setattr(cli, "settings", lambda: wrong)
    with pytest.raises(Refusal, match="The data folder cannot be used"):
        lms("keys", "list")
    elsewhere = {"secret": SecretStr(""), "data_dir": tmp_path / "file"}
    monkeypatch.setattr(cli, "settings", lambda: chosen.model_copy(update=elsewhere))
    with pytest.raises(Refusal, match=r"The data folder cannot be used: .*file"):
        lms("keys", "list")


def test_a_secret_that_is_cut_short_is_told_in_words(
    lms: Lms, chosen: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    own = chosen.model_copy(update={"secret": SecretStr(""), "data_dir": tmp_path})
    monkeypatch.setattr(cli, "settings", lambda: own)
    assert lms("keys", "list").exit_code == 0
    (tmp_path / "secret").write_text("short")
    with pytest.raises(Refusal, match="secret is cut short: 5 bytes"):
        lms("keys", "list")


def test_a_clock_over_real_data_is_refused(
    lms: Lms, chosen: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "something").touch()
    moved = chosen.model_copy(
        update={
            "env": "demo",
            "clock_offset_seconds": 60,
            "data_dir": tmp_path,
            "database_url": "",
        }
    )
    monkeypatch.setattr(cli, "settings", lambda: moved)
    with pytest.raises(Refusal, match="not made with LMS_ENV=demo"):
        lms("keys", "list")
