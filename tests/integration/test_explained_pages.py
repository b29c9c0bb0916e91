"""The page of a printed number says what was counted, why, from which rows, and what is wrong.

Border: that lists add up to every figure is tested in ``test_explained_figures.py``.
"""

import random
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.console import StaalkaartError
from pipelines.explaining.explain import explain
from pipelines.explaining.figures.figure_page import figure_page
from pipelines.explaining.published import published_for_reading
from pipelines.settings import Settings
from tests.integration.explained_world import WARNINGS, copy_of, keys_of, page_of, teller_on
from tests.integration.test_cube_on_a_small_world import WINDOW
from tests.unit.explaining.conftest import text_of

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("change", "key", "said"),
    [
        ("lower = lower + 1", "offerings:label:2023-2024:*:none:2025.1", "zegt 9 en"),
        ("upper = upper + 2", "offerings:minister:2023-2024:*:none:2025.1", "zegt 6 en"),
        ("lower = lower - 1", "credits_offered:label:2023-2024:ap:none:2025.1", "LET OP"),
        ("lower = 9, upper = 9", "offerings:label:2023-2024:overlap:none:2025.1", "LET OP"),
        ("lower = lower + 1", "learners:label:2023-2024:*:none:2025.1", "komt niet uit"),
    ],
)
def test_a_figure_that_its_records_do_not_add_up_to_is_called_a_fault(
    explained_world: Settings, tmp_path: Path, change: str, key: str, said: str
) -> None:
    settings = copy_of(explained_world, tmp_path)
    before = page_of(settings, key)
    assert not [one for one in WARNINGS if one in before]
    with duckdb.connect(str(settings.published_file)) as connection:
        connection.execute(f"update counts set {change} where count_key = ?", [key])
    after = page_of(settings, key)
    assert "LET OP" in after
    assert said in after
    assert "komt precies uit op het gepubliceerde cijfer" not in after


def test_a_term_of_growth_that_its_offerings_do_not_add_up_to_is_called_a_fault(
    explained_world: Settings, tmp_path: Path
) -> None:
    settings = copy_of(explained_world, tmp_path)
    key = f"growth:offerings:label:{WINDOW}:*:lower:new:2025.1"
    assert "LET OP" not in page_of(settings, key)
    with duckdb.connect(str(settings.published_file)) as connection:
        connection.execute("update growth set value = 11 where count_key = ?", [key])
    assert "LET OP: de tabel growth zegt 11 en" in page_of(settings, key)


def test_the_page_names_every_record_with_file_row_and_day(explained_world: Settings) -> None:
    text = page_of(explained_world, "offerings:label:2022-2023:ap:none:2025.1")
    assert text.startswith("Aanbod, eigen benaming, 2022\u20132023, AP Hogeschool Antwerpen: 3\n")
    assert "Telt zeker mee: 3 van 3" in text
    assert (
        "AP Hogeschool Antwerpen: ap/2024-11-04/offerings.csv, ontvangen op 4 november 2024" in text
    )
    rows = re.findall(r"^ {2}rij (\d+) +(\S+) +(.+?) {2,}eigen benaming", text, re.MULTILINE)
    assert rows == [
        ("2", "ap:A1", "Micro-credential Zorg (Antwerpen)"),
        ("5", "ap:A4", "Micro-credential Recht"),
        ("6", "ap:AJ", "Micro-credential Samen"),
    ]


def test_a_joint_offering_stands_once_with_the_rows_of_all_its_partners(
    explained_world: Settings,
) -> None:
    text = page_of(explained_world, "offerings:minister:2022-2023:*:none:2025.1")
    assert "Telt zeker mee: 6 van 6" in text
    # AP does not evaluate the shared offering, UGent does: it counts by the row of UGent.
    assert re.search(r"rij 7 +ugent:UJ +Micro-credential Samen +EU-2", text)
    assert "ook ap:AJ, 2022\u20132023: rij 6 van ap/2024-11-04/offerings.csv" in text
    assert "(onbepaald)" in text
    assert text.count("Micro-credential Samen") == 1


