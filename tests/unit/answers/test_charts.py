"""Charts: one scale from zero, missing shown as missing, words beside every bar, the same bytes."""

import json
import re
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
import vl_convert

from pipelines.answers import charts, coverage_chart
from pipelines.answers.cells import Cell, PublishedFigure, Standing
from pipelines.answers.document import Chart
from pipelines.answers.formatting import Printer
from pipelines.answers.wording import load_wording

WORDS = load_wording("nl")
PRINTER = Printer(WORDS)
Spec = dict[str, Any]


def figure(lower: int | None, upper: int | None, below: int | None = None) -> PublishedFigure:
    bounds = [None if one is None else Decimal(one) for one in (lower, upper, below)]
    cell = Cell("offerings", "framework", "2023-2024")
    status = "missing" if lower is None else "partial"
    return PublishedFigure(f"key:{lower}:{upper}", cell, "", Standing(status), *bounds)


BARS = [
    charts.Bar("ontwerpkader", "2022", figure(41, 95)),
    charts.Bar("ontwerpkader", "2023", figure(64, None)),
    charts.Bar("lezing van de minister", "2022", figure(None, None)),
    charts.Bar("lezing van de minister", "2023", figure(1237, 1338)),
    charts.Bar("eigen benaming", "2022", figure(0, 0)),
    charts.Bar("eigen benaming", "2023", figure(0, 4, 5)),
]
TERMS = [
    charts.Bar("ontwerpkader", "nieuw gestart", figure(101, 101)),
    charts.Bar("ontwerpkader", "stopgezet", figure(-6, -6)),
    charts.Bar("eigen benaming", "nieuw gestart", figure(3, 3)),
    charts.Bar("eigen benaming", "stopgezet", figure(0, 0)),
]
SQUARES = [
    coverage_chart.Square(kind, institution, year, state)
    for kind in ("aanbod", "inschrijvingen")
    for institution, states in (
        ("Universiteit Gent", ("complete", "degree_only")),
        ("Odisee", ("missing", "unusable")),
    )
    for year, state in zip(("2022", "2023"), states, strict=True)
]


@pytest.fixture
def specs(monkeypatch: pytest.MonkeyPatch) -> list[Spec]:
    """Collect the specifications that are drawn."""
    found: list[Spec] = []
    draw = vl_convert.vegalite_to_svg

    def collect(spec: Spec, **options: Any) -> str:  # noqa: ANN401 - as the converter takes them
        found.append(spec)
        return str(draw(spec, **options))

    monkeypatch.setattr(charts.vl_convert, "vegalite_to_svg", collect)
    return found


def bounds() -> Chart:
    return charts.bounds_chart("naam", "Titel", "In woorden", BARS, PRINTER, WORDS)


def terms() -> Chart:
    return charts.terms_chart("naam", "Titel", "In woorden", TERMS, PRINTER)


def heat() -> Chart:
    return coverage_chart.coverage_chart("naam", "Titel", "Woorden", SQUARES, PRINTER, WORDS)


def texts(chart: Chart) -> list[str]:
    """Return the texts a reader sees in a drawing."""
    return [one.strip() for one in re.findall(r"<text[^>]*>([^<]+)</text>", chart.svg)]


def domains(spec: object) -> list[list[float]]:
    """Return the domain of every scale of a length in a specification."""
    if isinstance(spec, list):
        return [domain for one in spec for domain in domains(one)]
    if not isinstance(spec, dict):
        return []
    found = []
    if spec.get("type") == "quantitative" and "scale" in spec:
        found.append(spec["scale"]["domain"])
    return [*found, *(domain for one in spec.values() for domain in domains(one))]


@pytest.mark.parametrize("draw", [bounds, terms])
def test_all_panels_share_one_scale_that_holds_zero(draw: Any, specs: list[Spec]) -> None:  # noqa: ANN401
    draw()
    found = domains(json.loads(json.dumps(specs[0])))
    assert len(found) >= 4
    assert all(domain == found[0] for domain in found)
    assert found[0][0] <= 0 < found[0][1]


def test_bars_of_numbers_start_at_zero(specs: list[Spec]) -> None:
    bounds()
    assert {domain[0] for domain in domains(specs[0])} == {0}


def test_every_bar_has_its_print_and_what_is_missing_says_so() -> None:
    shown = texts(bounds())
    for told in ("41 tot 95", "ten minste 64", "geen gegevens", "1.237 tot 1.338", "0", "&lt;5"):
        assert told in shown, told
    assert {"ontwerpkader", "lezing van de minister", "eigen benaming", "2022"} <= set(shown)


def test_the_legend_is_in_words_and_names_only_what_is_drawn() -> None:
    assert {"telt zeker mee", "telt misschien mee"} <= set(texts(bounds()))
    exact = [bar for bar in BARS if bar.figure.upper in (None, bar.figure.lower)]
    chart = charts.bounds_chart("naam", "Titel", "In woorden", exact, PRINTER, WORDS)
    assert "telt misschien mee" not in texts(chart)


def test_a_number_too_small_to_print_has_no_bar(specs: list[Spec]) -> None:
    bounds()
    rows = [one for values in specs[0]["datasets"].values() for one in values]
    drawn = [one for one in rows if "part" in one]
    assert len(drawn) == 2 + 1 + 2
    assert max(one["to"] for one in drawn) == 1338


def test_terms_print_the_sign_with_the_typographic_minus() -> None:
    assert {"101", "\N{MINUS SIGN}6", "3", "0"} <= set(texts(terms()))


def test_each_square_of_coverage_has_a_letter_that_the_legend_explains() -> None:
    shown = texts(heat())
    assert [shown.count(letter) for letter in ("V", "D", "O")] == [2, 2, 2]
    explained = {re.sub(r"\s+", " ", one) for one in shown}
    assert {
        "V volledig",
        "D deels",
        "O geen bruikbare levering",
        "\N{EN DASH} geen levering",
    } <= explained
    assert not {one for one in explained if one.startswith(("E ", "G "))}


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_colours_differ_in_grey_and_letters_stand_out() -> None:
    assert contrast(charts.DARK, charts.LIGHT) > 3
    states = coverage_chart.COLOURS
    lights = [luminance(states[one][0]) for one in ("complete", "carried_forward", "degree_only")]
    assert lights == sorted(lights)
    assert min(b - a for a, b in pairwise(lights)) > 0.15
    for state, (fill, _, letter) in states.items():
        assert contrast(fill, letter) >= 4.5, state


@pytest.mark.parametrize("draw", [bounds, terms, heat])
def test_a_chart_fits_a_phone_and_is_the_same_every_time(draw: Any) -> None:  # noqa: ANN401
    chart = draw()
    assert chart == draw()
    width = float(re.findall(r'viewBox="0 0 ([\d.]+) ', chart.svg)[0])
    assert width <= 390
    assert not re.findall(r'font-size="([0-9]|10)px"', chart.svg)


def test_a_chart_names_the_figures_it_draws() -> None:
    assert bounds().keys == tuple(bar.figure.key for bar in BARS)
