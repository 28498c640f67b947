"""A cluster for tests: fast, thrown away, same programs and same access rules as the real one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from lms.serving.postgres.cluster import Cluster

_SMALL = {"max_connections": "200", "shared_buffers": "128MB", "max_wal_size": "2GB"}


@contextmanager
def ephemeral_cluster(
    path: Path | None = None, *, fsync: bool = False, settings: Mapping[str, str] | None = None
) -> Iterator[Cluster]:
    """A running cluster, gone at the end with all it held.

    `cluster.url("postgres", "postgres")` may CREATE DATABASE … TEMPLATE, one for each test process.
    """
    folder = path or Path(tempfile.mkdtemp(prefix="lms-"))
    cluster = Cluster(folder, durable=fsync, settings=_SMALL | dict(settings or {}))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()
        cluster.folder.remove()
