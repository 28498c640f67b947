import subprocess
import sys

import msgspec

from tests.lms.serving.running import ROOT

SAY = """
import logging, structlog
from lms.settings import Settings
from lms.web.logs import configure_logs
configure_logs(Settings(env="test", log_level="INFO"))
structlog.contextvars.bind_contextvars(request_id="r-1")
structlog.get_logger().info("ours", centre="c-1")
structlog.get_logger().debug("too quiet")
try:
    raise ValueError("why")
except ValueError:
    logging.getLogger("asyncpg.pool").exception("theirs, %s", "told")
logging.getLogger("asyncpg.pool").info("too quiet")
"""


def test_every_line_is_one_document_with_its_request_also_those_of_libraries() -> None:
    said = subprocess.run(
        [sys.executable, "-c", SAY], cwd=ROOT, capture_output=True, check=True
    ).stderr.splitlines()
    ours, theirs = (msgspec.json.decode(line) for line in said)
    assert (ours["event"], ours["centre"], ours["request_id"]) == ("ours", "c-1", "r-1")
    assert (theirs["event"], theirs["level"]) == ("theirs, told", "error")
    assert theirs["request_id"] == "r-1"
    assert "ValueError: why" in theirs["exception"]
