"""What notebooks show of the cube: bounds, status and words, and never a number of their own.

Border: the notebooks themselves are run in ``tests/integration/test_notebooks.py``.
"""

from pathlib import Path

import duckdb
import marimo
import pytest

from pipelines.console import StaalkaartError
from pipelines.exploring import choices, heading, opening
from pipelines.exploring.cells import cells_chart, cells_frame, cells_query, read_cells
from pipelines.exploring.choices import Choice
from pipelines.exploring.growth import growth_frame
from pipelines.exploring.opening import OpenedWarehouse, open_warehouse, opened_or_told
from pipelines.settings import Settings
from pipelines.warehouse.generations import generations_dir
from tests.unit.exploring.conftest import BUILT_AT


def test_cells_are_shown_with_bounds_status_and_reading(opened: OpenedWarehouse) -> None:
    choice = Choice()
    shown = cells_frame(opened, choice, read_cells(opened, choice)).to_dicts()
    assert [
        (one["Academiejaar"], one["Aantal"], one["Ondergrens"], one["Bovengrens"]) for one in shown
    ] == [("2022–2023", "ten minste 4", 4, None), ("2023–2024", "7 tot 9,5", 7, 9.5)]  # noqa: RUF001
    assert [(one["Toestand"], one["Voorlopig"], one["Lezing"]) for one in shown] == [
        ("onvolledig", "nee", "ontwerp"),
        ("volledig", "ja", "ontwerp"),
    ]


def test_a_missing_cell_is_shown_as_no_data_and_not_as_zero(opened: OpenedWarehouse) -> None:
    choice = Choice(institution="vub")
    (shown,) = cells_frame(opened, choice, read_cells(opened, choice)).to_dicts()
    assert (shown["Aantal"], shown["Ondergrens"], shown["Toestand"]) == (
        "geen gegevens",
        None,
        "geen gegevens",
    )


def test_values_of_a_split_stand_in_the_order_of_answers(opened: OpenedWarehouse) -> None:
    choice = Choice(split="level")
    found = read_cells(opened, choice)
    assert [one.values for one in found] == [("niveau 6",), ("niveau 7",), ("onbekend",)]
    chart = cells_chart(opened, choice, found)
    assert chart is not None
    assert chart.keys == tuple(one.figure.key for one in found)
    assert ">0 tot 2<" in chart.svg


def test_a_crossing_names_both_values(opened: OpenedWarehouse) -> None:
    choice = Choice(split="institution_kind|level", period="2023-2024")
    (cell,) = read_cells(opened, choice)
    assert cell.values == ("universiteiten", "niveau 6")
    (shown,) = cells_frame(opened, choice, [cell]).to_dicts()
    assert (shown["Soort instelling"], shown["Niveau"]) == cell.values


def test_a_window_is_shown_only_when_it_is_chosen(opened: OpenedWarehouse) -> None:
    years = read_cells(opened, Choice())
    (window,) = read_cells(opened, Choice(period="2022-2023..2023-2024"))
    assert all(".." not in one.figure.cell.year for one in years)
    assert window.figure.lower == 8


def test_the_query_on_show_is_the_one_that_ran_and_holds_whatever_was_chosen_as_text(
    opened: OpenedWarehouse,
) -> None:
    hostile = Choice(institution="x' or true --")
    assert read_cells(opened, hostile) == []
    assert "institution_id = 'x'' or true --'" in cells_query(hostile)
    found = opened.connection.execute(cells_query(Choice())).fetchall()
    assert [row[-1] for row in found] == [one.figure.key for one in read_cells(opened, Choice())]


def test_only_what_is_published_can_be_chosen(opened: OpenedWarehouse) -> None:
    assert choices.measure_options(opened) == {
        "Aanbod (opleidingen)": "offerings",
        "Lerenden (personen)": "learners",
    }
    assert choices.definition_options(opened, "learners") == {"Eigen benaming": "label"}
    assert list(choices.split_options(opened, "learners").values()) == ["none", "institution_kind"]
    assert "institution_kind|level" in choices.split_options(opened, "offerings").values()
    assert list(choices.institution_options(opened).values()) == ["*", "ap", "vub", "overlap"]
    assert list(choices.period_options(opened).values()) == [
        "",
        "2023-2024",
        "2022-2023",
        "2022-2023..2023-2024",
    ]
    assert choices.is_about_persons(opened, "learners")
    assert not choices.is_about_persons(opened, "offerings")


