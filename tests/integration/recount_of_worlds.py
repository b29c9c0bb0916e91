"""A random world in the columns that the recount reads.

Border: the world is made in ``random_worlds.py`` and counted in ``recount_cube.py`` and
``recount_growth.py``.
"""

from decimal import Decimal

from tests.integration.random_worlds import World
from tests.integration.recount import Delivered, Recount, Row, recounted, study_guide_kind

NAMES = {
    "source_code": "aanbod_code",
    "title": "titel",
    "workload_value": "omvang",
    "workload_unit": "omvang_eenheid",
    "vks_level": "vks_niveau",
    "mode": "leervorm",
    "learning_outcomes": "leerresultaten",
    "is_outcomes_communicated": "leerresultaten_vooraf",
    "assessment": "evaluatievorm",
    "is_assessment_communicated": "evaluatie_vooraf",
    "quality_assurance": "kwaliteitszorg",
    "needs": "behoefte",
    "is_purposeful_selection": "doelbewuste_selectie",
    "type_declared": "type_mc",
    "certificate": "attest",
    "started_on": "startdatum",
    "partners": "partners",
    "joint_code": "gezamenlijke_code",
    "offering_kind_declared": "soort",
    "origin_declared": "herkomst",
    "programme_code": "opleiding_code",
    "programme_kind_declared": "opleiding_soort",
    "programme_name": "opleiding_naam",
    "is_integrative": "integratief",
    "enrolment_id": "inschrijving_id",
    "contract_type": "contracttype",
    "credits_ects": "studiepunten",
    "enrolled_on": "inschrijvingsdatum",
    "withdrawn_on": "uitschrijvingsdatum",
    "working_status_declared": "werkstatus",
    "purpose": "doel",
    "academic_year": "academiejaar",
}
COMPONENT = {"components": "bouwsteen_code"}
VALUES = {
    None: "",
    True: "J",
    False: "N",
    "hours": "uren",
    "physical": "fysiek",
    "hybrid": "hybride",
    "distance": "afstand",
    "internal": "intern",
    "both": "beide",
    "none": "geen",
    "societal": "maatschappelijk",
    "certificate": "getuigschrift",
    "existing_component": "bestaand_opleidingsonderdeel",
    "existing_content": "bestaande_inhoud",
    "new": "nieuw",
    "diploma": "diplomacontract",
    "credit": "creditcontract",
    "exam_credit": "examencontract_credit",
    "exam_diploma": "examencontract_diploma",
    "working": "werkend",
    "job_seeking": "werkzoekend",
    "not_active": "niet_actief",
    "unknown": "onbekend",
    "regular": "regulier",
    "student_researcher": "student_onderzoeker",
    "secondary_pupil": "leerling_secundair",
}
ALWAYS = {
    "offerings": ("omvang", "soort"),
    "components": ("herkomst", "studiepunten"),
    "programmes": ("integratief", "opleiding_naam"),
    "enrolments": ("insz", "studentnummer"),
}


def recount_of(
    world: World, institutions: dict[str, str], no_assessment: frozenset[str]
) -> Recount:
    """The recount of a world.

    Args:
        world: What is delivered.
        institutions: University or university college, for all that must report.
        no_assessment: The words that say that nothing is assessed.
    """
    sample = Delivered()
    for supply in world.supplies:
        if supply["status"] != "refused" and supply["is_authoritative"]:
            place = (
                str(supply["kind"]),
                str(supply["institution_id"]),
                str(supply["academic_year"]),
            )
            sample.rows[place] = []
            sample.complete_for[place] = set(str(supply["complete_for"]).split("|"))
    for kind, rows in world.records.items():
        for row in rows:
            if kind == "positions":
                place = (kind, "department", str(row["quarter"]))
                register = {
                    "insz": str(row["learner_key"]).removeprefix("insz:"),
                    "kwartaal": str(row["quarter"]),
                    "positie": str(row["position_code"]),
                }
                sample.rows.setdefault(place, []).append(register)
            else:
                place = (kind, str(row["institution_id"]), str(row["academic_year"]))
                sample.rows[place].append(in_the_columns_of_the_template(kind, row))
    first, last = (int(year[:4]) for year in world.window)
    window = tuple(f"{start}-{start + 1}" for start in range(first, last + 1))
    return recounted(sample, institutions, set(world.reused), no_assessment, window)


def in_the_columns_of_the_template(kind: str, row: dict[str, object]) -> Row:
    names = NAMES | {"component_code": COMPONENT.get(kind, "onderdeel_code")}
    result = dict.fromkeys(ALWAYS[kind], "")
    result |= {
        names[column]: VALUES.get(value, str(value))  # type: ignore[call-overload]
        if isinstance(value, str | bool | None)
        else str(Decimal(str(value)))
        for column, value in row.items()
        if column in names
    }
    if row["stream"] == "study_guide":
        name = str(row.get("title", row.get("programme_name", "")))
        of_guide = study_guide_kind(name, str(row.get("cycle", "")))
        result |= {"soort": of_guide, "opleiding_soort": of_guide}
    if kind == "enrolments":
        key = str(row["learner_key"])
        is_national = row["learner_key_basis"] == "national"
        result |= {"insz": key.removeprefix("insz:")} if is_national else {"studentnummer": "x"}
    return result
