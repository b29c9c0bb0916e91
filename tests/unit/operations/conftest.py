"""The fixtures that tests of operations use.

Border: what the servers can do stands in source_server.py and mail_server.py.
"""

from collections.abc import Iterator

import pytest
from mail_server import Certificate, MailServer, mail_serving, make_certificate
from source_server import SourceServer, serving


@pytest.fixture
def server() -> Iterator[SourceServer]:
    """A server of source files on this machine."""
    with serving() as running:
        yield running


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server on this machine, and an environment that names it."""
    with mail_serving() as running:
        environment = {
            "HOST": "127.0.0.1",
            "PORT": str(running.port),
            "STARTTLS": "no",
            "FROM": "staalkaart@example.org",
            "TO": "beheer@example.org, gegevens@example.org",
        }
        for name, value in environment.items():
            monkeypatch.setenv(f"STAALKAART_SMTP_{name}", value)
        yield running


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of this machine."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))
