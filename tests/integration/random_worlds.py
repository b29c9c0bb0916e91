"""Random small worlds: what a few institutions deliver in a few years, in typed tables.

A world holds what makes counting hard: joint offerings with and without a code, campuses, sizes in
hours and in nothing, catalogues and study guides, missing, refused, carried forward and partly
rejected deliveries, sources that are no census, learners with an institutional key only and at
several institutions, withdrawals around day 30, purposes, contracts, positions that contradict
declarations, codes that mean nothing.

Border: what must hold of what is counted stands in the tests.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import strategies as st

Row = dict[str, object]
Tables = dict[str, list[Row]]
Place = tuple[str, str]

INSTITUTIONS = ("ap", "kdg", "odisee", "ugent", "vub")
YEARS = ("2020-2021", "2021-2022", "2022-2023", "2023-2024")
KINDS = ("offerings", "components", "programmes", "enrolments")
RECORDS = (*KINDS, "positions")
BOTH = "lifelong_learning|postgraduate"
COMPLETE_FOR = {
    "offerings": BOTH,
    "components": BOTH,
    "programmes": "degree",
    "enrolments": "enrolments",
}
OFFERING_CODES = ("A1", "A2", "A3")
COMPONENT_CODES = ("C1", "C2", "C3", "C4")
PROGRAMMES = (
    ("B", "bachelor", "Bachelor zorg"),
    ("M", "master", "Master recht"),
    ("D", "doctoraat", "Doctor"),
    ("P", "postgraduaat", "Postgraduaat zorg"),
    ("S", "schakelprogramma", "Schakelprogramma zorg"),
    ("L", "bachelor", "Micro degree zorg"),
    ("A1", "graduaat", "Graduaat zorg"),
)
GUIDE_PROGRAMMES = (
    ("B", "bac", "Bachelor in de zorg"),
    ("M", "master", "Master in het recht"),
    ("P", "other", "Postgraduaat zorg"),
    ("S", "other", "Schakelprogramma zorg"),
    ("A1", "bac", "Microcredentials van de opleiding zorg"),
    ("A2", "other", "Zorg voor iedereen"),
)
OFFERING_KINDS = (
    *("microcredential", "permanente_vorming", "nascholing", "mooc", "lezing", "studiedag"),
    *("postgraduaat", "opleidingsonderdeel", "schakelprogramma", "bachelor", "andere"),
)
TITLES = ("Zorg", "zorg (Gent)", "Micro-credential  zorg", "Micro-credential zorg (Antwerpen)")
TITLES += ("Recht", "Recht (Gent)")
SIZES = ((None, None), (2, "ects"), (6, "ects"), (20, "ects"), (60, "ects"), (90, "ects"))
SIZES += ((0, "ects"), (12, "hours"), (8, "lestijden"))
PEOPLE = ("insz:a", "insz:b", "insz:c", "insz:d")
CONTRACTS = ("diploma", "credit", "exam_credit", "exam_diploma", "none")
POSITIONS = ("111", "210", "350", "400")
STATUSES = ("working", "job_seeking", "not_active", "unknown")
# Days after the start of the line or the run on which somebody leaves; day 30 does not count.
LEAVING = (0, 29, 30, 31, 200)


def one_of(*values: object) -> st.SearchStrategy[object]:
    return st.sampled_from(values)


def maybe(*values: object) -> st.SearchStrategy[object]:
    return st.sampled_from((None, *values))


@dataclass(frozen=True)
class World:
    """What is delivered, until when, and the window that is asked for."""

    as_of: str
    window: tuple[str, str]
    reused: frozenset[str]
    supplies: list[Row]
    records: Tables

    def tables(self) -> Tables:
        """The tables of schema ``delivered``."""
        first, last = self.window
        return {
            **self.records,
            "supplies": self.supplies,
            "contracts": [
                {"institution_id": one, "codes_are_reused": one in self.reused}
                for one in INSTITUTIONS
            ],
            "run": [{"as_of": self.as_of, "is_synthetic": False, "landing_hash": "x"}],
            "windows": [
                {
                    "window_label": f"{first}..{last}",
                    "from_year": first,
                    "to_year": last,
                    "source": "test",
                }
            ],
        }

    def places(self) -> list[Place]:
        """The institutions and years of which something is delivered."""
        return sorted(
            {
                (str(row["institution_id"]), str(row["academic_year"]))
                for row in self.supplies
                if row["status"] != "refused"
            }
        )

    def without(self, places: list[Place]) -> "World":
        """The world before these institutions delivered these years for the first time."""

        def remaining(rows: list[Row]) -> list[Row]:
            return [
                row
                for row in rows
                if (row["institution_id"], row.get("academic_year")) not in places
            ]

        records = {table: remaining(rows) for table, rows in self.records.items()}
        return replace(self, supplies=remaining(self.supplies), records=records)

    def changed(self, table: str, rows: list[Row]) -> "World":
        return replace(self, records={**self.records, table: rows})


offering_attributes = st.fixed_dictionaries(
    {
        "title": one_of(*TITLES),
        "offering_kind_declared": maybe(*OFFERING_KINDS),
        "size": st.sampled_from(SIZES),
        "vks_level": maybe(5, 6, 7),
        "mode": maybe("physical", "hybrid", "distance"),
        "learning_outcomes": maybe("kan iets"),
        "is_outcomes_communicated": maybe(True, False),
        "assessment": maybe("examen", "examen", "geen"),
        "is_assessment_communicated": maybe(True, False),
        "quality_assurance": maybe("internal", "both", "none"),
        "needs": maybe("societal"),
        "is_purposeful_selection": maybe(True, False),
        "type_declared": maybe(None, "1", "2", "3a"),
        "certificate": maybe("certificate", "none"),
        "started_on": maybe(None, "-11-02"),
        "joint_code": maybe("J1", "J1", "J2"),
        "partners": st.lists(one_of(*INSTITUTIONS), max_size=3, unique=True),
    }
)
bundle = st.lists(
    st.tuples(
        one_of(*COMPONENT_CODES),
        maybe("existing_component", "existing_content", "new"),
        maybe(0, 3, 6),
    ),
    max_size=3,
    unique_by=lambda component: component[0],
)
catalogue = st.lists(
    st.tuples(
        st.sampled_from(PROGRAMMES),
        one_of(*COMPONENT_CODES),
        maybe(True, False),
        maybe(3, 6),
    ),
    max_size=6,
    unique_by=lambda row: (row[0][0], row[1]),
)
guide = st.lists(
    st.tuples(
        st.sampled_from(GUIDE_PROGRAMMES),
        st.lists(one_of(*COMPONENT_CODES), min_size=1, max_size=3, unique=True),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda entry: entry[0][0],
)
taken = st.one_of(
    st.tuples(one_of(*OFFERING_CODES), maybe(), maybe()),
    st.tuples(one_of(*OFFERING_CODES, "ZZ"), maybe(), maybe()),
    st.tuples(one_of(*OFFERING_CODES), maybe(), maybe("B")),
    st.tuples(maybe(), one_of(*COMPONENT_CODES, "C9"), maybe("B", "P", "S", "QQ")),
    st.tuples(maybe(), maybe(), one_of("B", "M", "P", "S", "A1", "A2", "QQ")),
)
lines = st.lists(
    st.fixed_dictionaries(
        {
            "person": one_of(*PEOPLE, "own number", "own number"),
            "taken": taken,
            "contract_type": one_of(*CONTRACTS),
            "credits_ects": maybe(0, 3, 3, 6, 6, 6),
            "enrolled": one_of("-08-25", "-09-20", "-10-15", "-11-10"),
            "leaves": maybe(None, None, *LEAVING),
            "working_status_declared": maybe(*STATUSES),
            "purpose": one_of("regular", "regular", "regular", "secondary_pupil")
            | one_of(None, "student_researcher", "regular"),
        }
    ),
    max_size=9,
)
positions = st.dictionaries(
    st.tuples(
        one_of(*PEOPLE),
        st.builds(
            "{}Q{}".format, st.sampled_from([year[:4] for year in YEARS]), one_of("3", "4", "4")
        ),
    ),
    one_of(*POSITIONS),
    max_size=8,
)
# How an institution delivers a year; the first ones are the rule.
MANNERS = (
    *("template", "template", "template", "guide", "offerings and guide"),
    *("no catalogue", "no enrolments", "only enrolments"),
    *("carried forward", "refused", "missing"),
)


@st.composite
def worlds(draw: st.DrawFn, least: int = 2, most: int = 4) -> World:
    """Worlds of some institutions, in the last two to four of the years."""
    institutions = draw(st.lists(one_of(*INSTITUTIONS), min_size=least, max_size=most, unique=True))
    years = YEARS[draw(st.integers(0, 2)) :]
    supplies: list[Row] = []
    records: Tables = {table: [] for table in RECORDS}
    for institution in institutions:
        for year in years:
            place = {"institution_id": institution, "academic_year": year}
            manner = str(draw(st.sampled_from(MANNERS)))
            if manner == "missing":
                continue
            here = draw(deliveries(place, manner))
            for table, rows in here.items():
                records[table] += rows
            supplies += draw(supplies_of(place, manner, here))
    records["positions"] = [
        {
            "institution_id": "department",
            "learner_key": person,
            "quarter": quarter,
            "position_code": code,
        }
        for (person, quarter), code in draw(positions).items()
    ]
    first = draw(st.integers(0, len(YEARS) - 2))
    last = draw(st.integers(first + 1, len(YEARS) - 1))
    return World(
        as_of=str(draw(one_of("2024-01-15", "2024-11-01"))),
        window=(YEARS[first], YEARS[last]),
        reused=frozenset(draw(st.lists(one_of("ap", "vub"), max_size=1))),
        supplies=supplies,
        records=records,
    )


@st.composite
def deliveries(draw: st.DrawFn, place: Row, manner: str) -> Tables:
    """The accepted rows of one institution and year, of the kinds that it delivers."""
    rows: Tables = {}
    if manner == "refused":
        return rows
    if manner != "only enrolments":
        if manner == "guide":
            rows |= draw(guide_tables(place))
        else:
            rows |= draw(template_offerings(place))
            if manner == "offerings and guide":
                rows |= {"programmes": draw(guide_tables(place))["programmes"]}
            elif manner != "no catalogue":
                rows["programmes"] = draw(template_programmes(place))
    if manner != "no enrolments":
        rows["enrolments"] = draw(enrolments(place))
    return {kind: own for kind, own in rows.items() if own}


@st.composite
def template_offerings(draw: st.DrawFn, place: Row) -> Tables:
    offerings: list[Row] = []
    components: list[Row] = []
    for code in draw(st.lists(one_of(*OFFERING_CODES), min_size=1, max_size=3, unique=True)):
        attributes = dict(draw(offering_attributes))
        value, unit = attributes.pop("size")
        started_on = attributes.pop("started_on")
        partners = attributes.pop("partners")
        identity = {**place, "source_code": code, "stream": "template"}
        offerings.append(
            {
                **identity,
                **attributes,
                "workload_value": value,
                "workload_unit": unit,
                "started_on": f"{str(place['academic_year'])[:4]}{started_on}"
                if started_on
                else None,
                "partners": "|".join(partners) or None,
            }
        )
        components += [
            {
                **identity,
                "component_code": component,
                "origin_declared": origin,
                "credits_ects": credits_ects,
            }
            for component, origin, credits_ects in draw(bundle)
        ]
    return {"offerings": offerings, "components": components}


@st.composite
def template_programmes(draw: st.DrawFn, place: Row) -> list[Row]:
    return [
        {
            **place,
            "programme_code": code,
            "programme_kind_declared": kind,
            "programme_name": name,
            "component_code": component,
            "is_integrative": is_integrative,
            "credits_ects": credits_ects,
            "stream": "template",
        }
        for (code, kind, name), component, is_integrative, credits_ects in draw(catalogue)
    ]


@st.composite
def guide_tables(draw: st.DrawFn, place: Row) -> Tables:
    tables: Tables = {"offerings": [], "components": [], "programmes": []}
    for (code, cycle, name), courses in draw(guide):
        shared = {**place, "stream": "study_guide"}
        tables["offerings"].append({**shared, "source_code": code, "title": name, "cycle": cycle})
        for course in courses:
            component = {**shared, "component_code": course, "credits_ects": 6}
            tables["components"].append({**component, "source_code": code})
            tables["programmes"].append(
                {**component, "programme_code": code, "programme_name": name, "cycle": cycle}
            )
    return tables


@st.composite
def enrolments(draw: st.DrawFn, place: Row) -> list[Row]:
    start = str(place["academic_year"])[:4]
    rows: list[Row] = []
    for number, line in enumerate(draw(lines), start=1):
        offering, component, programme = line["taken"]
        is_national = line["person"] in PEOPLE
        enrolled_on = date.fromisoformat(f"{start}{line['enrolled']}")
        begun_on = max(enrolled_on, date.fromisoformat(f"{start}-09-20"))
        leaves = line["leaves"]
        rows.append(
            {
                **place,
                "enrolment_id": str(number),
                "learner_key": line["person"] if is_national else f"{place['institution_id']}:x",
                "learner_key_basis": "national" if is_national else "institution",
                "contract_type": line["contract_type"],
                "source_code": offering,
                "component_code": component,
                "programme_code": programme,
                "credits_ects": line["credits_ects"],
                "enrolled_on": enrolled_on.isoformat(),
                "withdrawn_on": None
                if leaves is None
                else (begun_on + timedelta(days=leaves)).isoformat(),
                "working_status_declared": line["working_status_declared"],
                "purpose": line["purpose"],
                "stream": "template",
            }
        )
    return rows


@st.composite
def supplies_of(draw: st.DrawFn, place: Row, manner: str, rows: Tables) -> list[Row]:
    """What the ledger says of one institution and year."""
    found: list[Row] = []
    for kind in KINDS if manner == "refused" else rows:
        is_guide = manner == "guide" or (manner == "offerings and guide" and kind == "programmes")
        is_guide = is_guide and kind != "enrolments"
        told = draw(one_of(COMPLETE_FOR[kind], COMPLETE_FOR[kind], "", "lifelong_learning"))
        status = {"refused": "refused", "carried forward": "carried_forward"}.get(manner)
        rejected = draw(one_of(0, 0, 2, 3))
        found.append(
            {
                **place,
                "kind": kind,
                "stream": "study_guide" if is_guide and kind != "enrolments" else "template",
                "status": status or "delivered",
                "is_authoritative": manner != "refused",
                "complete_for": "degree" if is_guide else told,
                "rows_read": 100,
                "rows_accepted": 100 - int(str(rejected)),
                "rows_rejected": rejected,
                "delivery_id": f"{place['institution_id']}:{place['academic_year']}",
            }
        )
        # A second source of the same year is compared and never added.
        if manner == "template" and draw(st.booleans()):
            found.append(
                {**found[-1], "stream": "a_guide", "complete_for": "", "is_authoritative": False}
            )
    return found
