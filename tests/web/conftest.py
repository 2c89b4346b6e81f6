"""What the tests of the workbench share: the application on both packs, a way to ask it, and no way out."""

import asyncio
import socket

import httpx
import pytest

from toguna.web.app import create_app
from toguna.web.security import token_of
from toguna.web.settings import Settings

HERE = "http://localhost:8347"
_LOOPBACK = ("127.0.0.1", "::1", "localhost", "0.0.0.0")


class Outside(OSError):  # noqa: N818
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True, scope="module")
def _no_way_out():
    """Connections leave this machine in no test of the workbench."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def check(address):
        if isinstance(address, tuple) and address[0] not in _LOOPBACK:
            raise Outside(f"a connection to {address[0]} was tried")

    def only_here(self, address):
        check(address)
        return connect(self, address)

    def only_here_ex(self, address):
        check(address)
        return connect_ex(self, address)

    socket.socket.connect, socket.socket.connect_ex = only_here, only_here_ex
    yield
    socket.socket.connect, socket.socket.connect_ex = connect, connect_ex


class Client:
    """Asks the application itself, with no server between."""

    def __init__(self, app):
        self.app = app
        self.token = token_of(app.state.settings)

    def ask(self, method, path, **given):
        """The answer to one request; failures inside become problems, as on a server."""

        async def asked():
            way = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=("127.0.0.1", 5000))
            async with httpx.AsyncClient(transport=way, base_url=HERE, timeout=60) as one:
                return await one.request(method, path, **given)

        return asyncio.run(asked())

    def get(self, path, headers=None, **query):
        """The answer to a question; `from_` and the like stand for words that Python keeps for itself."""
        return self.ask("GET", path, params={name.rstrip("_"): value for name, value in query.items()}, headers=headers)


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    """The workbench on both shipped packs, the made-up country first."""
    return create_app(Settings(packs=("ouadji", "mali"), folder=tmp_path_factory.mktemp("work"), secret="of tests"))


@pytest.fixture(scope="session")
def client(app):
    """A way to ask it."""
    return Client(app)
