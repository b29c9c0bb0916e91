"""The bulletin as people see it: what comes first, at what exit code, on a terminal and a page."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from bulletin_world import BUILD, published, recorded, situation, warned, with_supply
from records import BLOCKING, MOMENT, REFUSED, unwell, well

from pipelines.console import StaalkaartError
from pipelines.explaining.page import Facts, Finding, Grid, Note, Page
from pipelines.operations.bulletin import report
from pipelines.operations.bulletin.advice import read_advice
from pipelines.operations.bulletin.bulletin import bulletin_page
from pipelines.operations.bulletin.changed_answers import AnswerToday
from pipelines.operations.bulletin.html_page import html_page
from pipelines.operations.bulletin.lights import lights
from pipelines.operations.bulletin.report import report_status
from pipelines.operations.bulletin.telling import Situation
from pipelines.operations.bulletin.wording import WORDING_DIR
from pipelines.operations.recorded_answers import Change, RewrittenAnswer
from pipelines.operations.run_record import GATE_FAILED, RUNNING
from pipelines.settings import Settings

KEY = "learners:framework:2023-2024:*:none"
CHANGED = AnswerToday(
    Path("answers/223"),
    "changed",
    "223",
    (Change(KEY, "180 tot 360", "185 tot 360", "late levering: ap"),),
    answer=recorded(published(), {f"{KEY}:2025.1": "180 tot 360"}),
)


def text(page: Page) -> str:
    lines = [page.title, page.stamp or ""]
    for part in page.parts:
        lines.append(part.heading)
        for block in part.blocks:
            match block:
                case Finding():
                    lines += [block.outcome, block.subject, *block.details, *block.asides]
                case Facts():
                    lines += [f"{label}: {value}" for label, value in block.rows]
                case Grid():
                    lines += [" | ".join(row) for row in block.rows]
                case Note():
                    lines.append(block.text)
    return "\n".join(lines)


def told(shown: Situation, language: str = "nl") -> str:
    return text(bulletin_page(shown, language))


def todo(shown: Situation) -> list[str]:
    part = next(p for p in bulletin_page(shown, "nl").parts if p.heading == "Eerst te doen")
    return [block.text for block in part.blocks if isinstance(block, Note)]


def everything() -> Situation:
    """Return a situation in which everything there is to tell is told."""
    facts = with_supply(warned(published()), "ucll", "2023-2024", "enrolments", status="missing")
    record = replace(
        unwell(GATE_FAILED, success=30),
        unmet_checks=(BLOCKING,),
        refused_files=(REFUSED,),
        institutions_in_error={"ap": "ValueError in visit.py, regel 1"},
        unrecognised_folders=("nergens",),
        as_of="2025-01-06",
    )
    return situation(
        record,
        replace(facts, build=replace(BUILD, as_of_requested=BUILD.as_of, code_version="0.0.9")),
        lights=tuple(lights(facts, record, "departement")),
        answers=(CHANGED, AnswerToday(Path("answers/x"), "unreadable")),
        rewritten=(RewrittenAnswer("V1", MOMENT, 3, (Change("k", None, "1", "correctie"),)),),
    )


def test_a_good_morning_has_nothing_to_do() -> None:
    facts = published()
    shown = situation(well(), facts, lights=tuple(lights(facts, well(), "departement")))
    assert shown.is_fresh
    assert todo(shown) == ["1. Niets; alles is in orde."]
    said = told(shown)
    assert "SYNTHETISCHE GEGEVENS" in said
    assert "Vers: de laatste geslaagde run eindigde 4 uur geleden" in said
    assert "4 groen, 0 oranje, 0 rood." in said
    assert "stand van de gegevens: 6 januari 2025, 447 dagen geleden" in said
    assert "duur: 1 minuut" in said


def test_the_most_urgent_comes_first() -> None:
    first = todo(everything())
    assert "staalkaart run" in first[0]
    assert "delen en totaal. Zoek de cel op in counts." in first[1]
    assert first[2].startswith("3. AP Hogeschool: meld de fout")
    assert first[3].startswith("4. UC Leuven-Limburg: vraag")
    assert first[4].startswith("5. Antwoord 223")


def test_everything_there_is_to_tell_is_told_without_a_count_of_people() -> None:
    said = told(everything())
    for expected in (
        "Verouderd: geen geslaagde run sinds",
        "✗ houdt tegen",
        "! waarschuwing",
        "Bij: ucll inschrijvingen.",
        "instellingen in fout: ap",
        "onbekende mappen: nergens",
        "niet de nieuwste stand",
        "de volgende run bouwt opnieuw",
        f"{KEY} | 180 tot 360 | 185 tot 360 | late levering: ap",
        "k | (niet gedrukt) | 1 | correctie",
        "En nog 2",
        "antwoord.json is niet te lezen",
        "laatste geslaagde run: 28 maart 2026",
    ):
        assert expected in said, expected
    assert "812" not in said


def test_advice_comes_from_the_suites_in_the_language_of_the_bulletin(settings: Settings) -> None:
    known = {language: read_advice(settings, language) for language in ("nl", "en")}
    where = ("delivered", "aandeel geweigerde rijen")
    assert known["nl"].keys() == known["en"].keys()
    assert known["nl"][where] != known["en"][where]
    for language, advice in known.items():
        assert advice[where] in told(replace(everything(), advice=advice), language)


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    def places(entry: object, name: str = "") -> dict[str, set[str]]:
        if isinstance(entry, dict):
            return {k: v for key, e in entry.items() for k, v in places(e, f"{name}.{key}").items()}
        return {name: set(re.findall(r"{(\w+)}", str(entry)))}

    texts = {
        language: places(yaml.safe_load((WORDING_DIR / f"{language}.yml").read_text("utf-8")))
        for language in ("nl", "en")
    }
    assert texts["nl"] == texts["en"]


def test_the_english_bulletin_tells_the_same(settings: Settings) -> None:
    said = told(everything(), "en")
    assert "Stale: no successful run since" in said
    assert "✗ red" in said
    with pytest.raises(StaalkaartError, match="bestaat niet"):
        report_status(settings, False, None, "fr", lambda _: None)


def test_a_stale_or_unpublished_installation_is_exit_1(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for record, facts, expected in (
        (well(), published(), 0),
        (well(26.1), published(), 1),
        (well(-2), published(), 1),
        (well(), None, 1),
        (None, published(), 1),
        (unwell(GATE_FAILED, success=20), published(), 0),
    ):
        monkeypatch.setattr(report, "look", lambda *_, r=record, f=facts: situation(r, f))
        assert report_status(settings, False, None, "nl", lambda _: None) == expected
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 100


def test_a_folder_in_which_nothing_ever_ran_says_so_and_is_exit_1(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report_status(settings, False, None, "nl", lambda _: None) == 1
    said = capsys.readouterr().out
    assert "Er is nog niets gepubliceerd" in said
    assert "Er is geen verslag van een run" in said
    settings.published_file.write_bytes(b"no warehouse")
    settings.status_file.write_text("{", encoding="utf-8")
    assert report_status(settings, False, None, "nl", lambda _: None) == 1
    assert "is beschadigd" in capsys.readouterr().out


def test_a_killed_run_is_told_from_one_that_goes_on() -> None:
    record = unwell(RUNNING, success=20)
    assert "Afgebroken zonder einde." in told(situation(record, published()))
    assert "Bezig." in told(situation(record, published(), is_killed=False))


class Seen(HTMLParser):
    """Everything a page would load, and whether its elements are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.loads += [str(value) for name, value in attrs if name in {"src", "href", "srcset"}]
        if tag in {"script", "link", "img", "iframe"}:
            self.loads.append(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_loads_nothing_and_shows_hostile_names_as_text() -> None:
    facts = published(institutions={"ucll": "<script>alert(1)</script>", "ap": "a", "ugent": "b"})
    shown = replace(everything(), published=facts, lights=tuple(lights(facts, None, "d")))
    page = html_page(bulletin_page(shown, "nl"), "nl")
    seen = Seen()
    seen.feed(page)
    assert (seen.loads, seen.open) == ([], [])
    assert "@import" not in page
    assert "url(" not in page
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "Content-Security-Policy" in page


def test_the_page_holds_the_words_beside_the_colours() -> None:
    page = html_page(bulletin_page(everything(), "nl"), "nl")
    for word in ("✗ rood", "✓ groen", "✗ niet goed", "! waarschuwing"):
        assert word in page
    assert "SYNTHETISCHE GEGEVENS" in page


def test_a_page_is_written_whole_where_it_was_asked(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "look", lambda *_: everything())
    said: list[str] = []
    assert report_status(settings, True, None, "nl", said.append) == 1
    assert said == [f"Bulletin: {settings.bulletin_file}"]
    target = tmp_path / "elders" / "b.html"
    report_status(settings, True, target, "nl", said.append)
    assert target.read_text("utf-8") == settings.bulletin_file.read_text("utf-8")
    assert [path.name for path in target.parent.iterdir()] == ["b.html"]
    with pytest.raises(StaalkaartError, match="hoort bij --html"):
        report_status(settings, False, target, "nl", said.append)
    with pytest.raises(StaalkaartError, match="kon niet worden geschreven"):
        report_status(settings, True, target / "c.html", "nl", said.append)


def test_an_old_record_and_odd_spans_are_said_in_the_unit_that_suits() -> None:
    ages = {0.005: "18 seconden", 0.5: "30 minuten", 1.5: "1 uur", 26: "26 uur", 49: "2 dagen"}
    for hours, said in ages.items():
        assert f"{said} geleden" in told(situation(well(hours), published()))
