"""A small published warehouse made by hand, with known numbers, for the tests of answers.

One row of each table is written as it would be published; nothing is computed. Three institutions
report: two university colleges with study guides (upper bound unknown) and one university.

Border: no test stands here.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

RULES = "2025.1"
YEARS = ("2019-2020", "2020-2021", "2021-2022", "2022-2023", "2023-2024", "2024-2025")
WINDOW = "2019-2020..2023-2024"
INSTITUTIONS = (
    ("ugent", "Universiteit Gent", "university"),
    ("odisee", "Odisee", "university_college"),
    ("ucll", "UC Leuven-Limburg", "university_college"),
)
HOSTILE_TITLES = (
    "<script>alert('x')</script> & \"zorg\"",
    '=HYPERLINK("evil";"klik")',
    "+32 bellen; @import -1",
    "{{ 7 * 7 }} {% raw %} ${{x}} #set($a=1)",
    "regel een\nregel twee\ten tab",
    "</style></svg><img src=x onerror=alert(1)>",
    '#panic("x") $x$ *b* @ref <label>',
    "= kop // weg \\ `raw` _schuin_ #[blok]",
)

SCHEMA = """
create table institutions (
    institution_id text, official_number text, name text, kind text
);
create table definitions (
    definition text, definition_order integer, name_nl text, name_en text, short_nl text,
    short_en text, source text, source_en text, dated_on date, dated_on_precision text
);
create table measures (
    measure text, measure_order integer, name_nl text, name_en text, unit_nl text, unit_en text,
    kind text, is_protected boolean, definitions text
);
create table splits (
    split text, split_order integer, name_nl text, name_en text, measures text,
    is_part_of_total boolean
);
create table crossings (
    crossing_order integer, split text, second_split text, measures text
);
create table parameters (name text, value decimal(10, 2), unit text, source text);
create table rules (rule_id text, name_nl text, name_en text);
create table reused_codes (institution_id text, reason text);
create table counts (
    count_key text, measure text, definition text, academic_year text, institution_id text,
    split text, split_value text, second_split text, second_split_value text,
    lower decimal(18, 2), upper decimal(18, 2), status text, is_provisional boolean,
    is_carried_forward boolean, institutions_reporting integer, rule_set_version text
);
create table growth (
    count_key text, measure text, definition text, institution_id text, window_label text,
    from_year text, to_year text, bound text, term text,
    value decimal(18, 2), status text, rule_set_version text
);
create table coverage (
    institution_id text, academic_year text, kind text, stream text, status text,
    complete_for text, rows_read bigint, rows_accepted bigint, rows_rejected bigint,
    delivery_id text
);
create table deliveries (
    delivery_id text, institution_id text, stream text, kind text, scope_unit text,
    file_name text, sha256 text, received_on date, format text, rows_read bigint,
    rows_accepted bigint, rows_rejected bigint, status text
);
create table check_results (
    suite text, table_name text, expectation text, subject text, count_key text,
    success boolean, could_not_run boolean, observed text, observed_upper text, severity text,
    checked_at timestamp
);
create table build (
    built_at timestamp, as_of date, code_version text, rule_set_version text,
    key_fingerprint text, is_synthetic boolean, landing_hash text
);
create table offerings (
    offering_id text, institution_id text, academic_year text, source_code text, title text,
    offering_kind text, is_labelled boolean, workload_value decimal(10, 2), workload_unit text,
    workload_source text, vks_level tinyint, mode text, type text
);
create table offering_verdicts (
    offering_id text, academic_year text, definition text, verdict text,
    deciding_criterion text, rule_set_version text
);
create table offering_criteria (
    offering_id text, academic_year text, criterion_id text, outcome text, evidence text,
    rule_set_version text
);
insert into definitions values
    ('framework', 1, 'Ontwerp-afsprakenkader', 'Draft agreement framework', 'ontwerpkader',
     'draft framework', 'Mededeling (ontwerp)', 'Memo (draft)', '2024-01-01', 'year'),
    ('minister', 2, 'Antwoord van de minister op schriftelijke vraag 223', 'Minister''s answer',
     'lezing van de minister', 'minister''s reading', 'Antwoord', 'Answer', '2024-12-20', 'day'),
    ('label', 3, 'Het woord dat de instelling zelf gebruikt', 'Own label', 'eigen benaming',
     'own label', 'De levering', 'The delivery', null, null),
    ('scope_note', 4, 'Mededeling aan de Vlaamse Regering', 'Government memo', 'mededeling',
     'government memo', 'Mededeling', 'Memo', '2024-01-01', 'year'),
    ('vlor', 5, 'Advies van de Vlaamse Onderwijsraad', 'Advice', 'advies Vlor', 'Vlor advice',
     'Advies van 26 oktober 2023', 'Advice of 26 October 2023', '2023-10-26', 'day'),
    ('strict_eu', 6, 'Aanbeveling naar de letter', 'Text of the Recommendation',
     'Europese definitie naar de letter', 'strict EU text', 'Aanbeveling van 16 juni 2022',
     'Recommendation of 16 June 2022', '2022-06-16', 'day');
