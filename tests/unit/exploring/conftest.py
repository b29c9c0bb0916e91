"""A published file of a few cells, as notebooks open it.

Border: what must be shown stands in the tests.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pytest

from pipelines.exploring.opening import OpenedWarehouse, open_warehouse
from pipelines.settings import Settings

TABLES = """
create table build as select date '2025-01-06' as as_of,
    timestamptz '2025-01-07 01:00:00+00' as built_at, '2025.1' as rule_set_version,
    true as is_synthetic;
create table measures as from (values
    ('offerings', 1, 'Aanbod', 'opleidingen', false, 'framework|label'),
    ('learners', 2, 'Lerenden', 'personen', true, 'label')
) as m (measure, measure_order, name_nl, unit_nl, is_protected, definitions);
create table definitions as from (values
    ('framework', 1, 'Ontwerpkader', 'ontwerp', 'Memo', date '2024-01-01', 'year'),
    ('label', 2, 'Eigen benaming', 'benaming', 'Levering', null, 'day')
) as d (definition, definition_order, name_nl, short_nl, source, dated_on, dated_on_precision);
create table splits as from (values
    ('none', 0, 'totaal', 'offerings|learners'),
    ('level', 1, 'niveau', 'offerings'),
    ('institution_kind', 2, 'soort instelling', 'offerings|learners')
) as s (split, split_order, name_nl, measures);
create table crossings as select 1 as crossing_order, 'institution_kind' as split,
    'level' as second_split, 'offerings' as measures;
create table institutions as from (values
    ('vub', 'Brussel', 'university'), ('ap', 'antwerpen', 'university_college')
) as i (institution_id, name, kind);
create table counts as from (values
    ('2022-2023', '*', 'none', 'all', null, null, 4, null, 'partial', false, 1),
    ('2023-2024', '*', 'none', 'all', null, null, 7, 9.5, 'final', true, 2),
    ('2022-2023..2023-2024', '*', 'none', 'all', null, null, 8, 10, 'final', false, 2),
    ('2023-2024', '*', 'level', '7', null, null, 3, 3, 'final', true, 2),
    ('2023-2024', '*', 'level', 'unknown', null, null, 0, 2, 'final', true, 2),
    ('2023-2024', '*', 'level', '6', null, null, 4, 4, 'final', true, 2),
    ('2023-2024', '*', 'institution_kind', 'university', 'level', '6', 1, 1, 'final', true, 2),
    ('2023-2024', 'vub', 'none', 'all', null, null, null, null, 'missing', true, 0)
) as c (
    academic_year, institution_id, split, split_value, second_split, second_split_value,
    lower, upper, status, is_provisional, institutions_reporting
);
alter table counts add column measure varchar default 'offerings';
alter table counts add column definition varchar default 'framework';
alter table counts add column rule_set_version varchar default '2025.1';
alter table counts add column count_key varchar;
update counts set count_key = concat_ws(':', academic_year, institution_id, split, split_value);
create table growth as from (values
    ('panel', 'first', 'lower', 4), ('panel', 'last', 'lower', 7), ('panel', 'new', 'lower', 3),
    ('panel', 'difference', 'lower', 3), ('*', 'difference', 'lower', 5),
    ('panel', 'difference', 'upper', null)
) as g (institution_id, term, bound, value);
alter table growth add column measure varchar default 'offerings';
alter table growth add column definition varchar default 'framework';
alter table growth add column window_label varchar default '2022-2023..2023-2024';
alter table growth add column from_year varchar default '2022-2023';
alter table growth add column to_year varchar default '2023-2024';
alter table growth add column status varchar default 'final';
alter table growth add column rule_set_version varchar default '2025.1';
"""
BUILT_AT = datetime(2025, 1, 7, 1, tzinfo=UTC)


@pytest.fixture
def published(settings: Settings) -> Settings:
    """Settings whose published file holds a few cells; a test may change it."""
    return _publish(settings)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenedWarehouse]:
    """The same file, opened once as a notebook does."""
    folder = tmp_path_factory.mktemp("exploring")
    settings = Settings(raw_dir=folder / "raw", data_dir=folder / "data")
    settings.warehouse_dir.mkdir(parents=True)
    warehouse = open_warehouse(_publish(settings))
    yield warehouse
    warehouse.connection.close()


def _publish(settings: Settings) -> Settings:
    with duckdb.connect(str(settings.published_file)) as connection:
        connection.execute(TABLES)
    return settings
