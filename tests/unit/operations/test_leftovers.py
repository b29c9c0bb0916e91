"""What an interrupted run left is removed by the next one; what is whole, or still made, stays."""

from pathlib import Path

from pipelines.operations.leftovers import settle
from pipelines.settings import Settings


def put(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"half")
    return file


def test_half_done_work_is_removed_and_everything_else_stays(settings: Settings) -> None:
    data = settings.data_dir
    half = [
        put(data / "landing" / "enrolments" / ".ugent-1.parquet.part"),
        put(data / "landing" / "enrolments" / ".ugent-2.parquet.part2"),
        put(data / "landing" / ".ledger.json.part"),
        put(data / "return" / "ugent" / ".terug.csv.part"),
        put(data / "status.123.tmp"),
        put(data / ".rebuild-abc" / "landing" / "x.parquet"),
        put(data / "spark" / "0a1b" / "tables" / "counts" / "part-0.parquet"),
        put(data / "warehouse" / "spill" / "block"),
        put(data / "warehouse" / "build.duckdb.tmp" / "block"),
        put(data / "warehouse" / "staalkaart.duckdb.123.tmp"),
    ]
    whole = [
        put(data / "landing" / "enrolments" / "ugent-1.parquet"),
        put(data / "landing" / "ledger.json"),
        put(data / "return" / "ugent" / "terug.csv"),
        put(data / "status.json"),
        put(data / "warehouse" / "staalkaart.duckdb"),
        put(data / "answers" / "223" / "antwoord.json"),
        put(data / "answers" / ".223-new" / "antwoord.json"),
    ]
    settle(settings)
    assert [file.name for file in half if file.exists()] == []
    assert [file.name for file in whole if not file.exists()] == []
    assert settle(settings) == []
