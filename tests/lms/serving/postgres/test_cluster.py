import os
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from lms.serving.postgres.cluster import ADMIN, APPLICATION, OWNER, Cluster
from lms.serving.postgres.ephemeral import ephemeral_cluster
from lms.serving.refusal import InUse, Refusal
from tests.lms.serving.running import as_nobody, can_change_account, eventually

pytestmark = pytest.mark.processes


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with ephemeral_cluster(tmp_path_factory.mktemp("cluster") / "data") as running:
        yield running


async def ask(cluster: Cluster, question: str, role: str = ADMIN, database: str = "lms") -> object:
    connection = await asyncpg.connect(cluster.url(role, database, driver=""), timeout=10)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_both_roles_come_in_and_neither_is_powerful(cluster: Cluster):
    for role in (OWNER, APPLICATION):
        assert await ask(cluster, "SELECT current_user", role) == role
        rights = """SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls
                    FROM pg_roles WHERE rolname = current_user"""
        assert await ask(cluster, rights, role) is False


async def test_the_database_belongs_to_the_owner_and_only_the_two_may_enter(cluster: Cluster):
    found = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'lms'"
    assert await ask(cluster, found) == OWNER
    assert await ask(cluster, "SELECT has_database_privilege('public', 'lms', 'CONNECT')") is False


async def test_the_application_cannot_make_tables(cluster: Cluster):
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(cluster, "CREATE TABLE mine ()", APPLICATION)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("SHOW listen_addresses", ""),
        ("SHOW data_checksums", "on"),
        ("SHOW server_encoding", "UTF8"),
        ("SELECT datcollate FROM pg_database WHERE datname = 'lms'", "C"),
        ("SELECT datlocale FROM pg_database WHERE datname = 'lms'", "C.UTF-8"),
        ("SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules", "peer"),
        ("SELECT string_agg(DISTINCT type, ',') FROM pg_hba_file_rules", "local"),
    ],
)
async def test_how_the_server_is_set(cluster: Cluster, question: str, answer: str):
    assert await ask(cluster, question) == answer


async def test_a_database_can_be_cloned_for_each_test_process(cluster: Cluster):
    await ask(cluster, "CREATE DATABASE clone TEMPLATE lms", database="postgres")
    assert await ask(cluster, "SELECT current_database()", database="clone") == "clone"


def test_the_folders_are_closed_to_others(cluster: Cluster):
    for path in (cluster.folder.postgres, cluster.folder.cluster, cluster.data, cluster.socket):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE((cluster.data / "pg_hba.conf").stat().st_mode) == 0o600


def test_a_second_cluster_on_the_same_data_is_refused(cluster: Cluster):
    with pytest.raises(InUse, match="in use by process"):
        Cluster(cluster.folder.root).start()


@pytest.mark.skipif(not can_change_account(), reason="needs root and setpriv")
def test_another_account_does_not_come_in(cluster: Cluster):
    peek = ["ls", str(cluster.socket)]
    prefix = [part for part in as_nobody() if "caps" not in part]
    assert subprocess.run([*prefix, *peek], capture_output=True, check=False).returncode != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_as_root_no_parent_is_opened_and_the_server_is_nobody_special(tmp_path: Path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    chain = [closed, *closed.parents]
    before = [path.stat().st_mode for path in chain]
    with ephemeral_cluster(closed / "data") as cluster:
        assert cluster.process is not None
        assert Path(f"/proc/{cluster.process.pid}").stat().st_uid != 0
        assert cluster.folder.root.stat().st_uid == 0
        assert [path.stat().st_mode for path in chain] == before


async def test_data_outlives_a_stop(tmp_path: Path):
    cluster = Cluster(tmp_path / "data", durable=False)
    cluster.start()
    await ask(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
    cluster.stop()
    cluster.start()
    assert await ask(cluster, "SELECT answer FROM kept") == 42
    cluster.stop()


async def test_a_killed_server_recovers_with_all_that_was_committed(tmp_path: Path):
    cluster = Cluster(tmp_path / "data")
    cluster.start()
    await ask(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert cluster.process is not None
    cluster.process.kill()
    assert eventually(cluster.ended, "its end") == -9
    assert (cluster.data / "postmaster.pid").exists()
    cluster.start()
    assert await ask(cluster, "SELECT answer FROM kept") == 42
    cluster.stop()


async def test_a_killed_server_has_not_ended_while_one_of_its_backends_lives(tmp_path: Path):
    cluster = Cluster(tmp_path / "data", durable=False)
    cluster.start()
    connection = await asyncpg.connect(cluster.url(ADMIN, driver=""), timeout=10)
    backend = connection.get_server_pid()
    os.kill(backend, signal.SIGSTOP)  # as one that is in the middle of a long statement
    assert cluster.process is not None
    cluster.process.kill()
    cluster.process.wait()
    try:
        assert cluster.ended() is None
    finally:
        os.kill(backend, signal.SIGCONT)
    assert eventually(cluster.ended, "its end") == -9
    cluster.start()
    assert await ask(cluster, "SELECT 1") == 1
    cluster.stop()
    connection.terminate()


async def test_a_stale_pid_file_that_names_a_living_process_is_no_obstacle(tmp_path: Path):
    cluster = Cluster(tmp_path / "data", durable=False)
    cluster.start()
    cluster.stop()
    (cluster.data / "postmaster.pid").write_text(f"{os.getppid()}\n{cluster.data}\n1\n5432\n\n\n")
    cluster.start()
    assert await ask(cluster, "SELECT 1") == 1
    cluster.stop()


def test_an_interrupted_creation_is_begun_again(tmp_path: Path):
    nascent = tmp_path / "data" / "postgres" / "nascent" / "data"
    nascent.mkdir(parents=True)
    (nascent / "PG_VERSION").write_text("18\n")
    with ephemeral_cluster(tmp_path / "data") as cluster:
        assert cluster.ended() is None
        assert not nascent.exists()


async def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path: Path):
    with ephemeral_cluster(tmp_path / ("long" * 40)) as cluster:
        assert await ask(cluster, "SELECT current_user", APPLICATION) == APPLICATION
        link = cluster.socket
    assert not link.parent.exists()


def test_another_major_version_is_refused_with_the_command(tmp_path: Path):
    cluster = Cluster(tmp_path / "data", durable=False)
    cluster.start()
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(Refusal, match=r"written by PostgreSQL 16.* lms upgrade-postgres"):
        cluster.start()
    assert cluster.ended() is None


def test_a_folder_that_cannot_be_used_is_refused_in_words(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(Refusal, match="set LMS_DATA_DIR to a folder of your own"):
        Cluster(tmp_path / "file" / "data").start()


def test_a_server_that_cannot_start_says_why(tmp_path: Path):
    cluster = Cluster(tmp_path / "data", settings={"shared_buffers": "nonsense"})
    with pytest.raises(Refusal, match="shared_buffers"):
        cluster.start()
