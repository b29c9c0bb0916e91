"""One file over a network that fails: resumed, retried, given up, never glued together.

Border: which files are fetched and what becomes of them is tested in test_fetch.py.
"""

import errno
import socket
import ssl
from pathlib import Path
from typing import Any

import pytest
from source_server import Answer, SourceServer, transfer

from pipelines.operations import download as download_module
from pipelines.operations.download import DownloadError, download

CONTENT = bytes(range(256)) * 300
NAME = "data/gids.json"


@pytest.fixture
def part(tmp_path: Path, server: SourceServer) -> Path:
    server.files[NAME] = CONTENT
    return tmp_path / "gids.json.part"


def bring(server: SourceServer, part: Path, **limits: float) -> tuple[bool, list[float]]:
    """Download the file, and return whether it was resumed and the pauses between attempts."""
    pauses: list[float] = []
    address = f"{server.address}/{NAME}"
    was_resumed = download(
        address, part, transfer(**limits), ("elders.example.org",), pauses.append
    )
    return was_resumed, pauses


def refusal(server: SourceServer, part: Path, **limits: float) -> DownloadError:
    with pytest.raises(DownloadError) as refused:
        bring(server, part, **limits)
    return refused.value


def test_a_file_comes_whole(server: SourceServer, part: Path) -> None:
    assert bring(server, part) == (False, [])
    assert part.read_bytes() == CONTENT


def test_a_cut_connection_is_resumed_where_it_ended(server: SourceServer, part: Path) -> None:
    server.answers[NAME] = [Answer(cut_after=1000)]
    assert bring(server, part) == (True, [1])
    assert part.read_bytes() == CONTENT
    assert server.asked == [(NAME, None), (NAME, "bytes=1000-")]


def test_a_part_of_an_earlier_command_is_resumed(server: SourceServer, part: Path) -> None:
    server.answers[NAME] = [Answer(cut_after=5000)]
    assert refusal(server, part, attempts=1).kind == "temporary"
    assert part.read_bytes() == CONTENT[:5000]
    assert bring(server, part) == (True, [])
    assert part.read_bytes() == CONTENT


def test_a_server_that_ignores_the_range_starts_over(server: SourceServer, part: Path) -> None:
    server.answers[NAME] = [Answer(cut_after=1000), Answer(ignores_range=True)]
    assert bring(server, part) == (False, [1])
    assert part.read_bytes() == CONTENT


def test_a_file_that_changed_meanwhile_is_not_glued_to_its_beginning(
    server: SourceServer, part: Path
) -> None:
    server.answers[NAME] = [Answer(cut_after=1000)]
    refusal(server, part, attempts=1)
    server.files[NAME] = CONTENT[::-1]
    assert bring(server, part) == (False, [])
    assert part.read_bytes() == CONTENT[::-1]


@pytest.mark.parametrize("etag", [None, 'W/"zwak"'])
def test_without_a_strong_etag_a_part_is_not_resumed(
    server: SourceServer, part: Path, etag: str | None
) -> None:
    server.answers[NAME] = [Answer(cut_after=1000, headers={"ETag": etag})]
    assert bring(server, part) == (False, [1])
    assert server.asked == [(NAME, None), (NAME, None)]
    assert part.read_bytes() == CONTENT


def test_a_range_that_was_not_asked_starts_over(server: SourceServer, part: Path) -> None:
    server.answers[NAME] = [Answer(cut_after=1000), Answer(starts_late=7)]
    assert bring(server, part) == (False, [1, 2])
    assert server.asked[-1] == (NAME, None)
    assert part.read_bytes() == CONTENT


def test_a_part_that_is_already_whole_or_too_long_starts_over(
    server: SourceServer, part: Path
) -> None:
    server.answers[NAME] = [Answer(cut_after=1000)]
    refusal(server, part, attempts=1)
    part.write_bytes(CONTENT + b"?")
    assert bring(server, part) == (False, [1])
    assert part.read_bytes() == CONTENT


def test_pauses_double_and_end_at_the_longest(server: SourceServer, part: Path) -> None:
    server.answers[NAME] = [Answer(status=503)] * 5
    assert bring(server, part, attempts=6, longest_pause_seconds=6) == (False, [1, 2, 4, 6, 6])
    assert part.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("retry_after", "pause"),
    [("3", 3), ("900", 10), ("morgen", 1), ("Fri, 28 Feb 2025 10:00:00 GMT", 1)],
)
def test_a_server_that_asks_to_wait_is_given_its_time_within_reason(
    server: SourceServer, part: Path, retry_after: str, pause: float
) -> None:
    server.answers[NAME] = [Answer(status=429, headers={"Retry-After": retry_after})]
    assert bring(server, part) == (False, [pause])


def test_a_server_that_keeps_failing_is_given_up_and_named(
    server: SourceServer, part: Path
) -> None:
    server.answers[NAME] = [Answer(status=500)] * 9
    error = refusal(server, part)
    assert error.kind == "temporary"
    assert error.reason == "127.0.0.1 antwoordt HTTP 500; na 3 pogingen opgegeven"
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("status", "kind"), [(404, "gone"), (410, "gone"), (403, "refused"), (401, "refused")]
)
def test_an_answer_that_will_not_change_is_not_asked_twice(
    server: SourceServer, part: Path, status: int, kind: str
) -> None:
    server.answers[NAME] = [Answer(status=status)]
    assert refusal(server, part).kind == kind
    assert len(server.asked) == 1
    assert not part.exists()


