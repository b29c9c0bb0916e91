"""One line of the table of bad input: what arrives, and how it is shown to have been handled.

Border: the items of the table stand in test_bad_input_table.py, test_bad_input_workbooks.py and
test_bad_input_documents.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
from drop_folder import Drop, insz
from test_dho_history import enrolment as entry
from test_dho_history import message

from pipelines.deliveries import intake
from pipelines.deliveries.check import CLEAN, REFUSED, ROWS_REJECTED, check_file
from pipelines.deliveries.landing import landed_path
from pipelines.deliveries.ledger import Part, read_ledger
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.results import DeliverySummary
from pipelines.settings import PROJECT_ROOT

OFFERINGS = "ugent/2024-11-04/aanbod.csv"
WORKBOOK = "ugent/2024-11-04/aanbod.xlsx"
GUIDE = "ugent/2024-11-04/ugent_programs_2024.json"
HISTORY = f"department/2024-11-04/Geef_{insz(850_730_033)}.xml"
GOOD = {
    "ugent": (
        "ugent/2020-11-04/ugent_programs_2020.json",
        '[{"id": "G", "name": "Goed", "courses": ["C"], "ects": [3]}]',
    ),
    "department": (
        f"department/2020-11-04/Geef_{insz(850_730_034)}.xml",
        message(entry("good", year="2019")),
    ),
}
FINDING = ("row_number", "column_name", "rule_id", "message_nl")


@dataclass(frozen=True)
class Item:
    """One item of the table.

    Attributes:
        content: The bytes of the file, or what makes it.
        rules: Every rule that it breaks, by name; the last one refuses a refused file.
        says: What the Dutch messages must name: what was found, where, what is allowed.
        name: Its path below the raw folder.
        is_refused: Whether the file is refused as a whole.
        rows: Rows accepted and rejected.
        lands: Titles of the offerings that land.
        proposes: The proposals of ``staalkaart check``.
        contract: The delivery contract of the sender.
        is_checked: Whether ``staalkaart check`` can look at it.
    """

    content: str | bytes | Callable[[Path], object]
    rules: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    name: str = OFFERINGS
    is_refused: bool = False
    rows: tuple[int, int] = (0, 0)
    lands: tuple[str, ...] = ()
    proposes: tuple[str, ...] = ()
    contract: str = ""
    is_checked: bool = True


def refused(
    rule_id: str,
    content: str | bytes | Callable[[Path], object],
    *says: str,
    name: str = OFFERINGS,
    contract: str = "",
    is_checked: bool = True,
) -> Item:
    """Return an item that is refused as a whole, with nothing of it read."""
    return Item(content, (rule_id,), says, name, True, contract=contract, is_checked=is_checked)


def assert_handled(drop: Drop, item: Item) -> None:
    """Send an item beside a good delivery, and assert that each gets its due."""
    unit = item.name.split("/")[0]
    path = _put(drop, item)
    good_unit = unit if unit in GOOD else "ugent"
    drop.put(*GOOD[good_unit])
    if unit != good_unit:
        intake.unrecognised_folders(drop.settings)
    result = drop.receive(good_unit)
    assert result.error is None
    good = [each for each in result.deliveries if "2020-11-04" in each.file_name]
    _assert_landed(drop, good)
    deliveries = read_ledger(drop.settings.landing_dir).deliveries
    (delivery_id,) = deliveries.keys() - {good[0].delivery_id}
    parts = deliveries[delivery_id].parts
    for part in parts:
        assert part.rows_read == part.rows_accepted + part.rows_rejected
    counts = (sum(p.rows_accepted for p in parts), sum(p.rows_rejected for p in parts))
    assert counts == item.rows
    assert [p.refused_by for p in parts if p.refused_by] == list(item.rules[-1:] * item.is_refused)
    found = _findings(drop, delivery_id, parts)
    assert sorted(found["rule_id"].unique()) == sorted(item.rules)
    messages = "\n".join(found["message_nl"])
    for fact in item.says:
        assert fact in messages
    landed = landed_path(drop.settings.landing_dir, "offerings", delivery_id)
    titles = pl.read_parquet(landed)["title"].to_list() if landed.exists() else []
    assert tuple(titles) == item.lands
    if item.is_checked:
        _assert_same_verdict(drop, path, unit, item, parts, found)


def _put(drop: Drop, item: Item) -> Path:
    if item.contract:
        root = drop.settings.raw_dir.parent / "project"
        contracts = root / "pipelines" / "deliveries" / "contracts"
        contracts.mkdir(parents=True)
        (contracts / "ugent.yml").write_text(item.contract, encoding="utf-8")
        (root / "dbt_project").symlink_to(PROJECT_ROOT / "dbt_project")
        drop.settings = replace(drop.settings, project_root=root)
    if not callable(item.content):
        return drop.put(item.name, item.content)
    path = drop.settings.raw_dir / item.name
    path.parent.mkdir(parents=True, exist_ok=True)
    item.content(path)
    return path


def _assert_landed(drop: Drop, good: list[DeliverySummary]) -> None:
    (summary,) = good
    assert (summary.status, summary.rows_accepted > 0) == ("accepted", True)
    folder = drop.settings.landing_dir
    landed = [landed_path(folder, kind, summary.delivery_id) for kind in summary.kinds]
    assert sum(pl.read_parquet(path).height for path in landed) == summary.rows_accepted


def _findings(drop: Drop, delivery_id: str, parts: list[Part]) -> pl.DataFrame:
    """Return what the nightly run found; of a file that was never opened, why it was refused."""
    path = landed_path(drop.settings.landing_dir, "rejected_rows", delivery_id)
    if path.exists():
        return pl.read_parquet(path).select(FINDING)
    return pl.DataFrame(
        [(0, None, part.refused_by, part.message_nl) for part in parts if part.refused_by],
        schema=dict.fromkeys(FINDING, pl.String) | {"row_number": pl.Int32},
        orient="row",
    )


def _assert_same_verdict(
    drop: Drop, path: Path, unit: str, item: Item, parts: list[Part], found: pl.DataFrame
) -> None:
    with LimitedReaders() as readers:
        verdict = check_file(drop.settings, path, unit, readers)
    own = {"named_scope", "shares"}
    assert [part.model_dump(exclude=own) for part in verdict.parts] == [
        part.model_dump(exclude=own) for part in parts
    ]
    assert verdict.findings.select(FINDING).rows() == found.rows()
    clean = ROWS_REJECTED if item.rows[1] else CLEAN
    assert verdict.exit_code == (REFUSED if item.is_refused else clean)
    assert tuple(verdict.findings["proposal"].drop_nulls()) == item.proposes
