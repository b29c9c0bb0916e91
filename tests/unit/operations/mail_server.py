"""A mail server on this machine that keeps what it is given, with TLS where it has a certificate.

Border: no test stands here.
"""

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Certificate:
    """A certificate for 127.0.0.1 and localhost that nobody signed but itself, and its key."""

    certificate: Path
    key: Path


@dataclass
class Received:
    """What the server was told besides messages."""

    messages: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    secured: int = 0


class MailServer(socketserver.ThreadingTCPServer):
    """The server; ``refuses`` answers every message with a permanent error."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, certificate: Certificate | None, password: str | None) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.certificate = certificate
        self.password = password
        self.refuses = False
        self.received = Received()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer
    is_secure = False

    def handle(self) -> None:
        self._say("220 here")
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if not self._answer(verb.upper(), rest):
                return

    def _answer(self, verb: str, rest: str) -> bool:
        received = self.server.received
        if verb == "EHLO":
            self._say("250-here")
            if self.server.certificate and not self.is_secure:
                self._say("250-STARTTLS")
            self._say("250 AUTH PLAIN" if self.server.password else "250 SIZE")
        elif verb == "STARTTLS":
            self._secure()
        elif verb == "AUTH":
            _, user, password = base64.b64decode(rest.split()[1]).decode().split("\0")
            received.logins.append((user, password))
            self._say("235 ok" if password == self.server.password else "535 no")
        elif verb == "DATA":
            self._take()
        elif verb == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 ok")
        return True

    def _secure(self) -> None:
        assert self.server.certificate is not None
        self._say("220 go ahead")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.server.certificate.certificate, self.server.certificate.key)
        try:
            self.connection = context.wrap_socket(self.request, server_side=True)
        except (ssl.SSLError, OSError):
            return
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        self.is_secure = True
        self.server.received.secured += 1

    def _take(self) -> None:
        self._say("354 go ahead")
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b"."))
        if self.server.refuses:
            self._say("554 no")
            return
        content = b"".join(lines)
        self.server.received.raw.append(content)
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.server.received.messages.append(message)
        self._say("250 taken")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def mail_serving(
    certificate: Certificate | None = None, password: str | None = None
) -> Iterator[MailServer]:
    """Run a mail server until the end of the block."""
    with MailServer(certificate, password) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def make_certificate(folder: Path) -> Certificate:
    """Make a certificate for this machine, valid for an hour around now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    this_machine = [x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost")]
    moment = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(minutes=30))
        .not_valid_after(moment + timedelta(minutes=30))
        .add_extension(x509.SubjectAlternativeName(this_machine), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    made.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made
