"""From one address to the bytes of one file, over a network that may fail.

What came in stays in a ``.part`` file, with the server's ETag beside it, and the next attempt asks
for the rest only: under ``If-Range``, so that two versions of a file are never glued together.

Border: the only module that opens a connection to another machine. Which file is wanted, where it
belongs and whether its content is right is decided in ``fetch.py``.
"""

import errno
import http.client
import re
import socket
import ssl
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import IO, Literal
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from pipelines.operations.public_source import LOOPBACK, Transfer

CHUNK = 64 * 1024
_CONTENT_RANGE = re.compile(r"bytes (?P<start>[0-9]+)-[0-9]+/(?P<total>[0-9]+)")
_GONE = {404, 410}
_TRY_LATER = {408, 425, 429, 500, 502, 503, 504}

Kind = Literal["temporary", "gone", "refused", "too_large", "disk"]


class DownloadError(Exception):
    """An address did not give its file.

    Attributes:
        reason: Why, in Dutch, as a sentence without a full stop.
        kind: ``temporary`` (tried often enough), ``gone`` (not at this address), ``refused`` (by
            the server, or by us), ``too_large`` or ``disk``.
        advice: What mends it, in Dutch; empty where only the caller can say.
        wait: Seconds the server asks to wait.
    """

    def __init__(self, reason: str, kind: Kind, advice: str = "", wait: float = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.kind = kind
        self.advice = advice
        self.wait = wait


def download(
    address: str,
    part: Path,
    transfer: Transfer,
    allowed_hosts: tuple[str, ...] = (),
    pause: Callable[[float], None] = time.sleep,
) -> bool:
    """Bring the file at an address into ``part``, resuming what stands there.

    Args:
        address: Of the file.
        part: Where its bytes go; left as it is when an attempt fails.
        transfer: Limits.
        allowed_hosts: Hosts to which a redirect may lead besides that of the address.
        pause: Waits between attempts.

    Returns:
        Whether bytes of an earlier attempt were kept.

    Raises:
        DownloadError: The file did not come; the last reason.
    """
    opener = _opener(address, allowed_hosts)
    attempt = 1
    while True:
        try:
            return _attempt(opener, address, part, transfer)
        except DownloadError as error:
            if error.kind != "temporary":
                raise
            if attempt == transfer.attempts:
                often = f"; na {attempt} pogingen opgegeven" if attempt > 1 else ""
                raise DownloadError(error.reason + often, error.kind, error.advice) from None
            doubled = transfer.pause_seconds * 2 ** (attempt - 1)
            pause(min(max(doubled, error.wait), transfer.longest_pause_seconds))
        attempt += 1


def etag_file(part: Path) -> Path:
    """Return where the ETag of a part is kept: a hidden file beside it."""
    return part.with_name(f".{part.name}.etag")


def discard(part: Path) -> None:
    """Remove a part and its ETag."""
    part.unlink(missing_ok=True)
    etag_file(part).unlink(missing_ok=True)


def _attempt(
    opener: urllib.request.OpenerDirector, address: str, part: Path, transfer: Transfer
) -> bool:
    """Bring the rest of a file, or the whole; True when bytes of an earlier attempt were kept."""
    ends_at = time.monotonic() + transfer.attempt_seconds
    have, etag = _kept(part)
    asked = {"User-Agent": "staalkaart", "Accept-Encoding": "identity"}
    if have:
        asked |= {"Range": f"bytes={have}-", "If-Range": etag}
    # The scheme was checked with the source or the mirror, and is again at every redirect.
    request = urllib.request.Request(address, headers=asked)  # noqa: S310
    with _network_faults(address, part):
        response: http.client.HTTPResponse = opener.open(request, timeout=transfer.timeout_seconds)
    with response:
        start, total = _extent(response, have, part)
        if total is not None and total > transfer.maximum_bytes:
            raise _too_large(transfer)
        with _disk_faults(part):
            file = part.open("ab" if start else "wb")
        with file:
            with _disk_faults(part):
                _keep_etag(part, response.headers.get("ETag"))
            received = start
            for chunk in _chunks(response, address, part, ends_at):
                received += len(chunk)
                if received > transfer.maximum_bytes:
                    raise _too_large(transfer)
                with _disk_faults(part):
                    file.write(chunk)
            with _disk_faults(part):
                file.flush()
    if total is not None and received != total:
        raise DownloadError(
            f"{_host(address)} verbrak de verbinding na {received} van {total} bytes", "temporary"
        )
    return start > 0


def _kept(part: Path) -> tuple[int, str]:
    """Return how many bytes can be resumed and their ETag; 0 without an ETag that proves it."""
    try:
        etag = etag_file(part).read_text(encoding="utf-8")
        # A weak ETag says that two versions are alike, not that their bytes are equal.
        return (part.stat().st_size, etag) if etag.startswith('"') else (0, "")
    except FileNotFoundError:
        return 0, ""


def _keep_etag(part: Path, etag: str | None) -> None:
    if etag is None:
        etag_file(part).unlink(missing_ok=True)
    else:
        etag_file(part).write_text(etag, encoding="utf-8")


def _extent(response: http.client.HTTPResponse, have: int, part: Path) -> tuple[int, int | None]:
    """Return where the response begins in the file, and the size of the whole file if told."""
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding != "identity":
        raise DownloadError(f"de server stuurt het bestand verpakt als {encoding}", "refused")
    if response.status != http.HTTPStatus.PARTIAL_CONTENT:
        length = response.headers.get("Content-Length", "")
        return 0, int(length) if length.isdecimal() else None
    found = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if found is None or int(found["start"]) != have or not have:
        discard(part)
        raise DownloadError("de server stuurt een ander stuk dan gevraagd", "temporary")
    return have, int(found["total"])


def _chunks(
    response: http.client.HTTPResponse, address: str, part: Path, ends_at: float
) -> Iterator[bytes]:
    while True:
        with _network_faults(address, part):
            # read1 returns what is there: a slow server must not keep a whole chunk waiting.
            chunk = response.read1(CHUNK)
        if not chunk:
            return
        yield chunk
        if time.monotonic() > ends_at:
            raise DownloadError(f"{_host(address)} is te traag", "temporary")


@contextmanager
def _network_faults(address: str, part: Path) -> Iterator[None]:
    """Say in Dutch what went wrong between this machine and the server."""
    try:
        yield
    except HTTPError as error:
        error.close()
        raise _answer(error, address, part) from None
    except (OSError, http.client.HTTPException) as error:
        cause = error.reason if isinstance(error, URLError) else error
        raise _connection(cause, _host(address)) from None


@contextmanager
def _disk_faults(part: Path) -> Iterator[None]:
    """Say in Dutch why a part cannot be written."""
    try:
        yield
    except OSError as error:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        why = "de schijf is vol" if is_full else error.strerror
        raise DownloadError(
            f"in {part.parent} kan niet worden geschreven: {why}",
            "disk",
            "Maak plaats vrij of kies met --out een andere map, en geef de opdracht opnieuw.",
        ) from None


def _answer(error: HTTPError, address: str, part: Path) -> DownloadError:
    """Return what an HTTP status means for us."""
    host, status = _host(address), error.code
    if status in _GONE:
        return DownloadError(f"{host} heeft het bestand niet (HTTP {status})", "gone")
    if status == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        discard(part)
        return DownloadError(f"{host} kan het vervolg niet geven (HTTP {status})", "temporary")
    if status in _TRY_LATER:
        wait = _seconds(error.headers.get("Retry-After", ""))
        return DownloadError(f"{host} antwoordt HTTP {status}", "temporary", wait=wait)
    return DownloadError(f"{host} weigert het bestand (HTTP {status})", "refused")


def _connection(cause: object, host: str | None) -> DownloadError:
    """Return what a broken connection means for us."""
    if isinstance(cause, ssl.SSLError):
        why = getattr(cause, "verify_message", "") or cause.reason or "TLS"
        return DownloadError(
            f"de beveiligde verbinding met {host} is niet te vertrouwen ({why})",
            "refused",
            "Opent een proxy van uw organisatie het verkeer, geef dan haar certificaten met "
            "SSL_CERT_FILE; kijk anders of de klok van deze machine juist staat.",
        )
    if isinstance(cause, socket.gaierror):
        return DownloadError(f"de naam {host} is niet te vinden (geen netwerk of DNS)", "temporary")
    if isinstance(cause, TimeoutError):
        return DownloadError(f"{host} antwoordt niet op tijd", "temporary")
    why = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return DownloadError(f"de verbinding met {host} lukt niet ({why})", "temporary")


def _seconds(retry_after: str) -> float:
    """Return the seconds that a Retry-After header asks for, 0 when it cannot be read."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, (parsedate_to_datetime(retry_after) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 0.0


def _too_large(transfer: Transfer) -> DownloadError:
    return DownloadError(
        f"het bestand is groter dan {transfer.maximum_bytes} bytes, het hoogste dat wordt gehaald",
        "too_large",
    )


def _host(address: str) -> str | None:
    return urlsplit(address).hostname


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect on the server that was asked, or over https to a host of the list."""

    max_redirections = 5

    def __init__(self, allowed_hosts: tuple[str, ...]) -> None:
        self._allowed_hosts = allowed_hosts

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Return the request to follow.

        Raises:
            DownloadError: The redirect leads elsewhere.
        """
        asked, found = urlsplit(req.full_url), urlsplit(newurl)
        is_same = (asked.scheme, asked.netloc) == (found.scheme, found.netloc)
        if not is_same and (found.scheme != "https" or found.hostname not in self._allowed_hosts):
            fp.close()
            raise DownloadError(
                f"{asked.hostname} verwijst door naar {found.scheme}://{found.hostname}, en dat "
                "staat niet op de lijst van vertrouwde adressen",
                "refused",
            )
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(address: str, allowed_hosts: tuple[str, ...]) -> urllib.request.OpenerDirector:
    """Return what opens http and https only; proxies as the environment says, none for loopback."""
    proxies: dict[str, str] | None = {} if _host(address) in LOOPBACK else None
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(proxies),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        _Redirects(allowed_hosts),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener
