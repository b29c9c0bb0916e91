"""A cell that was never published is missing, and only a delivered total makes an absence zero."""

from decimal import Decimal

from pipelines.answers.cells import Cell
from pipelines.answers.sections.material import Material
from tests.unit.answers.world import WINDOW, YEARS, key_of


def test_a_published_public_figure_is_exact_and_keeps_its_key(material: Material) -> None:
    figure = material.book.total("offerings", "label", YEARS[4])
    assert figure.key == key_of("offerings", "label", YEARS[4])
    assert (figure.lower, figure.upper, figure.table) == (Decimal(20), Decimal(20), "counts")


def test_an_unpublished_total_is_missing_and_gets_no_key(material: Material) -> None:
    figure = material.book.total("learners", "label", WINDOW)
    assert not figure.is_known
    assert material.number(figure) == "geen gegevens"


def test_a_value_without_a_row_in_a_delivered_cell_is_zero(material: Material) -> None:
    cell = Cell("offerings", "framework", YEARS[4])
    figure = material.book.split_figure(cell, "offering_kind", "nascholing")
    assert (figure.lower, figure.upper, figure.table) == (Decimal(0), Decimal(0), "absent")
    assert figure.derived_from == (key_of("offerings", "framework", YEARS[4]),)


def test_a_zero_by_absence_has_no_upper_bound_where_the_total_has_none(material: Material) -> None:
    cell = Cell("offerings", "minister", YEARS[4])
    figure = material.book.split_figure(cell, "offering_kind", "nascholing")
    assert (figure.lower, figure.upper) == (Decimal(0), None)


def test_a_subtotal_of_institutions_without_data_is_missing_and_not_zero(
    material: Material,
) -> None:
    cell = Cell("offerings", "framework", YEARS[4])
    figure = material.book.split_figure(cell, "institution_kind", "university")
    assert not figure.is_known


def test_growth_of_a_bound_that_is_not_known_has_no_values(material: Material) -> None:
    upper = [one for one in material.book.growth("offerings", "minister") if one.bound == "upper"]
    assert upper
    assert not [one for one in upper if one.figure.is_known]
