from pathlib import Path

import pytest

from lms.serving.cluster import Cluster
from lms.serving.plan import make_plan
from lms.settings import Settings


@pytest.fixture
def cluster(tmp_path: Path) -> Cluster:
    made = Cluster(tmp_path)
    made.folder.create()
    return made


def test_both_commands_are_told_where_the_database_is(cluster: Cluster):
    environment = make_plan(Settings(), cluster).environment
    assert environment["LMS_DATABASE_URL"] == cluster.url("lms_app")
    assert environment["LMS_DATABASE_OWNER_URL"] == cluster.url("lms_owner")


def test_one_named_address_serves_the_owner_too():
    environment = make_plan(
        Settings(database_url="postgresql+asyncpg://me@db/lms"), None
    ).environment
    assert environment["LMS_DATABASE_OWNER_URL"] == "postgresql+asyncpg://me@db/lms"


def test_the_announcement_says_where_to_look(cluster: Cluster, capsys: pytest.CaptureFixture[str]):
    make_plan(Settings(port=8123), cluster).announce()
    said = capsys.readouterr().err
    assert "http://127.0.0.1:8123/schema" in said
    assert str(cluster.folder.root) in said
    assert "WARNING" not in said


def test_production_on_the_embedded_server_is_warned_of(
    cluster: Cluster, capsys: pytest.CaptureFixture[str]
):
    chosen = Settings(env="production", public_url="https://lms.example.org", host="::")
    make_plan(chosen, cluster).announce()
    said = capsys.readouterr().err
    assert "WARNING: LMS_ENV=production" in said
    assert "LMS_DATABASE_URL" in said
    assert "http://localhost:8000" in said
