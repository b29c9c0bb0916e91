"""A small published file made by hand, with the shipped rules and readings.

Rules and readings are the shipped seeds; everything else is a few rows, as they would be published.

Border: no test stands here.
"""

import csv
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from pipelines.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"
RULES = "2025.1"
NEXT_RULES = "2027.1"
YEAR = "2023-2024"
LEARNER_KEY = "geheimesleutelvandelerende"
DELIVERY = "ugent:abc"
DEFINITIONS = ("framework", "minister", "label", "scope_note", "vlor", "strict_eu")

SCHEMA = """
create table institutions (institution_id text, name text);
create table build (as_of date, rule_set_version text, is_synthetic boolean);
create table offerings (
    offering_id text, institution_id text, academic_year text, title text, offering_kind text,
    is_labelled boolean, label_raw text, workload_value decimal(10, 2), workload_unit text,
    workload_source text, size_status text, vks_level integer, level_source text,
    level_declared integer, mode text, type integer, type_basis text, type_declared text,
    type_observed integer, type_observation text, components_total integer,
    components_found integer, lifecycle text, flemish_unit_id text, url text, delivery_id text,
    row_number integer
);
create table offering_verdicts (
    offering_id text, academic_year text, definition text, verdict text, deciding_criterion text,
    rule_set_version text
);
create table offering_criteria (
    offering_id text, academic_year text, criterion_id text, outcome text, evidence text,
    rule_set_version text
);
create table offering_components (
    offering_id text, academic_year text, component_code text, title text,
    credits_ects decimal(10, 2), origin_declared text, found_in text, vks_levels text
);
create table programme_components (
    institution_id text, academic_year text, programme_code text, programme_kind text,
    programme_name text, component_code text, credits_ects decimal(10, 2), is_integrative boolean
);
create table enrolments (
    enrolment_id text, institution_id text, academic_year text, learner_key text,
    offering_id text, component_code text, programme_code text, contract_type text,
    enrolled_on date, withdrawn_on date, credits_ects decimal(10, 2), purpose text,
    is_counted boolean, reason_not_counted text, case_id text, delivery_id text,
    row_number integer
);
create table verdict_cases (
    case_id text, context text, definition text, verdict text, deciding_criterion text,
    rule_set_version text
);
create table reused_codes (
    offering_id text, academic_year text, earlier_year text, earlier_title text, reason text
);
create table deliveries (
    delivery_id text, kind text, file_name text, received_on date, format text, status text
);
create table rejected_rows (
    delivery_id text, kind text, row_number integer, column_name text, rule_id text,
    severity text, message_nl text
);
"""

OFFERING = {
    "offering_kind": "microcredential",
    "is_labelled": True,
    "label_raw": "Micro-credential",
    "workload_value": 6,
    "workload_unit": "ects",
    "workload_source": "stated",
    "size_status": "normal",
    "vks_level": 6,
    "level_source": "stated",
    "mode": "hybrid",
    "type_observation": "no_components",
    "lifecycle": "new",
    "delivery_id": DELIVERY,
    "row_number": 12,
}
ENROLMENT = {
    "contract_type": "diploma",
    "enrolled_on": date(2023, 9, 18),
    "credits_ects": 3,
    "purpose": "regular",
    "is_counted": True,
    "learner_key": LEARNER_KEY,
    "delivery_id": DELIVERY,
    "row_number": 7,
}