def test_a_window_lists_an_offering_once_with_its_years(explained_world: Settings) -> None:
    text = page_of(explained_world, f"offerings:label:{WINDOW}:ap:none:2025.1")
    assert "Telt zeker mee: 6 van 6" in text
    assert re.search(r"rij 10 +ap:A1 +Micro-credential Zorg \(Antwerpen\) +2023\u20132024", text)
    assert "ook 2022\u20132023: rij 2 van" in text


def test_credits_list_what_adds_up_and_say_how_many_state_none(explained_world: Settings) -> None:
    text = page_of(explained_world, "credits_offered:label:2023-2024:ap:none:2025.1")
    assert "Telt zeker mee: 18 van 18 studiepunten (uit 4 keer aanbod)" in text
    credits = re.findall(r"^ {2}rij \d+ .+? {2,}(\d+) +eigen benaming$", text, re.MULTILINE)
    assert sum(int(one) for one in credits) == 18
    assert "Daarnaast 1 zonder opgegeven studiepunten" in text
    assert "offerings_without_credits:label:2023-2024:ap:none:2025.1" in text


def test_what_only_the_upper_bound_counts_says_what_would_decide(explained_world: Settings) -> None:
    text = page_of(explained_world, "offerings:minister:2023-2024:vub:none:2025.1")
    assert "Telt zeker mee: 0 van 0\n  Niets." in text
    assert "Telt alleen in de bovengrens, want onbepaald: 2 van 2" in text
    assert "Niet aangetoond: EU-2. Wat zou beslissen: vul evaluatievorm in" in text


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (
            "offerings:label:2022-2023:*:none",
            "Geen levering: Karel de Grote Hogeschool (2022\u20132023).",
        ),
        ("offerings:label:2024-2025:ugent:none", "Bron niet volledig"),
        ("offerings:label:2024-2025:ugent:none", "Bovengrens              niet bekend"),
        ("offerings:minister:2024-2025:pxl:none", "Bron niet volledig"),
        ("offerings:label:2024-2025:uhasselt:none", "Meer dan 2 % van de rijen geweigerd"),
        ("offerings:label:2024-2025:luca:none", "Uit een eerdere levering over hetzelfde jaar"),
        ("offerings:label:2024-2025:hzs:none", "Levering geweigerd: Hogere Zeevaartschool"),
        ("offerings:label:2024-2025:hzs:none", "een ontbrekende levering is geen nul"),
        ("learners:label:2024-2025:*:none", "Geen levering: alle instellingen (2024\u20132025)."),
        ("credits_taken:label:2023-2024:ap:none", "zijn geen studiepunten bekend"),
        ("offerings:label:2024-2025:ap:none", "Voorlopig"),
    ],
)
def test_the_status_is_told_with_its_reason(explained_world: Settings, key: str, said: str) -> None:
    assert said in page_of(explained_world, f"{key}:2025.1")


def test_the_check_that_certified_a_figure_is_named_with_what_it_counted(
    explained_world: Settings,
) -> None:
    text = page_of(explained_world, "offerings:label:2023-2024:*:none:2025.1")
    assert "gaf 8, gelijk aan de ondergrens" in text
    assert "Geen controle telt dit cijfer apart na." in page_of(
        explained_world, "offerings:label:2023-2024:ap:none:2025.1"
    )


def test_growth_lists_its_offerings_with_title_label_and_verdict_of_both_years(
    explained_world: Settings,
) -> None:
    text = page_of(
        explained_world, f"growth:offerings:label:{WINDOW}:ap:lower:relabelled_in:2025.1"
    )
    assert "Bestond al en kreeg een andere naam of soort: 1 van 1" in text
    assert (
        "2022\u20132023: „Dag van de zorg” (ap:A3), studiedag, zonder eigen benaming: telt niet mee"
        in text
    )
    assert (
        "2023\u20132024: „Micro-credential Zorgdag” (ap:A3), microcredential, eigen benaming"
        in text
    )
    assert "rij 12 van ap/2024-11-04/offerings.csv, ontvangen op 4 november 2024" in text


