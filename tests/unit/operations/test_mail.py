# ruff: noqa: S105, S106 - the passwords here open nothing
"""Sending one message: TLS unless the server is this machine, safe passwords, nothing secret."""

from dataclasses import replace
from pathlib import Path

import pytest
from mail_server import Certificate, MailServer, mail_serving

from pipelines.console import StaalkaartError
from pipelines.operations.mail import mail_server, send, without_long_numbers
from pipelines.settings import MailSettings, mail_settings

ASKED = MailSettings("mail.example.org", sender="a@example.org", recipients="b@example.org")
LONG = "1" * 11


def test_a_message_reaches_every_recipient(post: MailServer) -> None:
    asked = mail_settings()
    assert asked is not None
    send(mail_server(asked), "er is iets\nBcc: nobody@example.org", "Regel één.\n.Regel twee.", 5)
    (message,) = post.received.messages
    assert message["Subject"] == "[Staalkaart] er is iets Bcc: nobody@example.org"
    assert message["To"] == "beheer@example.org, gegevens@example.org"
    assert message["Bcc"] is None
    assert message.get_content().splitlines() == ["Regel één.", ".Regel twee."]


def test_without_a_mail_server_in_the_environment_there_is_no_mail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("STAALKAART_SMTP_HOST", raising=False)
    assert mail_settings() is None
    monkeypatch.setenv("STAALKAART_SMTP_HOST", " ")
    assert mail_settings() is None


def test_tls_is_the_rule_and_plain_is_for_this_machine_only() -> None:
    assert mail_server(ASKED).security == "starttls"
    assert mail_server(ASKED).port == 587
    assert mail_server(replace(ASKED, port="465")).security == "implicit"
    assert mail_server(replace(ASKED, port="465", starttls="no")).security == "implicit"
    for here in ("127.0.0.1", "::1", "localhost"):
        assert mail_server(replace(ASKED, host=here, starttls="no")).security == "plain"
    for elsewhere in ("mail.example.org", "192.0.2.1", "localhost.example.org"):
        with pytest.raises(StaalkaartError, match="zonder TLS"):
            mail_server(replace(ASKED, host=elsewhere, starttls="no"))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"port": "smtp"}, "STAALKAART_SMTP_PORT"),
        ({"port": "70000"}, "STAALKAART_SMTP_PORT"),
        ({"starttls": "misschien"}, "STAALKAART_SMTP_STARTTLS"),
        ({"sender": ""}, "STAALKAART_SMTP_FROM"),
        ({"sender": "niemand"}, "STAALKAART_SMTP_FROM"),
        ({"recipients": "b@example.org, c"}, "STAALKAART_SMTP_TO"),
        ({"recipients": "b@example.org\nBcc: c@example.org"}, "STAALKAART_SMTP_TO"),
        ({"user": "beheer"}, "STAALKAART_SMTP_PASSWORD_FILE"),
    ],
)
def test_a_setting_that_is_wrong_is_named(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(StaalkaartError, match=named):
        mail_server(replace(ASKED, **wrong))


def test_a_password_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("geheim\n", encoding="utf-8")
    asked = replace(ASKED, user="beheer", password_file=str(secret))
    for mode in (0o400, 0o600):
        secret.chmod(mode)
        assert mail_server(asked).password == "geheim"
    for mode in (0o440, 0o604, 0o640, 0o644):
        secret.chmod(mode)
        with pytest.raises(StaalkaartError, match=f"leesbaar voor anderen.*{mode:04o}"):
            mail_server(asked)
    secret.chmod(0o600)
    secret.write_text("\n", encoding="utf-8")
    with pytest.raises(StaalkaartError, match="leeg"):
        mail_server(asked)
    with pytest.raises(StaalkaartError, match="kan niet worden gelezen"):
        mail_server(replace(asked, password_file=str(tmp_path / "none")))


def test_a_credential_that_systemd_hands_over_may_show_its_access_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "password"
    secret.write_text("geheim", encoding="utf-8")
    asked = replace(ASKED, user="beheer", password_file=str(secret))
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    secret.chmod(0o440)
    assert mail_server(asked).password == "geheim"
    secret.chmod(0o444)
    with pytest.raises(StaalkaartError, match="0444"):
        mail_server(asked)


def test_starttls_encrypts_before_the_password_is_sent(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate))
    with mail_serving(certificate, password="geheim") as server:
        here = replace(ASKED, host="127.0.0.1", port=str(server.port))
        send(mail_server(replace(here, user="beheer", password="geheim")), "goed", "Goed.", 5)
        assert server.received.secured == 1
        assert server.received.logins == [("beheer", "geheim")]
        assert len(server.received.messages) == 1
        with pytest.raises(StaalkaartError, match="aanvaardt gebruiker of wachtwoord niet"):
            send(mail_server(replace(here, user="beheer", password="fout")), "goed", "Goed.", 5)


def test_a_password_that_the_protocol_cannot_send_is_said_without_a_letter_of_it() -> None:
    with mail_serving(password="geheim") as server:
        here = replace(ASKED, host="127.0.0.1", port=str(server.port), starttls="no")
        asked = mail_server(replace(here, user="beheer", password="gehéim"))
        with pytest.raises(StaalkaartError, match="alleen ASCII-tekens") as refusal:
            send(asked, "goed", "Goed.", 5)
        assert "é" not in str(refusal.value)
        assert not server.received.messages


def test_a_server_that_nobody_vouches_for_gets_nothing(
    certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with mail_serving(certificate, password="geheim") as server:
        asked = replace(
            ASKED, host="127.0.0.1", port=str(server.port), user="beheer", password="geheim"
        )
        with pytest.raises(StaalkaartError, match="niet te vertrouwen"):
            send(mail_server(asked), "goed", "Goed.", 5)
        assert not server.received.logins
        assert not server.received.messages


def test_a_server_without_tls_gets_nothing_unless_plain_was_asked(post: MailServer) -> None:
    asked = replace(ASKED, host="127.0.0.1", port=str(post.port))
    with pytest.raises(StaalkaartError, match="kent geen STARTTLS"):
        send(mail_server(asked), "goed", "Goed.", 5)
    assert not post.received.messages


def test_a_server_that_is_not_there_or_refuses_is_said(post: MailServer) -> None:
    asked = mail_settings()
    assert asked is not None
    post.refuses = True
    with pytest.raises(StaalkaartError, match="weigert het bericht"):
        send(mail_server(asked), "goed", "Goed.", 5)
    with mail_serving() as gone:
        port = gone.port
    with pytest.raises(StaalkaartError, match="de verbinding met 127"):
        send(mail_server(replace(asked, port=str(port))), "goed", "Goed.", 5)


def test_no_number_as_long_as_a_national_number_is_ever_sent(post: MailServer) -> None:
    asked = mail_settings()
    assert asked is not None
    grouped = f"{LONG[:2]}.{LONG[:2]}.{LONG[:2]}-{LONG[:3]}.{LONG[:2]}"
    send(mail_server(asked), f"over {LONG}", f"Ook {grouped} en {LONG}7.", 5)
    (message,) = post.received.messages
    assert "1" not in message["Subject"]
    assert "1" not in message.get_content()
    kept = "ucll/2024-11-04/inschrijvingen_2023-2024.csv van 28 november 2026 om 06u05"
    assert without_long_numbers(kept) == kept