def seed(name: str) -> list[dict[str, str]]:
    """Return the rows of a shipped seed."""
    with (SEEDS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shipped_criteria() -> list[str]:
    """Return the ids of the shipped criteria."""
    return [row["criterion_id"] for row in seed("criteria.csv")]


@dataclass
class World:
    """Rows to publish; ``publish`` writes them to one DuckDB file."""

    rows: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def offering(
        self,
        offering_id: str,
        title: str,
        year: str = YEAR,
        outcomes: dict[str, tuple[str, str | None]] | None = None,
        verdicts: dict[str, tuple[str, str | None]] | None = None,
        rules: str = RULES,
        **columns: object,
    ) -> None:
        """Add an offering; criteria not told are met, readings not told are in by ``all``."""
        key = {"offering_id": offering_id, "academic_year": year}
        if rules == RULES:
            institution = {"institution_id": offering_id.partition(":")[0]}
            unit = {"flemish_unit_id": offering_id, "title": title}
            self.rows.append(("offerings", {**OFFERING, **key, **institution, **unit, **columns}))
        for criterion in shipped_criteria():
            outcome, evidence = (outcomes or {}).get(criterion, ("met", None))
            told = {"criterion_id": criterion, "outcome": outcome, "evidence": evidence}
            self.rows.append(("offering_criteria", {**key, **told, "rule_set_version": rules}))
        self._verdicts("offering_verdicts", key, verdicts or {}, rules)

    def enrolment(
        self,
        enrolment_id: str,
        verdicts: dict[str, tuple[str, str | None]] | None = None,
        context: str | None = None,
        **columns: object,
    ) -> None:
        """Add an enrolment line of its own case at the University of Ghent."""
        place = {"institution_id": "ugent", "academic_year": YEAR, "case_id": enrolment_id}
        line = {**ENROLMENT, "enrolment_id": enrolment_id, **place, **columns}
        self.rows.append(("enrolments", line))
        case = {"case_id": enrolment_id, "context": context}
        self._verdicts("verdict_cases", case, verdicts or {}, RULES)

    def components(self, offering_id: str, *columns: dict[str, object]) -> None:
        """Add components to an offering, by what is special about each."""
        for number, special in enumerate(columns):
            key = {"offering_id": offering_id, "academic_year": YEAR}
            code = {"component_code": f"C{number}", "credits_ects": 3}
            self.rows.append(("offering_components", {**key, **code, **special}))

    def add(self, table: str, **columns: object) -> None:
        """Add one row to a table."""
        self.rows.append((table, columns))

    def publish(self, file: Path) -> Path:
        """Write the world to a DuckDB file, as the warehouse part would publish it."""
        file.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(file)) as connection:
            connection.execute(SCHEMA)
            for name in ("rules", "definitions"):
                connection.execute(
                    f"create table {name} as from read_csv('{SEEDS}/published/{name}.csv')"
                )
            alike: dict[tuple[str, ...], list[list[object]]] = {}
            for table, row in self._all_rows():
                alike.setdefault((table, *row), []).append(list(row.values()))
            for (table, *names), rows in alike.items():
                marks = ", ".join("?" for _ in names)
                for start in range(0, len(rows), 500):
                    some = rows[start : start + 500]
                    many = ", ".join(f"({marks})" for _ in some)
                    connection.execute(
                        f"insert into {table} ({', '.join(names)}) values {many}",
                        [value for row in some for value in row],
                    )
        return file

    def _verdicts(
        self,
        table: str,
        key: dict[str, object],
        verdicts: dict[str, tuple[str, str | None]],
        rules: str,
    ) -> None:
        for definition in DEFINITIONS:
            verdict, deciding = verdicts.get(definition, ("in", "all"))
            told = {"definition": definition, "verdict": verdict, "deciding_criterion": deciding}
            self.rows.append((table, {**key, **told, "rule_set_version": rules}))

    def _all_rows(self) -> list[tuple[str, dict[str, object]]]:
        build = {"as_of": date(2025, 1, 6), "rule_set_version": RULES, "is_synthetic": True}
        places = [
            ("institutions", {"institution_id": "ugent", "name": "Universiteit Gent"}),
            ("institutions", {"institution_id": "odisee", "name": "Odisee"}),
            ("build", build),
        ]
        for kind in ("offerings", "enrolments"):
            file = {"file_name": f"ugent/2024-11-04/{kind}.csv", "received_on": date(2024, 11, 4)}
            rest = {"format": "template_csv", "status": "in_force"}
            places.append(("deliveries", {"delivery_id": DELIVERY, "kind": kind, **file, **rest}))
        return [*places, *self.rows]


OPEN_OUTCOMES: dict[str, tuple[str, str | None]] = {
    "EU-1": ("not_evidenced", "attest: certificate"),
    "FW-21": ("not_evidenced", None),
    "FW-22": ("not_evidenced", "leerresultaten_vooraf: J"),
    "SE-6": ("not_evidenced", None),
    "FW-18": ("met", "omvang (stated): 6.00 ects"),
}


def known_world() -> World:
    """Return a world with an offering of each sort that an explanation must tell apart."""
    world = World()
    world.offering("ugent:A1", "Zorg op afstand", year="2022-2023", lifecycle="unknown")
    world.offering(
        "ugent:A1",
        "Zorg op afstand",
        outcomes=OPEN_OUTCOMES,
        verdicts={
            "framework": ("undetermined", "FW-21"),
            "minister": ("in", "MI-3"),
            "label": ("in", "LABEL"),
        },
        lifecycle="continued",
        type=2,
        type_basis="both",
        type_declared="2",
        type_observed=2,
        type_observation="rest_nowhere",
        components_total=2,
        components_found=1,
    )
    world.offering("ugent:A1", "", verdicts={"framework": ("out", "FW-13")}, rules=NEXT_RULES)
    for code, found_in in (("C1", "degree"), ("C2", "none")):
        world.add(
            "offering_components",
            offering_id="ugent:A1",
            academic_year=YEAR,
            component_code=code,
            title=f"Onderdeel {code}",
            credits_ects=3,
            origin_declared="new" if found_in == "none" else "existing_component",
            found_in=found_in,
            vks_levels="6|7" if found_in == "degree" else None,
        )
    world.add(
        "rejected_rows",
        delivery_id=DELIVERY,
        kind="offerings",
        row_number=12,
        column_name="omvang",
        rule_id="size_zero",
        severity="warning",
        message_nl="omvang is 0 en telt als onbekend.",
    )
    world.enrolment(
        "E1",
        offering_id="ugent:A1",
        contract_type="credit",
        verdicts={
            "framework": ("undetermined", "FW-21"),
            "minister": ("in", "MI-2"),
            "label": ("in", "LABEL"),
        },
    )
    world.enrolment(
        "E2", offering_id="ugent:NERGENS", verdicts={"framework": ("undetermined", "UNKNOWN_CODE")}
    )
    world.enrolment(
        "E3",
        component_code="C1",
        context="degree",
        is_counted=False,
        withdrawn_on=date(2023, 10, 2),
        reason_not_counted="withdrawn_within_census_days",
        verdicts={"vlor": ("undetermined", "VL-2"), "strict_eu": ("undetermined", "EU-1")},
    )
    world.add(
        "programme_components",
        institution_id="ugent",
        academic_year=YEAR,
        programme_code="P1",
        programme_kind="bachelor",
        programme_name="Verpleegkunde",
        component_code="C1",
    )
    return world