def test_a_silent_server_is_left_after_the_timeout(server: SourceServer, part: Path) -> None:
    server.answers[NAME] = [Answer(is_silent=True)]
    error = refusal(server, part, timeout_seconds=0.1, attempts=1)
    assert error.kind == "temporary"
    assert error.reason == "127.0.0.1 antwoordt niet op tijd"


def test_a_server_that_drips_is_left_after_the_time_of_an_attempt(
    server: SourceServer, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 10_000, 100))
    monkeypatch.setattr(download_module.time, "monotonic", lambda: next(clock))
    error = refusal(server, part, attempts=1, attempt_seconds=50)
    assert error.reason == "127.0.0.1 is te traag"


@pytest.mark.parametrize("told", [True, False])
def test_a_file_above_the_limit_is_left(server: SourceServer, part: Path, told: bool) -> None:
    server.answers[NAME] = [Answer(headers={} if told else {"Content-Length": None})]
    error = refusal(server, part, maximum_bytes=20_000)
    assert error.kind == "too_large"
    assert "20000 bytes" in error.reason
    assert part.exists() is not told
    assert told or part.stat().st_size <= 20_000


def test_a_packed_answer_is_refused(server: SourceServer, part: Path) -> None:
    server.answers[NAME] = [Answer(headers={"Content-Encoding": "gzip"})]
    assert refusal(server, part).reason == "de server stuurt het bestand verpakt als gzip"


def test_a_redirect_on_the_same_server_is_followed(server: SourceServer, part: Path) -> None:
    server.files["nieuw/gids.json"] = CONTENT
    server.answers[NAME] = [Answer(status=302, headers={"Location": "/nieuw/gids.json"})]
    bring(server, part)
    assert part.read_bytes() == CONTENT


@pytest.mark.parametrize(
    "location",
    [
        "http://localhost/gids.json",
        "https://andere.example.org/gids.json",
        "http://elders.example.org/gids.json",
        "file:///etc/hostname",
        "ftp://elders.example.org/gids.json",
    ],
)
def test_a_redirect_off_the_list_is_refused(
    server: SourceServer, part: Path, location: str
) -> None:
    server.answers[NAME] = [Answer(status=302, headers={"Location": location})]
    assert refusal(server, part).kind == "refused"
    assert len(server.asked) == 1
    assert not part.exists()


def test_a_redirect_over_https_to_a_host_of_the_list_is_followed(
    server: SourceServer, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[object] = []

    def nowhere(host: object, *rest: Any, **more: Any) -> None:  # noqa: ANN401
        looked_up.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    address = {"Location": "https://elders.example.org/gids.json"}
    server.answers[NAME] = [Answer(status=302, headers=address)]
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *a, **k: real(host, *a, **k) if host == "127.0.0.1" else nowhere(host),
    )
    assert "te vinden" in refusal(server, part, attempts=1).reason
    assert looked_up == ["elders.example.org"]


def test_redirects_without_end_are_refused(server: SourceServer, part: Path) -> None:
    server.answers[NAME] = [Answer(status=302, headers={"Location": f"/{NAME}"})] * 20
    assert refusal(server, part).kind == "refused"
    assert len(server.asked) < 10


def test_a_server_that_is_not_there_is_named(part: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/{NAME}"
        with pytest.raises(DownloadError) as refused:
            download(address, part, transfer(attempts=1))
    assert refused.value.kind == "temporary"
    assert "127.0.0.1 lukt niet" in refused.value.reason


def test_a_server_without_a_trusted_certificate_is_told_with_what_to_do(
    server: SourceServer, part: Path
) -> None:
    with pytest.raises(DownloadError) as refused:
        download(f"https://127.0.0.1:{server.server_port}/{NAME}", part, transfer())
    assert refused.value.kind == "refused"
    assert "niet te vertrouwen" in refused.value.reason
    assert "SSL_CERT_FILE" in refused.value.advice


def test_a_certificate_that_is_not_trusted_is_said_to_be_so(
    server: SourceServer, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def distrust(*_: object, **__: object) -> None:
        error = ssl.SSLCertVerificationError(1, "certificate verify failed")
        error.verify_message = "self-signed certificate"
        raise error

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", distrust)
    with pytest.raises(DownloadError) as refused:
        download(f"https://127.0.0.1:{server.server_port}/{NAME}", part, transfer())
    assert "niet te vertrouwen (self-signed certificate)" in refused.value.reason


def test_a_full_disk_is_told_and_not_tried_again(
    server: SourceServer, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FullDisk:
        def __enter__(self) -> "FullDisk":
            return self

        def __exit__(self, *rest: object) -> None:
            pass

        def write(self, chunk: bytes) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    real = Path.open
    monkeypatch.setattr(
        Path,
        "open",
        lambda path, *a, **k: FullDisk() if path == part else real(path, *a, **k),
    )
    error = refusal(server, part)
    assert error.kind == "disk"
    assert "de schijf is vol" in error.reason
    assert "--out" in error.advice
    assert len(server.asked) == 1


def test_a_proxy_of_the_environment_is_not_used_for_this_machine(
    server: SourceServer, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    bring(server, part)
    assert part.read_bytes() == CONTENT


def test_a_proxy_of_the_environment_is_used_for_other_machines(
    server: SourceServer, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.address)
    monkeypatch.delenv("no_proxy", raising=False)
    address = "http://gidsen.example.org/gids.json"
    server.files[address] = CONTENT
    download(address, part, transfer())
    assert part.read_bytes() == CONTENT
