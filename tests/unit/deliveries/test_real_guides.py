"""The real study guides of seven institutions, where that folder is at hand."""

from pathlib import Path

import duckdb
import pytest

from pipelines.deliveries import delivered, intake
from pipelines.settings import PROJECT_ROOT, Settings

pytestmark = pytest.mark.long
GUIDES = PROJECT_ROOT.parent / "shared" / "real" / "study-guides"
LABEL = "(?i)micro[\\s\u00a0\u2010-\u2015_-]*(credential|degree|master)"


@pytest.mark.real
@pytest.mark.skipif(not GUIDES.is_dir(), reason="../shared/real is not here")
def test_every_programme_entry_of_the_real_guides_is_an_offering(tmp_path: Path) -> None:
    settings = Settings(raw_dir=GUIDES, data_dir=tmp_path)
    intake.prepare(settings)
    results = [
        intake.receive_institution(settings, unit) for unit in intake.reporting_units(settings)
    ]
    assert sum(len(result.deliveries) for result in results) == 36
    assert sum(result.refused + result.rows_rejected for result in results) == 0
    found = delivered.write_delivered_data(settings)
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        odisee = connection.execute(
            """
            select count(*), count(distinct source_code) from delivered.offerings
            where institution_id = 'odisee' and academic_year = '2024-2025'
            """
        ).fetchall()
        labelled = connection.execute(
            """
            select count(*) filter (where regexp_matches(title, ?)) from delivered.offerings
            group by academic_year order by academic_year
            """,
            [LABEL],
        ).fetchall()
    assert odisee == [(117, 117)]
    assert [row[0] for row in labelled] == [0, 3, 7, 19, 35]
    assert found.row_counts["offerings"] == 2673
