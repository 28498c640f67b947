from pathlib import Path

import pytest

from lms.serving.plan import make_plan, refuse_taken_port, tell_of_misspelt_settings
from lms.serving.postgres.cluster import Cluster
from lms.serving.refusal import Refusal
from lms.settings import Settings

COUNTING = Path("counting")


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    made = Cluster(tmp_path)
    made.folder.create()
    return made


def test_both_commands_are_told_where_the_database_is(cluster: Cluster):
    environment = make_plan(Settings(), COUNTING, cluster).environment
    assert environment["LMS_DATABASE_URL"] == cluster.url("lms_app")
    assert environment["LMS_DATABASE_OWNER_URL"] == cluster.url("lms_owner")
    assert environment["PROMETHEUS_MULTIPROC_DIR"] == str(COUNTING)


def test_one_named_address_serves_the_owner_too():
    environment = make_plan(
        Settings(database_url="postgresql+asyncpg://me@db/lms"), COUNTING, None
    ).environment
    assert environment["LMS_DATABASE_OWNER_URL"] == "postgresql+asyncpg://me@db/lms"


def test_the_announcement_says_where_to_look(cluster: Cluster, capsys: pytest.CaptureFixture[str]):
    make_plan(Settings(port=8123), COUNTING, cluster).announce()
    said = capsys.readouterr().err
    assert "http://127.0.0.1:8123/schema" in said
    assert str(cluster.folder.root) in said
    assert "WARNING" not in said


def test_without_a_mail_server_the_mails_folder_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    chosen = Settings(database_url="postgresql+asyncpg://me@db/lms", data_dir=tmp_path)
    make_plan(chosen, COUNTING, None).announce()
    assert f"mail: written as files to {tmp_path / 'mail'}" in (said := capsys.readouterr().err)
    assert "the server in LMS_DATABASE_URL" in said
    make_plan(chosen.model_copy(update={"smtp_host": "mail"}), COUNTING, None).announce()
    assert "mail:" not in capsys.readouterr().err


def test_a_misspelt_setting_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LMS_SMTP_HOST", "mail.example.org")
    monkeypatch.setenv("LMS_SMTP_HSOT", "mail.example.org")
    monkeypatch.setenv("LMS_TEST_DATABASE_URL", "")
    tell_of_misspelt_settings()
    said = capsys.readouterr().err.splitlines()
    assert said == ["lms: WARNING: LMS_SMTP_HSOT is no setting of this release, and is not read"]


def test_a_port_that_nobody_can_find_is_refused():
    with pytest.raises(Refusal, match="LMS_PORT"):
        refuse_taken_port(Settings(port=0))


def test_production_on_the_embedded_server_is_warned_of(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
):
    chosen = Settings(
        env="production",
        public_url="https://lms.example.org",
        host="::",
        secret="a secret for tests only, 32 bytes+",
    )
    make_plan(chosen, COUNTING, cluster).announce()
    said = capsys.readouterr().err
    assert "WARNING: LMS_ENV=production" in said
    assert "LMS_DATABASE_URL" in said
    assert "http://localhost:8000" in said