insert into rules values
    ('FW-18', 'Omvang in studiepunten, normaal 3 tot 20', 'Size in credits, normally 3 to 20'),
    ('FW-20', 'Bovengrens van 60 studiepunten', 'Upper bound of 60 credits');
insert into measures values
    ('offerings', 1, 'Aanbod', 'Offerings', 'opleidingen per vestiging', 'offerings',
     'offerings', false, 'framework|minister|label'),
    ('components_offered', 3, 'Onderdelen', 'Components', 'onderdelen', 'components',
     'programmes', false, 'scope_note|vlor'),
    ('credits_offered', 4, 'Studiepunten', 'Credits', 'studiepunten', 'credits',
     'offerings', false, 'framework|minister|label'),
    ('offerings_without_credits', 5, 'Zonder', 'Without', 'opleidingen', 'offerings',
     'offerings', false, 'framework|minister|label'),
    ('learners', 7, 'Lerenden', 'Learners', 'personen', 'persons', 'enrolments', true,
     'framework|minister|label');
insert into splits values
    ('none', 0, 'totaal', 'total',
     'offerings|credits_offered|offerings_without_credits|learners', true),
    ('offering_kind', 1, 'soort', 'kind', 'offerings|credits_offered|learners', true),
    ('type', 2, 'type', 'type', 'offerings|credits_offered', true),
    ('level', 3, 'niveau', 'level', 'offerings|credits_offered', true),
    ('mode', 4, 'leervorm', 'mode', 'offerings|credits_offered', true),
    ('institution_kind', 7, 'soort instelling', 'kind of institution',
     'offerings|credits_offered|offerings_without_credits|learners', true),
    ('working_status', 9, 'werkstatus', 'working status', 'learners', true),
    ('contract_type', 11, 'contracttype', 'contract type', 'learners', true),
    ('purpose', 12, 'doel', 'purpose', 'learners', false);
insert into crossings values
    (2, 'level', 'mode', 'offerings|credits_offered'),
    (3, 'institution_kind', 'contract_type', 'learners'),
    (4, 'institution_kind', 'working_status', 'learners');
insert into parameters values
    ('census_days', 30, 'days', 'x'), ('max_rejected_share', 0.02, 'share', 'x'),
    ('max_unknown_share', 0.20, 'share', 'x'), ('disclosure_base', 5, 'persons', 'x'),
    ('percentage_base', 25, 'persons', 'x');
