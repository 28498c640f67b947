"""A supervisor over a real cluster and real Granian, with small commands in the product's place.

python standin_serve.py <data folder> <port> embedded|bare|broken|unprepared

bare has no cluster, broken a web server that ends at once, unprepared a failing preparation.
"""

import http.client
import os
import sys
from pathlib import Path

from lms.serving.postgres.cluster import Cluster
from lms.serving.processes.keeping import Command
from lms.serving.processes.orphans import follow_parent
from lms.serving.refusal import Refusal
from lms.serving.supervisor import STOP_SIGNALS, Plan, Supervisor
from lms.serving.terminal import say

HERE = Path(__file__).parent
PREPARE = """
import sys
sys.exit("unprepared" if sys.argv[1] == "unprepared" else 0)
"""
WORKER = """
import os, pathlib, sys, time
pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
time.sleep(600)
"""


def plan(root, port, kind, cluster):
    root.mkdir(exist_ok=True)
    name = "absent" if kind == "broken" else "app"
    granian = ["-m", "granian", "--interface", "asgi", "--no-ws", "--port", str(port)]
    granian += ["--respawn-failed-workers", "--log-level", "warning", "--working-dir", str(HERE)]
    return Plan(
        preparation=Command("preparation", [sys.executable, "-c", PREPARE, kind]),
        first=Command("web", [sys.executable, *granian, f"standin_web:{name}"]),
        then=[Command("worker", [sys.executable, "-c", WORKER, str(root / "worker.pid")])],
        environment=dict(os.environ),
        ready=lambda: answers(port),
        announce=lambda: say(f"ready {cluster.url(driver='') if cluster else ''}"),
        say=say,
    )


def answers(port):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False


if __name__ == "__main__":
    root, port, kind = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    follow_parent(STOP_SIGNALS[1])
    try:
        cluster = Cluster(root, durable=False) if kind == "embedded" else None
        Supervisor(lambda running: plan(root, port, kind, running), cluster).run()
    except Refusal as refusal:
        sys.exit(str(refusal))
