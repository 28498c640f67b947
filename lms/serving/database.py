"""Which database this process works on: a named server, or the embedded one of the data folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lms.serving.postgres.cluster import OWNER, Cluster
from lms.serving.refusal import InUse
from lms.settings import Settings


def embedded(chosen: Settings) -> Cluster | None:
    """The data folder's cluster; None where a server is named."""
    return None if chosen.database_url else Cluster(chosen.data_dir)


def addressed(chosen: Settings, cluster: Cluster | None) -> Settings:
    """The settings with both database addresses filled in."""
    if cluster is not None:
        found = {"database_url": cluster.url(), "database_owner_url": cluster.url(OWNER)}
    else:
        found = {"database_owner_url": chosen.database_owner_url or chosen.database_url}
    return chosen.model_copy(update=found)


@contextmanager
def database(chosen: Settings) -> Iterator[Settings]:
    """Settings whose database runs for as long as this lasts, for commands beside `serve`.

    The embedded server is used where one runs on the data folder, else started and stopped again.
    """
    cluster = embedded(chosen)
    if cluster is None:
        yield addressed(chosen, None)
        return
    try:
        cluster.start()
    except InUse:
        yield addressed(chosen, cluster)
        return
    try:
        yield addressed(chosen, cluster)
    finally:
        cluster.stop()