"""

AT_ONCE = 50  # rows written by one statement

Value = int | str | None


def key_of(
    measure: str, definition: str, year: str, institution: str = "*", split: str = "none"
) -> str:
    """Return the count_key as the interfaces fix it."""
    return f"{measure}:{definition}:{year}:{institution}:{split}:{RULES}"


@dataclass
class World:
    """Rows to publish; ``publish`` writes them to one DuckDB file."""

    is_synthetic: bool = True
    counts: list[tuple[object, ...]] = field(default_factory=list)
    growth: list[tuple[object, ...]] = field(default_factory=list)
    coverage: list[tuple[object, ...]] = field(default_factory=list)
    offerings: list[tuple[object, ...]] = field(default_factory=list)
    verdicts: list[tuple[object, ...]] = field(default_factory=list)
    criteria: list[tuple[object, ...]] = field(default_factory=list)
    checks: list[tuple[object, ...]] = field(default_factory=list)
    refusals: list[tuple[object, ...]] = field(default_factory=list)

    def count(
        self,
        measure: str,
        definition: str,
        year: str,
        lower: Value,
        upper: Value,
        institution: str = "*",
        split: str = "none",
        value: str = "all",
        reporting: int = 3,
        status: str | None = None,
        second: tuple[str, str] | None = None,
    ) -> str:
        """Add one cell and return its key; no lower bound means the cell is missing.

        ``second`` is the second split of a crossing and its value.
        """
        shown = split if split == "none" else f"{split}={value}"
        shown += f":{second[0]}={second[1]}" if second else ""
        key = key_of(measure, definition, year, institution, shown)
        state = status or ("missing" if lower is None else "partial")
        crossed = second or (None, None)
        row = (key, measure, definition, year, institution, split, value, *crossed)
        bounds = tuple(None if one is None else Decimal(str(one)) for one in (lower, upper))
        flags = (year == YEARS[-1], False, 0 if lower is None else reporting, RULES)
        self.counts.append((*row, *bounds, state, *flags))
        return key

    def grow(
        self,
        measure: str,
        definition: str,
        bound: str,
        from_year: str,
        to_year: str,
        terms: dict[str, Value],
        institution: str = "*",
    ) -> None:
        """Add the terms of one decomposition of growth, for all institutions where none is said."""
        for term, value in terms.items():
            place = f"{measure}:{definition}:{from_year}..{to_year}:{institution}"
            key = f"growth:{place}:{bound}:{term}:{RULES}"
            amount = None if value is None else Decimal(str(value))
            status = "partial"
            row = (
                key,
                measure,
                definition,
                institution,
                WINDOW,
                from_year,
                to_year,
                bound,
                term,
                amount,
                status,
                RULES,
            )
            self.growth.append(row)

    def panel(
        self,
        measure: str,
        definition: str,
        first: tuple[Value, Value],
        last: tuple[Value, Value],
    ) -> None:
        """Add the like-for-like panel in the first and last year of the window."""
        for place, bound in enumerate(("lower", "upper")):
            ends = {"first": first[place], "last": last[place]}
            self.grow(measure, definition, bound, YEARS[0], YEARS[4], ends, institution="panel")

    def supply(
        self, institution: str, year: str, kind: str, status: str, complete_for: str = ""
    ) -> None:
        """Add what an institution delivered of a kind for a year."""
        stream = "study_guide" if complete_for == "degree" else "template"
        row = (institution, year, kind, stream, status, complete_for)
        self.coverage.append((*row, 987654, 987653, 1, f"{institution}:abc"))

    def refuse(self, institution: str, kind: str, scope: str | None) -> None:
        """Add a delivery that was refused; its year may be unknown."""
        name = f"{institution}/2024-11-04/geweigerd.csv"
        row = (f"{institution}:def", institution, "template", kind, scope, name, "cd" * 32)
        self.refusals.append((*row, date(2024, 11, 4), "template_csv", 0, 0, 0, "refused"))

    def offering(
        self,
        institution: str,
        code: str,
        year: str,
        title: str,
        size: Value,
        *,
        kind: str | None = "microcredential",
        is_labelled: bool = True,
        unit: str = "ects",
        deciding: str = "FW-18",
        **verdicts: str,
    ) -> None:
        """Add one offering with its verdicts per definition and what decides those out."""
        offering_id = f"{institution}:{code}"
        value = None if size is None else Decimal(str(size))
        row = (offering_id, institution, year, code, title, kind, is_labelled, value)
        rest = (unit if size else None, "stated" if size else None, 6, "hybrid", "1")
        self.offerings.append((*row, *rest))
        for definition, verdict in verdicts.items():
            decided = "all" if verdict == "in" and definition == "framework" else deciding
            self.verdicts.append((offering_id, year, definition, verdict, decided, RULES))
            if verdict == "undetermined":
                criterion = (offering_id, year, "FW-22", "not_evidenced", None, RULES)
                self.criteria.append(criterion)

    def certify(self, key: str, observed: Value) -> None:
        """Add the check result that recounted a figure whose bounds are equal."""
        row = ("parliament", "counts", "recounted", key, key, True, False)
        self.checks.append((*row, str(observed), str(observed), "critical", None))

    def publish(self, file: Path) -> Path:
        """Write the world to a DuckDB file, as the warehouse part would publish it."""
        file.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(file)) as connection:
            connection.execute("begin")
            connection.execute(SCHEMA)
            for table, rows in (
                ("counts", self.counts),
                ("growth", self.growth),
                ("coverage", self.coverage),
                ("offerings", self.offerings),
                ("offering_verdicts", self.verdicts),
                ("offering_criteria", self.criteria),
                ("check_results", self.checks),
                ("institutions", [(one, None, name, kind) for one, name, kind in INSTITUTIONS]),
                (
                    "deliveries",
                    [*(self._delivery(one) for one, _, _ in INSTITUTIONS), *self.refusals],
                ),
                ("build", [self._build()]),
            ):
                for start in range(0, len(rows), AT_ONCE):
                    some = rows[start : start + AT_ONCE]
                    marks = ", ".join(f"({', '.join('?' for _ in row)})" for row in some)
                    values = [value for row in some for value in row]
                    connection.execute(f"insert into {table} values {marks}", values)
            connection.execute("commit")
        return file

    def _delivery(self, institution: str) -> tuple[object, ...]:
        name = f"{institution}/2024-11-04/aanbod.csv"
        row = (f"{institution}:abc", institution, "template", "enrolments", "2023-2024", name)
        return (*row, "ab" * 32, date(2024, 11, 4), "template_csv", 987654, 987653, 1, "in_force")

    def _build(self) -> tuple[object, ...]:
        versions = ("0.1.0", RULES, "fingerprint")
        return (None, date(2024, 11, 4), *versions, self.is_synthetic, "c0ffee")


def known_world(is_synthetic: bool = True) -> World:
    """Return a world whose answer is known by heart.

    Offerings, label: ten, twelve, fifteen, eighteen, twenty, all exact; framework: ranges;
    minister: upper bound unknown. Learners: exact totals that never may be printed.
    """
    world = World(is_synthetic=is_synthetic)
    label = (10, 12, 15, 18, 20, 24)
    for place, year in enumerate(YEARS):
        certified = world.count("offerings", "label", year, label[place], label[place])
        world.certify(certified, label[place])
        world.count("offerings", "framework", year, 3 + place, 40 + place)
        world.count("offerings", "minister", year, 1235 + place, None)
        world.count("credits_offered", "label", year, "62.5", "62.5")
        world.count("offerings_without_credits", "label", year, 2, 2)
        if year == YEARS[0]:
            world.count("learners", "framework", year, None, None)
        else:
            total = world.count("learners", "framework", year, 123452 + place, 123452 + place)
            world.certify(total, 123452 + place)
        world.count("learners", "minister", year, 123416, 234567)
        world.count("learners", "label", year, 3, 3)
        for status, count in (("working", 98761), ("job_seeking", 21349), ("unknown", 3342)):
            world.count(
                "learners", "framework", year, count, count, split="working_status", value=status
            )
        for institution, _, _ in INSTITUTIONS:
            world.count("offerings", "label", year, 4, 4, institution=institution)
            complete = "degree" if institution == "odisee" else "degree|lifelong_learning"
            world.supply(institution, year, "offerings", "delivered", complete)
            status = "missing" if institution == "ucll" else "delivered"
            world.supply(institution, year, "enrolments", status, "enrolments")
    world.count("offerings", "label", WINDOW, 26, 26)
    world.count("offerings", "scope_note", YEARS[4], 5, 9)
    world.count("offerings", "strict_eu", YEARS[4], 0, 0)
    for split, value in (("university", 4), ("university_college", 8)):
        world.count(
            "offerings", "label", YEARS[4], value, value, split="institution_kind", value=split
        )
    for kind, value in (("microcredential", 18), ("nascholing", 2)):
        world.count("offerings", "label", YEARS[4], value, value, split="offering_kind", value=kind)
    world.count("offerings", "label", YEARS[4], 20, 20, split="type", value="1")
    _grow(world)
    for place, title in enumerate(HOSTILE_TITLES):
        verdicts = {"label": "in", "framework": "undetermined" if place % 2 else "in"}
        world.offering("odisee", f"X{place}", YEARS[4], title, "3.5", **verdicts)
    world.offering("ugent", "G1", YEARS[4], "Zonder omvang", None, label="in", framework="out")
    world.offering("ugent", "G2", YEARS[3], "Onbepaald", 12, framework="undetermined")
    return world


def _grow(world: World) -> None:
    same: dict[str, Value] = {
        "first": 10,
        "new": 9,
        "relabelled_in": 4,
        "reclassified_in": 0,
        "discontinued": -2,
        "reclassified_out": -1,
        "coverage": 0,
        "last": 20,
        "difference": 10,
    }
    nothing: dict[str, Value] = dict.fromkeys(same)
    world.grow("offerings", "label", "lower", YEARS[0], YEARS[4], same)
    world.grow("offerings", "label", "upper", YEARS[0], YEARS[4], same)
    world.grow("offerings", "minister", "lower", YEARS[0], YEARS[4], same)
    world.grow("offerings", "minister", "upper", YEARS[0], YEARS[4], nothing)
    ends: dict[str, Value] = {"first": 10, "last": 19, "difference": 9}
    for bound in ("lower", "upper"):
        world.grow("offerings", "label", bound, YEARS[0], YEARS[4], ends, institution="panel")
    people: dict[str, Value] = {
        "first": 123453,
        "stayed": 100017,
        "entered": 23439,
        "left": -23436,
        "last": 123456,
    }
    world.grow("learners", "framework", "lower", YEARS[1], YEARS[4], people)
