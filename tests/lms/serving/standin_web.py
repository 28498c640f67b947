"""A small application under the real Granian: tells its process, dies with its main process."""

import json
import os

from lms.serving.processes.orphans import die_with_parent


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        die_with_parent()
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    body = json.dumps({"process": os.getpid(), "main": os.getppid()}).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})
