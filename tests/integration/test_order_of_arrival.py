"""The same deliveries give the same published tables, in whatever order files and rows come.

A drop folder of three senders: late corrections, a template that wins over a study guide, a
rejected row, a file that cannot be read, positions in two quarters and their correction.

Border: what one late or doubled file does is told beside the ledger (``test_delivered.py``); rows
of typed tables are shuffled in ``test_counts_of_small_worlds.py``.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

import duckdb
import pytest

from pipelines.deliveries.delivered import write_delivered_data
from pipelines.deliveries.intake import prepare, receive_institution, unrecognised_folders
from pipelines.settings import Settings
from tests.integration.model_runner import CompiledModels
from tests.integration.small_world import national_number

pytestmark = pytest.mark.integration

KEY = "een sleutel van deze test, nergens anders gebruikt"
OFFERINGS = "instellingsnummer;academiejaar;aanbod_code;titel;soort;omvang;omvang_eenheid"
OFFERINGS += ";evaluatievorm;leervorm;gezamenlijke_code"
COMPONENTS = "instellingsnummer;academiejaar;aanbod_code;bouwsteen_code;herkomst;studiepunten"
PROGRAMMES = "instellingsnummer;academiejaar;opleiding_code;opleiding_soort;onderdeel_code"
PROGRAMMES += ";studiepunten;integratief"
ENROLMENTS = "instellingsnummer;academiejaar;inschrijving_id;insz;studentnummer;contracttype"
ENROLMENTS += ";aanbod_code;onderdeel_code;studiepunten;inschrijvingsdatum;werkstatus"
POSITIONS = "insz;kwartaal;positie"
# What says which file a row came from; its order in the file says nothing of the record.
PLACES = ("delivery_id", "row_number")


def lines(header: str, *rows: str) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def offering(unit: str, year: str, code: str, title: str, joint: str = "") -> str:
    return f"{unit};{year};{code};{title};mooc;6;ects;examen;hybride;{joint}"


def enrolment(unit: str, year: str, number: int, person: int, code: str, status: str) -> str:
    own = f"S{person}" if person % 4 == 0 else ""
    insz = "" if own else national_number(person)
    start = year[:4]
    return (
        f"{unit};{year};I{number};{insz};{own};creditcontract;{code};;6"
        f";{start}-09-{20 + person % 5};{status}"
    )


def enrolments(unit: str, year: str, status: str) -> bytes:
    taken = [(number, number % 7, f"A{number % 3}") for number in range(1, 12)]
    rows = [enrolment(unit, year, *one, status if one[0] % 2 else "onbekend") for one in taken]
    return lines(ENROLMENTS, *rows)


def guide(year: int, *labelled: str) -> bytes:
    entries = [("B", "Bachelor in de zorg", "bac"), ("M", "Master in het recht", "master")]
    entries += [(code, f"Micro-credential {code}", "other") for code in labelled]
    return json.dumps(
        [
            {
                **{
                    "id": code,
                    "name": name,
                    "cycle": cycle,
                    "url": "",
                    "campus": "",
                    "faculty": "",
                },
                "courses": ["C1", "C2", f"C{year % 3 + 3}"],
                "ects": [3, 6, 6],
            }
            for code, name, cycle in entries
        ]
    ).encode()


def positions(quarter: str, *codes: str) -> bytes:
    rows = [f"{national_number(person)};{quarter};{code}" for person, code in enumerate(codes, 1)]
    return lines(POSITIONS, *rows)


def deliveries() -> dict[str, bytes]:
    """What arrives, by path below the drop folder."""
    first, last = "2022-2023", "2023-2024"
    early = [offering("ugent", first, f"A{n}", f"Zorg {n}") for n in range(4)]
    late = [offering("ugent", last, "A0", "Micro-credential 0", "J1")]
    late += [offering("ugent", last, f"A{n}", f"Micro-credential {n}") for n in (1, 2)]
    wrong = offering("ugent", last, "A9", "Recht").replace("6;ects", "3-mei;ects")
    return {
        "ugent/2023-11-06/aanbod.csv": lines(OFFERINGS, *early),
        "ugent/2024-02-05/aanbod.csv": lines(
            OFFERINGS, *early[:2], offering("ugent", first, "A2", "Micro-credential 2")
        ),
        "ugent/2024-11-04/aanbod.csv": lines(OFFERINGS, *late, wrong),
        "ugent/2024-11-04/bouwstenen.csv": lines(
            COMPONENTS, f"ugent;{last};A0;C1;nieuw;3", f"ugent;{last};A1;C2;;6"
        ),
        "ugent/2024-11-04/opleidingen.csv": lines(
            PROGRAMMES, f"ugent;{last};B;bachelor;C1;3;N", f"ugent;{last};B;bachelor;C2;6;"
        ),
        "ugent/2023-11-06/inschrijvingen.csv": enrolments("ugent", first, "werkend"),
        "ugent/2024-11-04/inschrijvingen.csv": enrolments("ugent", last, "werkend"),
        "ugent/2024-12-02/inschrijvingen.csv": enrolments("ugent", last, "werkzoekend"),
        "ugent/2024-12-03/inschrijvingen.csv": b"kapot",
        "odisee/2024-11-04/odisee_programs_2022.json": guide(2022, "A0"),
        "odisee/2024-11-04/odisee_programs_2023.json": guide(2023, "A0", "A1"),
        "odisee/2024-11-18/aanbod.csv": lines(
            OFFERINGS,
            offering("odisee", last, "A0", "Micro-credential 0", "J1"),
            offering("odisee", last, "A1", "Dag"),
        ),
        "odisee/2024-11-18/inschrijvingen.csv": enrolments("odisee", last, "niet_actief"),
        "department/2024-11-04/arbeidspositie_2022.csv": positions("2022Q3", "111", "210"),
        "department/2024-11-04/arbeidspositie_2023.csv": positions("2023Q3", "111", "350", "400"),
        "department/2024-12-02/arbeidspositie_2023.csv": positions("2023Q3", "210", "350", "111"),
    }


def with_rows_shuffled(content: bytes, choice: Random) -> bytes:
    """The same records: rows of a table, entries of a guide with courses beside their credits."""
    text = content.decode()
    if text.startswith("["):
        entries = json.loads(text)
        for entry in entries:
            pairs = list(zip(entry["courses"], entry["ects"], strict=True))
            choice.shuffle(pairs)
            entry["courses"], entry["ects"] = (list(part) for part in zip(*pairs, strict=True))
        choice.shuffle(entries)
        return json.dumps(entries).encode()
    header, *rows = text.splitlines()
    choice.shuffle(rows)
    return lines(header, *rows) if rows else content


@pytest.fixture(scope="module", autouse=True)
def own_key() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STAALKAART_KEY", KEY)
        yield


def arrived(folder: Path, files: list[tuple[str, bytes]], *, one_by_one: bool = True) -> Path:
    """Let files arrive in this order, received one by one or all at once; return the build file."""
    settings = Settings(raw_dir=folder / "raw", data_dir=folder / "data")
    for name, content in files:
        path = settings.raw_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        if one_by_one:
            prepare(settings)
            assert receive_institution(settings, name.split("/")[0]).error is None
    prepare(settings)
    unrecognised_folders(settings)
    for sender in sorted({name.split("/")[0] for name, _ in files}):
        assert receive_institution(settings, sender).error is None
    write_delivered_data(settings)
    return settings.build_file


def delivered_tables(build_file: Path) -> dict[str, list[tuple]]:
    """Every table of schema ``delivered``."""
    with duckdb.connect(str(build_file), read_only=True) as connection:
        names = connection.execute(
            "select table_name from information_schema.tables where table_schema = 'delivered'"
        ).fetchall()
        return {
            name: sorted(connection.execute(f"from delivered.{name}").fetchall(), key=repr)
            for (name,) in names
        }


@pytest.fixture(scope="module")
def in_order(
    models: CompiledModels, published_tables: list[str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, list[tuple]]]:
    """Everything arrived in the order of its dates: the build file and the published tables."""
    folder = tmp_path_factory.mktemp("in_order")
    files = sorted(deliveries().items(), key=lambda file: (file[0].split("/")[1], file[0]))
    build_file = arrived(folder, files)
    models.run_on(build_file)
    return build_file, models.tables(published_tables)


def test_the_deliveries_hold_what_order_could_change(
    models: CompiledModels, in_order: tuple[Path, dict[str, list[tuple]]]
) -> None:
    build_file, tables = in_order
    deliveries_there = delivered_tables(build_file)["deliveries"]
    statuses = {status for row in deliveries_there for status in row}
    assert {"in_force", "superseded", "refused"} <= statuses
    models.run_on(build_file)
    assert models.rows(
        "select institution_id, lower from counts where measure = 'offerings'"
        " and definition = 'label' and academic_year = '2023-2024' and split = 'none'"
        " and institution_id in ('ugent', 'odisee', '*') order by all"
    ) == [("*", 3), ("odisee", 1), ("ugent", 3)]
    assert models.rows(
        "select distinct working_status, working_status_source from learner_years order by all"
    ) == [
        *(("job_seeking", "declared"), ("job_seeking", "register"), ("not_active", "declared")),
        *(("not_active", "register"), ("unknown", "none"), ("working", "declared")),
        ("working", "register"),
    ]
    assert tables["growth"]


@pytest.mark.parametrize("order", ["backwards", "at random", "at once"])
def test_every_order_of_arrival_gives_the_same_delivered_and_published_tables(
    models: CompiledModels,
    published_tables: list[str],
    in_order: tuple[Path, dict[str, list[tuple]]],
    tmp_path: Path,
    order: str,
) -> None:
    files = sorted(deliveries().items(), key=lambda file: (file[0].split("/")[1], file[0]))
    if order == "backwards":
        files.reverse()
    elif order == "at random":
        Random(4).shuffle(files)  # noqa: S311
    build_file = arrived(tmp_path, files, one_by_one=order != "at once")
    expected = delivered_tables(in_order[0])
    assert delivered_tables(build_file) == expected
    models.run_on(build_file)
    for name, rows in models.tables(published_tables).items():
        assert rows == in_order[1][name], name


def test_the_order_of_rows_in_the_files_changes_no_published_number(
    models: CompiledModels,
    published_tables: list[str],
    in_order: tuple[Path, dict[str, list[tuple]]],
    tmp_path: Path,
) -> None:
    choice = Random(7)  # noqa: S311
    files = [(name, with_rows_shuffled(content, choice)) for name, content in deliveries().items()]
    assert sum(content != deliveries()[name] for name, content in files) > 10
    build_file = arrived(tmp_path, files, one_by_one=False)

    def tables() -> dict[str, list[tuple]]:
        return {
            name: sorted(
                models.rows(f"select columns(lambda c: c not in {PLACES}) from main.{name}"),
                key=repr,
            )
            for name in published_tables
        }

    models.run_on(in_order[0])
    before = tables()
    models.run_on(build_file)
    after = tables()
    for name, rows in after.items():
        assert rows == before[name], name
