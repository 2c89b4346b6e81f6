"""A workbench in a process of its own, for tests that need a real server."""

import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx

_SERVE = """
import sys, uvicorn
from toguna.web.app import create_app
from toguna.web.settings import Settings
folder, port, *packs = sys.argv[1:]
uvicorn.run(create_app(Settings(packs=tuple(packs), folder=folder)), port=int(port), log_level="warning")
"""


@contextmanager
def served(folder: Path, *packs: str):
    """The address of a server that runs while the block does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = folder / "server.log"
    with told.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", _SERVE, str(folder), str(port), *packs], stdout=log, stderr=log, env=os.environ
        )
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(600):
                if process.poll() is not None:
                    raise RuntimeError(told.read_text())
                try:
                    httpx.get(f"{address}/api/v1/openapi.json", timeout=5)
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=30)
