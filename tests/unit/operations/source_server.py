"""A server on this machine that holds the files of a source, and fails in the ways networks do.

Border: no test stands here.
"""

import hashlib
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pipelines.operations.public_source import PublicFile, PublicSource, Transfer

PATH = "data/{institution_id}_programs_{start_year}.json"
TARGET = "{institution_id}/{received_on}/{institution_id}_programs_{start_year}.json"
PINNED = "a" * 40


@dataclass(frozen=True)
class Answer:
    """How one request is answered, where that is not the plain file.

    Attributes:
        status: Another status than 200 or 206, without content.
        headers: Headers besides the usual ones; None leaves a usual one out.
        cut_after: The connection ends after so many bytes of the content.
        ignores_range: The whole file is sent, whatever was asked.
        starts_late: A range is answered with one that begins so many bytes later.
        content: Another content.
        is_silent: Nothing is sent before the server stops.
    """

    status: int | None = None
    headers: dict[str, str | None] = field(default_factory=dict)
    cut_after: int | None = None
    ignores_range: bool = False
    starts_late: int = 0
    content: bytes | None = None
    is_silent: bool = False


class SourceServer(ThreadingHTTPServer):
    """The server: ``files`` by path, ``answers`` waiting per path, ``asked`` as they came."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.answers: dict[str, list[Answer]] = defaultdict(list)
        self.asked: list[tuple[str, str | None]] = []
        self.is_stopped = threading.Event()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: SourceServer

    def do_GET(self) -> None:
        path, asked = self.path.lstrip("/"), self.headers.get("Range")
        self.server.asked.append((path, asked))
        waiting = self.server.answers[path]
        answer = waiting.pop(0) if waiting else Answer()
        if answer.is_silent:
            self.server.is_stopped.wait(30)
            return
        content = self.server.files.get(path) if answer.content is None else answer.content
        if answer.status or content is None:
            self._say(answer.status or 404, {"Content-Length": "0"} | answer.headers)
            return
        etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        start = 0
        if asked and not answer.ignores_range and self.headers.get("If-Range") == etag:
            start = int(asked.removeprefix("bytes=").removesuffix("-")) + answer.starts_late
        if start >= len(content):
            self._say(416, {"Content-Length": "0"})
            return
        headers: dict[str, str | None] = {
            "ETag": etag,
            "Content-Length": str(len(content) - start),
        }
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        self._say(206 if start else 200, headers | answer.headers)
        self.wfile.write(content[start:][: answer.cut_after])

    def _say(self, status: int, headers: dict[str, str | None]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[SourceServer]:
    """Run a server while the test runs."""
    server = SourceServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.is_stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()


def transfer(**changes: float) -> Transfer:
    """Return limits that keep a failing test short."""
    limits: dict[str, float] = {
        "attempts": 3,
        "pause_seconds": 1,
        "longest_pause_seconds": 10,
        "timeout_seconds": 10,
        "attempt_seconds": 60,
        "maximum_bytes": 100_000,
    }
    return Transfer.model_validate(limits | changes)


def source_of(server: SourceServer, contents: dict[str, bytes], **limits: float) -> PublicSource:
    """Return a source whose files stand on the server under the pinned revision.

    Args:
        server: Gets the files.
        contents: Content per ``<institution>_<start year>``.
        limits: Changed limits of the transfer.
    """
    files = []
    for name, content in contents.items():
        institution, year = name.split("_")
        file = PublicFile(
            institution_id=institution,
            start_year=int(year),
            bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            commit=PINNED,
        )
        files.append(file)
        path = PATH.format(institution_id=institution, start_year=year)
        server.files[f"{PINNED}/{path}"] = content
    return PublicSource(
        title_nl="Proefgidsen",
        repository="https://example.org/proef",
        base_address=server.address,
        newest_revision="HEAD",
        allowed_hosts=("example.org",),
        path=PATH,
        target=TARGET,
        received_on=date(2025, 2, 28),
        date_nl="verzonnen",
        attribution_nl="de tests",
        licence="MIT",
        licence_text="MIT License\n",
        left_out_nl=("niets",),
        transfer=transfer(**limits),
        files=tuple(files),
    )