def test_growth_shows_the_same_institutions_beside_all_of_them(opened: OpenedWarehouse) -> None:
    rows = growth_frame(opened, Choice()).to_dicts()
    assert [row["Term"] for row in rows] == [
        "Aantal in 2022–2023",  # noqa: RUF001
        "Nieuw gestart",
        "Verschil",
        "Aantal in 2023–2024",  # noqa: RUF001
    ]
    assert rows[2]["Dezelfde instellingen: ondergrens"] == 3
    assert rows[2]["Dezelfde instellingen: bovengrens"] is None
    assert rows[2]["Alle instellingen: ondergrens"] == 5
    assert growth_frame(opened, Choice(measure="learners")).is_empty()


def test_the_heading_says_that_data_are_synthetic_and_how_fresh_they_are(
    opened: OpenedWarehouse,
) -> None:
    assert "SYNTHETISCHE GEGEVENS" in heading.banner(opened)
    assert "6 januari 2025" in heading.standing(opened)
    assert opened.built_at == BUILT_AT
    assert "7 januari 2025 om 02:00" in heading.standing(opened)
    told = heading.choice_line(opened, Choice(period="2023-2024"))
    assert "**Ontwerpkader** (Memo, 2024). Eenheid: opleidingen." in told


def test_a_file_of_real_data_carries_no_stamp(published: Settings) -> None:
    with duckdb.connect(str(published.published_file)) as connection:
        connection.execute("update build set is_synthetic = false")
    assert heading.banner(open_warehouse(published)) == ""


def test_the_dated_copy_is_opened_so_that_a_later_publication_is_seen(published: Settings) -> None:
    folder = generations_dir(published.published_file) / "2025-01-07T010000Z"
    folder.mkdir(parents=True)
    (folder / published.published_file.name).hardlink_to(published.published_file)
    first = open_warehouse(published)
    newer = published.warehouse_dir / "newer.duckdb"
    with duckdb.connect(str(newer)) as connection:
        connection.execute(
            "create table build as select date '2026-01-06' as as_of,"
            " timestamptz '2026-01-07 01:00:00+00' as built_at, '2026.1' as rule_set_version,"
            " false as is_synthetic"
        )
    newer.replace(published.published_file)
    assert open_warehouse(published).as_of.year == 2026
    assert first.rows("select count(*) from counts") == [(8,)]


def test_where_nothing_is_published_the_next_command_is_named(settings: Settings) -> None:
    with pytest.raises(StaalkaartError, match="Voer eerst `staalkaart run` uit") as told:
        open_warehouse(settings)
    assert str(settings.warehouse_dir) in str(told.value)


def test_a_file_without_any_delivery_is_told(published: Settings) -> None:
    with duckdb.connect(str(published.published_file)) as connection:
        connection.execute("update build set as_of = null")
    with pytest.raises(StaalkaartError, match="geen enkele levering"):
        open_warehouse(published)


def test_a_file_that_is_no_warehouse_is_told(settings: Settings) -> None:
    settings.published_file.write_bytes(b"geen warenhuis")
    with pytest.raises(StaalkaartError, match="geen leesbaar warenhuis"):
        open_warehouse(settings)


def test_in_a_browser_the_message_takes_the_place_of_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class InABrowser:
        mode = "run"

    monkeypatch.setenv("STAALKAART_DATA", str(tmp_path))
    monkeypatch.setattr(opening.marimo, "app_meta", InABrowser)
    with pytest.raises(BaseException) as stopped:
        opened_or_told()
    assert type(stopped.value).__name__ == "MarimoStopError"
    assert "staalkaart run" in str(marimo.as_html(stopped.value.output).text)
