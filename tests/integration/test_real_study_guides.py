"""The public study guides of seven institutions, where the folder with real files is present.

The figures were counted from the files themselves. The same quirks stand in the hand-written guides
of ``tests/unit/deliveries`` for machines without that folder.

Border: reading a single guide is tested in ``tests/unit/deliveries``.
"""

import duckdb
import pytest

from pipelines.nightly import run_nightly
from pipelines.settings import PROJECT_ROOT, Settings

GUIDES = PROJECT_ROOT.parent / "shared" / "real" / "study-guides"
pytestmark = [
    pytest.mark.integration,
    pytest.mark.real,
    pytest.mark.skipif(not GUIDES.is_dir(), reason="the real study guides are not here"),
]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The real guides, published in a folder of their own."""
    settings = Settings(raw_dir=GUIDES, data_dir=tmp_path_factory.mktemp("real"))
    assert run_nightly(settings, is_quiet=True) == 0
    return settings


def ask(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.published_file), read_only=True) as reader:
        return reader.execute(query).fetchall()


def test_the_institutions_own_label_grows_from_none_to_thirty_five(published: Settings) -> None:
    assert ask(
        published,
        """
        select academic_year, cast(lower as integer), upper, status, institutions_reporting
        from counts
        where measure = 'offerings' and definition = 'label' and institution_id = '*'
            and split = 'none' and not contains(academic_year, '..')
        order by academic_year
        """,
    ) == [
        ("2020-2021", 0, None, "partial", 6),
        ("2021-2022", 3, None, "partial", 7),
        ("2022-2023", 7, None, "partial", 7),
        ("2023-2024", 19, None, "partial", 7),
        ("2024-2025", 35, None, "partial", 7),
    ]


@pytest.mark.parametrize(
    ("institution", "year", "expected"),
    [
        ("odisee", "2024-2025", [(1, 19), (2, 2), (None, 2)]),
        ("ucll", "2022-2023", [(1, 1), (None, 2)]),
    ],
)
def test_types_are_observed_in_the_catalogue(
    published: Settings, institution: str, year: str, expected: list[tuple[int | None, int]]
) -> None:
    assert (
        ask(
            published,
            f"""
            select type, count(*) from offerings
            where is_labelled and institution_id = '{institution}' and academic_year = '{year}'
                and type_basis = 'observed'
            group by type order by type nulls last
            """,
        )
        == expected
    )


def test_every_labelled_offering_has_a_type_or_a_stated_reason_for_none(
    published: Settings,
) -> None:
    found = dict(
        ask(
            published,
            """
            select coalesce(cast(type as varchar), type_observation), count(*) from offerings
            where is_labelled group by all
            """,
        )
    )
    assert None not in found
    assert sum(found.values()) == 64  # type: ignore[arg-type]


def test_every_run_is_judged_on_every_criterion(published: Settings) -> None:
    ((runs, judged, criteria),) = ask(
        published,
        """
        select
            (select count(*) from offerings),
            (select count(*) from offering_criteria),
            (select count(distinct criterion_id) from offering_criteria)
        """,
    )
    assert criteria == 28
    assert judged == int(runs) * 28  # type: ignore[call-overload]


def test_all_runs_of_type_one_have_one_level(published: Settings) -> None:
    assert ask(
        published,
        """
        select level_source, count(*) from offerings
        where is_labelled and type = 1 group by level_source
        """,
    ) == [("derived", 51)]


def test_a_postgraduate_counts_under_the_minister(published: Settings) -> None:
    ((found, counted),) = ask(
        published,
        """
        select
            count(*) filter (o.offering_kind = 'postgraduaat'),
            count(*) filter (o.offering_kind = 'postgraduaat' and v.verdict = 'in')
        from offerings as o
        inner join offering_verdicts as v using (offering_id, academic_year)
        where v.definition = 'minister'
        """,
    )
    assert found == counted == 421


def test_cells_about_persons_are_missing_and_no_zero(published: Settings) -> None:
    assert ask(
        published,
        "select distinct status, lower, upper from counts where measure = 'learners'",
    ) == [("missing", None, None)]


def test_the_terms_of_growth_add_up(published: Settings) -> None:
    assert ask(
        published,
        """
        select term, cast(value as integer) from growth
        where measure = 'offerings' and definition = 'label' and institution_id = '*'
            and bound = 'lower' and window_label = '2020-2021..2024-2025'
            and term in ('first', 'last', 'difference', 'new') order by term
        """,
    ) == [("difference", 35), ("first", 0), ("last", 35), ("new", 35)]
