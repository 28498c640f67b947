"""The product's own services on a running server's database: how the bench makes its rows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from lms.app import Platform, platform
from lms.serving.postgres.cluster import OWNER, Cluster
from lms.settings import Settings
from scripts.bench.processes import Served


@asynccontextmanager
async def inside(served: Served) -> AsyncIterator[Platform]:
    """The platform on the data folder of a server that the bench started."""
    if served.data is None:
        raise ValueError("only the product has a data folder")
    cluster = Cluster(served.data)
    chosen = Settings(
        data_dir=served.data,
        port=int(served.url.rpartition(":")[2]),
        database_url=cluster.url(),
        database_owner_url=cluster.url(OWNER),
    )
    async with platform(chosen) as opened:
        yield opened