def test_a_limit_shortens_every_list_and_says_how_to_get_the_rest(
    explained_world: Settings,
) -> None:
    key = "offerings:label:2023-2024:ap:none:2025.1"
    short, whole = page_of(explained_world, key, limit=2), page_of(explained_world, key, limit=0)
    assert "en nog 3; alles: --limit 0" in short
    assert "en nog" not in whole
    rows = [len(re.findall(r"^ {2}rij ", text, re.MULTILINE)) for text in (short, whole)]
    assert rows == [2, 5]


@pytest.mark.parametrize("key", ["", " ", "x", "offering:label:2023-2024:*:none:2025.1", "*" * 500])
def test_an_unknown_key_is_told_with_the_nearest_and_where_keys_stand(
    explained_world: Settings, key: str
) -> None:
    with pytest.raises(StaalkaartError) as problem:
        page_of(explained_world, key)
    assert problem.value.exit_code == 2
    assert "antwoord.json" in str(problem.value)
    near = "'offerings:label:2023-2024:*:none:2025.1'" in str(problem.value)
    assert near == key.startswith("offering:")


def test_a_value_that_no_cell_has_is_no_zero(explained_world: Settings) -> None:
    with pytest.raises(StaalkaartError, match="Dichtst in de buurt"):
        page_of(explained_world, "absent:offerings:label:2023-2024:ap:mode=hybird:2025.1")
    text = page_of(explained_world, "absent:offerings:label:2023-2024:kdg:mode=hybrid:2025.1")
    assert "Er valt dus niets onder" in text
    assert "Telt zeker mee: 0 van 0" in text


@given(text=st.text(st.characters(codec=None), max_size=60))
@hypothesis_settings(max_examples=20)
def test_any_text_as_a_key_gets_a_page_or_a_message(explained_world: Settings, text: str) -> None:
    for key in (
        text,
        f"offerings:{text}:workload_value",
        f"derived:lower:{text}",
        f"absent:{text}",
    ):
        try:
            assert page_of(explained_world, key)
        except StaalkaartError as problem:
            assert str(problem).isprintable()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_kind_of_key_has_a_page_in_both_languages_that_fits_a_terminal(
    explained_world: Settings, language: str
) -> None:
    with published_for_reading(explained_world.published_file) as connection:
        cells = connection.execute(
            "select any_value(count_key order by count_key) from counts"
            " group by measure, split, second_split, institution_id in ('*', 'overlap'),"
            " institution_id, split_value = 'overlap', contains(academic_year, '..'), status"
            " order by 1"
        ).fetchall()
        keys = [key for (key,) in cells]
        keys += keys_of(connection, "select count_key from growth order by 1")
    chosen = random.Random(7).sample(keys, 120)  # noqa: S311 (no secret)
    with teller_on(explained_world, language) as tell:
        for key in chosen:
            text = text_of(figure_page(tell, key), width=100)
            assert max(len(line) for line in text.splitlines()) <= 100, key
            assert not [one for one in WARNINGS if one in text], key
            assert "{" not in text, key


def test_one_thing_is_explained_at_a_time(explained_world: Settings) -> None:
    key = "offerings:label:2023-2024:*:none:2025.1"
    nothing = dict.fromkeys(("offering_id", "enrolment", "year", "definition"))
    ask: Callable[..., object] = explain
    for asked, said in (
        ({"offering_id": "ap:A1", "count": key}, "één ding"),
        ({"enrolment": "ap:2023-2024:1", "count": key}, "één ding"),
        ({"year": "2023-2024", "count": key}, "laat --year"),
        ({"definition": "label", "count": key}, "--definition weg"),
        ({"offering_id": "ap:A1", "limit": 3}, "--limit hoort bij --count"),
        ({"count": key, "language": "fr"}, "nl, en"),
    ):
        with pytest.raises(StaalkaartError, match=re.escape(said)):
            ask(explained_world, **{**nothing, "language": "nl", **asked})


def test_the_command_explains_a_number(explained_world: Settings) -> None:
    asked = [
        "explain",
        "--data",
        str(explained_world.data_dir),
        "--lang",
        "en",
        "--limit",
        "1",
        "--count",
    ]
    result = CliRunner().invoke(app, [*asked, "offerings:label:2023-2024:*:none:2025.1"])
    assert result.exit_code == 0, result.output
    assert "Counts for certain: 8 of 8" in result.output
