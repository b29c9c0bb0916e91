"""E-mail about a run: once for every change of state, and nothing in it that must stay inside."""

from dataclasses import replace

import pytest
from mail_server import MailServer
from records import BLOCKING, REFUSED, WARNING, unwell, well

from pipelines.operations.notification import run_state, tell_run
from pipelines.operations.run_record import FAILED, GATE_FAILED, RunRecord
from pipelines.settings import Settings

GATE = replace(unwell(GATE_FAILED), unmet_checks=(BLOCKING, WARNING))


def subjects(post: MailServer) -> list[str]:
    return [str(message["Subject"]) for message in post.received.messages]


def test_each_change_of_state_is_told_once(settings: Settings, post: MailServer) -> None:
    nights: list[tuple[RunRecord, int]] = [
        (well(100), 0),
        (GATE, 1),
        (replace(GATE, finished_at=well(3).finished_at, seconds=7.0), 1),
        (well(3, refused_files=(REFUSED,)), 2),
        (well(2, refused_files=(REFUSED,)), 2),
        (well(1), 3),
        (well(0), 3),
        (GATE, 4),
    ]
    for record, expected in nights:
        assert not tell_run(settings, record).problem
        assert len(post.received.messages) == expected
    said = subjects(post)
    assert "de poort hield de run tegen" in said[0]
    assert "niet alles kon worden verwerkt" in said[1]
    assert "hersteld" in said[2]


def test_a_message_names_what_to_look_at_and_no_count(settings: Settings, post: MailServer) -> None:
    tell_run(settings, replace(GATE, refused_files=(REFUSED,), institutions_in_error={"ap": "x"}))
    (message,) = post.received.messages
    text = message.get_content()
    assert "- counts: delen en totaal" in text
    assert "aandeel geweigerde rijen" not in text  # a warning does not stop a run
    assert "- ucll/2024-11-04/inschrijvingen_2023-2024.csv" in text
    assert "- ap" in text
    assert "staalkaart status" in text
    assert "812" not in text


def test_a_long_list_is_cut_short(settings: Settings, post: MailServer) -> None:
    files = tuple(replace(REFUSED, file_name=f"ucll/bestand-{n}.csv") for n in range(30))
    tell_run(settings, well(refused_files=files))
    text = post.received.messages[0].get_content()
    assert text.count("ucll/bestand-") == 20
    assert "- en nog 10" in text


def test_what_could_not_be_sent_is_tried_again(settings: Settings, post: MailServer) -> None:
    post.refuses = True
    assert "weigert" in tell_run(settings, GATE).problem
    post.refuses = False
    assert tell_run(settings, GATE).is_sent
    assert not tell_run(settings, GATE).is_sent


def test_without_a_mail_server_nothing_is_told_or_remembered(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STAALKAART_SMTP_HOST", raising=False)
    told = tell_run(settings, GATE)
    assert (told.is_sent, told.problem) == (False, "")
    assert not settings.told_dir.exists()


def test_a_memory_that_cannot_be_read_tells_again(settings: Settings, post: MailServer) -> None:
    tell_run(settings, GATE)
    for damaged in ("{", "[]", '{"state": 7}'):
        (settings.told_dir / "run.json").write_text(damaged, encoding="utf-8")
        assert tell_run(settings, GATE).is_sent


def test_a_faulty_setting_is_said_and_harms_nothing(
    settings: Settings, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STAALKAART_SMTP_TO", "niemand")
    assert "STAALKAART_SMTP_TO" in tell_run(settings, GATE).problem
    assert not post.received.messages


def test_the_state_of_a_run_has_no_times_in_it() -> None:
    assert run_state(well(1)) == run_state(well(50)) == ()
    assert run_state(unwell(FAILED, 1)) == run_state(unwell(FAILED, 9))
    assert run_state(unwell(FAILED)) != run_state(unwell(GATE_FAILED))
