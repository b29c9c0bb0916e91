"""One message by e-mail, through the mail server that the environment names.

TLS is the rule; a plain connection is made to this machine only. A password is read from a file
that nobody else can read. Whatever is sent, a run of digits as long as a national number is masked.

Border: what is told, and whether it was told before, is decided in ``notification.py``; the only
other module that opens connections is ``download.py``. Only the standard library is needed.
"""

import re
import secrets
import smtplib
import socket
import ssl
import string
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path

from pipelines.console import StaalkaartError
from pipelines.operations.clock import now
from pipelines.secret_files import read_secret
from pipelines.settings import MailSettings

IMPLICIT_TLS_PORT, SUBMISSION_PORT = 465, 587
PREFIX = "[Staalkaart] "
MASK = "***********"
# Eleven digits, with up to two characters between them that are no letter; dates with a time are
# written with letters between, so that they are let be.
_LONG_NUMBER = re.compile(r"(?<!\d)\d(?:[^\w\n]{0,2}\d){10,}(?!\d)")


class MailError(StaalkaartError):
    """A message could not be sent, or the environment does not say how; told, never fatal."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"E-mail niet verstuurd: {reason}")


@dataclass(frozen=True)
class MailServer:
    """A mail server as it is used.

    Attributes:
        security: ``starttls``, ``implicit`` (TLS from the first byte) or ``plain``.
        password: None for a server that asks for nobody.
    """

    host: str
    port: int
    security: str
    sender: Address
    recipients: tuple[Address, ...]
    user: str = ""
    password: str | None = field(default=None, repr=False)


def mail_server(asked: MailSettings) -> MailServer:
    """Return the mail server that the environment describes.

    Raises:
        MailError: Something is missing, wrong or not safe; the message names the variable.
    """
    port = _port(asked)
    security = _security(asked, port)
    if not asked.sender or not asked.recipients:
        raise MailError(
            "STAALKAART_SMTP_FROM en STAALKAART_SMTP_TO moeten allebei een adres noemen."
        )
    recipients = [address for address in asked.recipients.split(",") if address.strip()]
    return MailServer(
        asked.host,
        port,
        security,
        _address(asked.sender, "STAALKAART_SMTP_FROM"),
        tuple(_address(address, "STAALKAART_SMTP_TO") for address in recipients),
        asked.user,
        _password(asked),
    )


def send(server: MailServer, subject: str, body: str, timeout: float) -> None:
    """Send one message to every recipient.

    Args:
        server: Where it is handed over.
        subject: One line; a fixed word is put before it.
        body: Plain text in Dutch.
        timeout: Seconds to wait for the server at each step.

    Raises:
        MailError: The server cannot be reached or trusted, or refuses the message.
    """
    message = EmailMessage(policy=SMTP_POLICY)
    message["From"] = server.sender
    message["To"] = server.recipients
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{_letters(24)}@{server.sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Subject"] = PREFIX + without_long_numbers(" ".join(subject.split()))
    message.set_content(without_long_numbers(body))
    try:
        with _connection(server, timeout) as connection:
            if server.password is not None:
                connection.login(server.user, server.password)
            refused = connection.send_message(message)
    except UnicodeEncodeError:
        # Its own text would show a part of what could not be sent.
        raise MailError(
            "STAALKAART_SMTP_USER en het wachtwoord mogen alleen ASCII-tekens hebben. Vraag de "
            "beheerder van de mailserver een ander wachtwoord."
        ) from None
    except (OSError, smtplib.SMTPException) as problem:
        raise MailError(_reason(problem, server)) from None
    if refused:
        raise MailError(f"{server.host} weigert {', '.join(sorted(refused))}.")


def without_long_numbers(text: str) -> str:
    """Return a text in which nothing is left that is as long as a national number."""
    return _LONG_NUMBER.sub(MASK, text)


def _letters(length: int) -> str:
    """Return random letters: an identifier in digits could look like a national number."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(length))


def _connection(server: MailServer, timeout: float) -> smtplib.SMTP:
    if server.security == "implicit":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=timeout, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=timeout)
    if server.security == "starttls":
        try:
            connection.starttls(context=ssl.create_default_context())
        except BaseException:
            connection.close()
            raise
    return connection


def _port(asked: MailSettings) -> int:
    text = asked.port or str(SUBMISSION_PORT)
    if not text.isdecimal() or not 0 < int(text) < 2**16:
        raise MailError(f"STAALKAART_SMTP_PORT is geen poort: {text!r}.")
    return int(text)


def _security(asked: MailSettings, port: int) -> str:
    wish = asked.starttls.lower() or "yes"
    if wish not in {"yes", "no"}:
        raise MailError(f"STAALKAART_SMTP_STARTTLS is yes of no, niet {asked.starttls!r}.")
    if port == IMPLICIT_TLS_PORT:
        return "implicit"
    if wish == "yes":
        return "starttls"
    if not is_loopback(asked.host):
        raise MailError(
            f"zonder TLS gaat een bericht alleen naar deze machine, niet naar {asked.host}. "
            "Laat STAALKAART_SMTP_STARTTLS weg, of gebruik poort 465."
        )
    return "plain"


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine, by name or by address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _password(asked: MailSettings) -> str | None:
    if not asked.user:
        return None
    if asked.password_file:
        secret = read_secret(
            Path(asked.password_file), "Het wachtwoordbestand", "STAALKAART_SMTP_PASSWORD_FILE"
        )
        return secret.decode("utf-8", "replace")
    if not asked.password:
        raise MailError(
            "STAALKAART_SMTP_USER heeft een wachtwoord nodig: noem een bestand met rechten 0400 in "
            "STAALKAART_SMTP_PASSWORD_FILE, of zet het in STAALKAART_SMTP_PASSWORD."
        )
    return asked.password


def _address(text: str, variable: str) -> Address:
    try:
        address = Address(addr_spec=text.strip())
    except (ValueError, IndexError, MessageError):
        address = Address()
    if not address.username or not address.domain or not text.isprintable():
        raise MailError(f"{variable} noemt geen e-mailadres: {text.strip()!r}.")
    return address


def _reason(problem: Exception, server: MailServer) -> str:
    """Return why a message was not taken, without what was in it."""
    where = f"{server.host}:{server.port}"
    if isinstance(problem, ssl.SSLError):
        why = getattr(problem, "verify_message", "") or problem.reason or "TLS"
        return (
            f"de beveiligde verbinding met {where} is niet te vertrouwen ({why}). Geef het "
            "certificaat van uw organisatie met SSL_CERT_FILE."
        )
    if isinstance(problem, smtplib.SMTPNotSupportedError):
        return f"{where} kent geen STARTTLS of geen aanmelding."
    if isinstance(problem, smtplib.SMTPAuthenticationError):
        return f"{where} aanvaardt gebruiker of wachtwoord niet (code {problem.smtp_code})."
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"{where} weigert het bericht (code {problem.smtp_code})."
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return f"{where} weigert {', '.join(sorted(problem.recipients))}."
    if isinstance(problem, socket.gaierror):
        return f"de naam {server.host} is niet te vinden."
    if isinstance(problem, TimeoutError):
        return f"{where} antwoordt niet op tijd."
    why = getattr(problem, "strerror", None) or type(problem).__name__
    return f"de verbinding met {where} lukt niet ({why})."
