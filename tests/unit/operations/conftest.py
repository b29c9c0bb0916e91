"""The fixture that tests of fetching use.

Border: what the server can do stands in source_server.py.
"""

from collections.abc import Iterator

import pytest
from source_server import SourceServer, serving


@pytest.fixture
def server() -> Iterator[SourceServer]:
    """A server of source files on this machine."""
    with serving() as running:
        yield running
