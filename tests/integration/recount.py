"""The records of the shipped sample a second time, in plain Python: what is offered, taken, judged.

Written from the design pages alone (deliveries, classification, counting) and from the decisions in
the README: it reads the bytes in ``data/raw`` and shares no line with the pipelines or the models,
so that a fault would have to be made twice, in two ways, to stay unseen.

Border: it knows what the sample holds (standard template, study guides, positions of quarters),
and no other format; its records are counted in ``recount_cube.py`` and ``recount_growth.py``.
"""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from io import StringIO
from itertools import permutations
from pathlib import Path
from typing import Any

Row = dict[str, str]
Verdict = int
Bounds = tuple[Decimal | None, Decimal | None]
OUT, UNDETERMINED, IN = 0, 1, 2


def words(text: str) -> tuple[str, ...]:
    """The words of a code list."""
    return tuple(text.split())


DEFINITIONS = words("strict_eu minister scope_note vlor framework label")
TAKEN = words("enrolments learners contracts credits_taken")
WINDOW = words("2019-2020 2020-2021 2021-2022 2022-2023 2023-2024")
FLANDERS = "*"
CENSUS_DAYS = 30

LEVELS = {"graduaat": 5, "bachelor": 6, "banaba": 6, "master": 7, "manama": 7}
FULL = {*LEVELS, "doctoraat"}
BRIDGING = set(words("schakelprogramma voorbereidingsprogramma"))
WHOLE_PROGRAMMES = FULL | BRIDGING | {"postgraduaat"}
FURTHER_TRAINING = set(words("nascholing bijscholing"))
LIFELONG = FURTHER_TRAINING | set(words("microcredential permanente_vorming studiedag lezing mooc"))
UNKNOWN_KINDS = {"andere", ""}
LABEL = re.compile(r"micro[\s\u00a0\u2010-\u2015_-]*(credential|degree|master)", re.IGNORECASE)
CAMPUS = re.compile(r"\([^()]*\)$")
TITLE_KINDS = (
    (LABEL, "microcredential"),
    (re.compile(r"(?i)schakelprogramma|bridging program"), "schakelprogramma"),
    (
        re.compile(r"(?i)voorbereidingsprogramma|preparatory program|^voorbereiding"),
        "voorbereidingsprogramma",
    ),
    (re.compile(r"(?i)postgraduaat|postgraduate"), "postgraduaat"),
)
CYCLE_KINDS = {
    "bac": "bachelor",
    "master": "master",
    "grad": "graduaat",
    "postgrad": "postgraduaat",
    "doctor": "doctoraat",
}

PREFIXES = {
    "aanbod": "offerings",
    "bouwstenen": "components",
    "opleidingen": "programmes",
    "inschrijvingen": "enrolments",
    "arbeidspositie": "positions",
}
KEYS = {
    "offerings": words("academiejaar aanbod_code"),
    "components": words("academiejaar aanbod_code bouwsteen_code"),
    "programmes": words("academiejaar opleiding_code onderdeel_code"),
    "enrolments": words("academiejaar inschrijving_id"),
    "positions": words("insz kwartaal"),
}
OTHER_REQUIRED = {
    "offerings": words("instellingsnummer titel"),
    "components": words("instellingsnummer"),
    "programmes": words("instellingsnummer opleiding_soort"),
    "enrolments": words("instellingsnummer contracttype inschrijvingsdatum"),
    "positions": words("positie"),
}
CODE_LISTS = {
    "soort": {*LIFELONG, *BRIDGING, *LEVELS, *words("postgraduaat opleidingsonderdeel andere")},
    "omvang_eenheid": words("ects uren lestijden"),
    "vks_niveau": words("1 2 3 4 5 6 7 8"),
    "leervorm": words("fysiek hybride afstand"),
    "kwaliteitszorg": words("intern instellingsreview beide geen"),
    "type_mc": words("1 2 3 3a 3b 4"),
    "attest": words("getuigschrift creditbewijs attest geen"),
    "herkomst": words("bestaand_opleidingsonderdeel bestaande_inhoud nieuw levenslang_leren"),
    "opleiding_soort": {*FULL, *BRIDGING, "postgraduaat"},
    "contracttype": words(
        "diplomacontract creditcontract examencontract_credit examencontract_diploma geen"
    ),
    "werkstatus": words("werkend werkzoekend niet_actief onbekend"),
    "doel": words("regulier student_onderzoeker leerling_secundair"),
}
LIFELONG_AND_POSTGRADUATE = set(words("lifelong_learning postgraduate"))
NEEDS = set(words("maatschappelijk persoonlijk cultureel arbeidsmarkt"))
YES_NO = {
    **dict.fromkeys(words("ja j yes 1 true"), "J"),
    **dict.fromkeys(words("nee n no 0 false"), "N"),
}
YES_NO_COLUMNS = words("leerresultaten_vooraf evaluatie_vooraf doelbewuste_selectie integratief")
NUMBER_COLUMNS = words("omvang studiepunten")
DATE_COLUMNS = words("startdatum einddatum inschrijvingsdatum uitschrijvingsdatum")
NO_END = "9999-12-31"
DECLARED_TYPE = {"1": 1, "2": 2, "3": 3, "3a": 3, "3b": 4, "4": 4}
MET = {"": None, "J": True, "N": False}
BY_MARK = {"": UNDETERMINED, "J": OUT, "N": IN}
DECLARED_STATUS = {
    "werkend": "working",
    "werkzoekend": "job_seeking",
    "niet_actief": "not_active",
}
PURPOSES = {
    "": "regular",
    "regulier": "regular",
    "student_onderzoeker": "student_researcher",
    "leerling_secundair": "secondary_pupil",
}
REGISTER_STATUS = {"1": "working", "2": "job_seeking", "3": "not_active"}


# Reading and screening


@dataclass(frozen=True)
class Delivery:
    """One file as received."""

    institution: str
    kind: str
    stream: str
    received_on: str
    content: bytes
    name: str

    @property
    def order(self) -> tuple[str, str]:
        return self.received_on, sha256(self.content).hexdigest()


def academic_year(text: str) -> str | None:
    """The year as ``2023-2024``; None where it cannot be read or can be two years."""
    if re.fullmatch(r"\d{4}", text):
        start = int(text) if text.startswith("20") else None
        first, second = int(text[:2]), int(text[2:])
        pair = 2000 + first if second == first + 1 else None
        found = [year for year in (start, pair) if year is not None]
        return f"{found[0]}-{found[0] + 1}" if len(found) == 1 else None
    match = re.fullmatch(r"(\d{4}|\d{2})[-/](\d{4}|\d{2})", text)
    if match is None:
        return None
    start = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
    if int(match[2][-2:]) != (start + 1) % 100 or not 2000 <= start < 2100:
        return None
    return f"{start}-{start + 1}"


def day(text: str) -> date | None:
    """The date of an accepted notation; None for any other text."""
    if match := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})|(\d{4})(\d{2})(\d{2})", text):
        parts = [int(part) for part in match.groups() if part]
    elif match := re.fullmatch(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", text):
        parts = [int(match[4]), int(match[3]), int(match[1])]
    elif re.fullmatch(r"\d{5}", text):
        return date(1899, 12, 30) + timedelta(days=int(text))
    else:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def number(text: str) -> Decimal | None:
    return Decimal(text.replace(",", ".")) if re.fullmatch(r"-?\d+([.,]\d+)?", text) else None


def national_number(text: str) -> str | None:
    """Eleven digits whose last two prove the others; ten where a lost zero proves itself."""
    digits = re.sub(r"[\s.\-/]", "", text)
    if re.fullmatch(r"\d{10}", digits):
        digits = "0" + digits
    if not re.fullmatch(r"\d{11}", digits):
        return None
    check = int(digits[9:])
    proved = any(97 - int(lead + digits[:9]) % 97 == check for lead in ("", "2"))
    return digits if proved else None


def table_rows(content: bytes) -> list[Row]:
    """One dictionary per row of a standard template."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    header_line = text.split("\n", 1)[0]
    delimiter = max(";,\t|", key=header_line.count)
    lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    header = [name.strip().lower() for name in next(lines)]
    return [
        {name: value.strip() for name, value in zip(header, line, strict=True)} for line in lines
    ]


def parsed(row: Row) -> tuple[Row, bool]:
    """The row in one notation, and whether every value could be read."""
    result, is_good = dict(row), True
    for name, value in row.items():
        if not value:
            continue
        mended: str | None = value
        if name in CODE_LISTS:
            mended = value.lower() if value.lower() in CODE_LISTS[name] else None
        elif name in YES_NO_COLUMNS:
            mended = YES_NO.get(value.lower())
        elif name == "behoefte":
            mended = value if {need.strip().lower() for need in value.split("|")} <= NEEDS else None
        elif name == "academiejaar":
            mended = academic_year(value)
        elif name == "insz":
            mended = national_number(value)
        elif name in NUMBER_COLUMNS:
            size = number(value)
            is_ects = row.get("omvang_eenheid", "ects").lower() in ("ects", "")
            is_sane = size is not None and size >= 0 and not (is_ects and size > 400)
            mended = str(size) if is_sane else None
        elif name in DATE_COLUMNS:
            found = day(value)
            mended = found.isoformat() if found else None
        is_good = is_good and mended is not None
        result[name] = value if mended is None else mended
    return result, is_good


def screened(delivery: Delivery, own_numbers: dict[str, str]) -> tuple[list[Row], list[Row]]:
    """The accepted and the rejected rows of one file."""
    kind = delivery.kind
    needed = KEYS[kind] + OTHER_REQUIRED[kind]
    rows = table_rows(delivery.content)
    by_key: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    read = []
    for raw in rows:
        row, is_good = parsed(raw)
        is_good = is_good and all(row.get(name) for name in needed)
        if "instellingsnummer" in row:
            given = row["instellingsnummer"]
            is_good = is_good and own_numbers.get(given, given.lower()) == delivery.institution
        if kind == "enrolments":
            is_good = is_good and bool(row["insz"] or row["studentnummer"])
            codes = (row["aanbod_code"], row["onderdeel_code"], row["opleiding_code"])
            is_good = is_good and any(codes)
            left, joined = row["uitschrijvingsdatum"], row["inschrijvingsdatum"]
            is_good = is_good and not (left and left < joined)
        by_key[tuple(row[name] for name in KEYS[kind])].append(row)
        read.append((row, is_good))
    accepted: list[Row] = []
    rejected: list[Row] = []
    kept: set[tuple[str, ...]] = set()
    for row, is_good in read:
        key = tuple(row[name] for name in KEYS[kind])
        is_contradicted = any(other != row for other in by_key[key])
        if not is_good or is_contradicted:
            rejected.append(row)
        elif key not in kept:
            kept.add(key)
            accepted.append(row)
    return accepted, rejected


def deliveries(raw: Path) -> Iterator[Delivery]:
    """Every file of the sample, a study guide once for each kind it gives."""
    for file in sorted(raw.glob("*/*/*")):
        institution, received_on = file.parts[-3], file.parts[-2]
        content = file.read_bytes()
        if file.suffix == ".csv":
            kind = PREFIXES[re.split(r"[_.]", file.name)[0]]
            stream = "positions" if kind == "positions" else "template"
            yield Delivery(institution, kind, stream, received_on, content, file.name)
        else:
            for kind in ("offerings", "components", "programmes"):
                yield Delivery(institution, kind, "study_guide", received_on, content, file.name)


def study_guide_kind(title: str, cycle: str) -> str:
    for pattern, kind in TITLE_KINDS:
        if pattern.search(title):
            return kind
    return CYCLE_KINDS.get(cycle.lower(), "andere")


def study_guide_rows(delivery: Delivery) -> list[Row]:
    """The rows of one kind of a study guide, in the columns of the template."""
    start = int(re.findall(r"(\d{4})\.json$", delivery.name)[0])
    programmes: list[dict[str, Any]] = []
    for entry in json.loads(delivery.content):
        same = [other for other in programmes if str(other["id"]) == str(entry["id"])]
        assert all(other == entry for other in same), "the sample repeats programmes word by word"
        programmes += [] if same else [entry]
    rows = []
    for entry in programmes:
        title, code = entry["name"].strip(), str(entry["id"])
        kind = study_guide_kind(title, entry["cycle"])
        shared = {"academiejaar": f"{start}-{start + 1}", "aanbod_code": code, "titel": title}
        if delivery.kind == "offerings":
            rows.append(shared | {"soort": kind})
            continue
        sizes: dict[str, Decimal | None] = {}
        for place, course in enumerate(entry["courses"]):
            size = entry["ects"][place] if place < len(entry["ects"]) else None
            known = [found for found in (sizes.get(str(course)), size and Decimal(size)) if found]
            sizes[str(course)] = max(known) if known else None
        for course, ects in sizes.items():
            rows.append(
                shared
                | {"bouwsteen_code": course, "studiepunten": "" if ects is None else str(ects)}
                | {"opleiding_code": code, "opleiding_naam": title, "opleiding_soort": kind}
                | {"onderdeel_code": course, "integratief": "", "herkomst": ""}
            )
    return rows


@dataclass
class Delivered:
    """What counts: per kind, institution and year (or quarter) the rows of one stream."""

    rows: dict[tuple[str, str, str], list[Row]] = field(default_factory=dict)
    complete_for: dict[tuple[str, str, str], set[str]] = field(default_factory=dict)
    lost_components: set[tuple[str, str, str]] = field(default_factory=set)


def complete_for(stream: str, kind: str) -> set[str]:
    """What a source counts in full unless a contract says otherwise; a study guide only degrees."""
    told = {"programmes": {"degree"}, "enrolments": {"enrolments"}}
    return {"degree"} if stream == "study_guide" else told.get(kind, LIFELONG_AND_POSTGRADUATE)


def delivered(raw: Path, own_numbers: dict[str, str]) -> Delivered:
    """Later files replace earlier ones of their stream, kind and year; then one stream speaks."""
    current: dict[tuple[str, str, str, str], tuple[list[Row], list[Row]]] = {}
    for delivery in sorted(deliveries(raw), key=lambda found: found.order):
        rejected: list[Row] = []
        if delivery.stream == "study_guide":
            accepted = study_guide_rows(delivery)
        else:
            accepted, rejected = screened(delivery, own_numbers)
        unit_column = "kwartaal" if delivery.kind == "positions" else "academiejaar"
        for unit in {row[unit_column] for row in accepted}:
            key = (delivery.kind, delivery.institution, unit, delivery.stream)
            mine = [row for row in accepted if row[unit_column] == unit]
            dropped = [row for row in rejected if row[unit_column] == unit]
            if key not in current or 2 * len(mine) >= len(current[key][0]):
                current[key] = (mine, dropped)
    result = Delivered()
    for stream in ("positions", "study_guide", "template"):
        for (kind, institution, unit, found), (mine, dropped) in current.items():
            if found != stream:
                continue
            result.rows[kind, institution, unit] = mine
            result.complete_for[kind, institution, unit] = complete_for(stream, kind)
            if kind == "components":
                result.lost_components |= {
                    (institution, unit, row["aanbod_code"]) for row in dropped
                }
    return result


# Classifying what is offered


@dataclass
class Catalogue:
    """The study guide of one institution and year: which programme holds which component."""

    kinds: dict[str, str] = field(default_factory=dict)
    holders: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))


def marked_integrative(marks: Iterable[str]) -> str:
    """J where one programme says so, else N where one says so; an empty mark says nothing."""
    found = set(marks)
    return next((mark for mark in "JN" if mark in found), "")


@dataclass
class Offering:
    """One offering in one academic year, with its six verdicts."""

    institution: str
    year: str
    code: str
    identity: str
    row: Row
    components: list[Row]
    kind: str
    is_labelled: bool
    type: int | None = None
    level: int | None = None
    component_sum: Decimal | None = None
    lifecycle: str = "unknown"
    verdicts: dict[str, Verdict] = field(default_factory=dict)

    @property
    def stated_ects(self) -> Decimal | None:
        if self.row.get("omvang_eenheid") != "ects":
            return None
        return (number(self.row["omvang"]) or None) if self.row["omvang"] else None

    @property
    def title_key(self) -> str:
        """The title in one notation, without the campus in brackets at its end (no label)."""
        plain = " ".join(self.row["titel"].split()).casefold()
        last = CAMPUS.search(plain)
        return plain[: last.start()].rstrip() if last and not LABEL.search(last[0]) else plain


@dataclass
class Classifier:
    """Judges the offerings of one institution, year after year."""

    sample: Delivered
    institution: str
    codes_are_reused: bool
    no_assessment: frozenset[str]
    known_earlier: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    earlier_runs: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def catalogue(self, year: str) -> Catalogue | None:
        rows = self.sample.rows.get(("programmes", self.institution, year))
        if rows is None:
            return None
        found = Catalogue()
        for row in rows:
            found.kinds[row["opleiding_code"]] = row["opleiding_soort"]
            found.holders[row["onderdeel_code"]].append(row)
        return found

    def offerings(self, year: str) -> list[Offering]:
        rows = self.sample.rows.get(("offerings", self.institution, year), [])
        blocks: dict[str, list[Row]] = defaultdict(list)
        for row in self.sample.rows.get(("components", self.institution, year), []):
            blocks[row["aanbod_code"]].append(row)
        result = []
        for row in rows:
            kind, code = row.get("soort", ""), row["aanbod_code"]
            identity = f"{self.institution}:{code}" + (f":{year}" if self.codes_are_reused else "")
            is_labelled = kind == "microcredential" or bool(LABEL.search(row["titel"]))
            shape = (row, blocks[code], kind, is_labelled)
            result.append(Offering(self.institution, year, code, identity, *shape))
        catalogue = self.catalogue(year)
        labelled = {found.code for found in result if found.is_labelled}
        for found in result:
            self.judge(found, catalogue, labelled)
            found.lifecycle = self.lifecycle(found)
        self.earlier_runs |= {run.identity: (run.kind, run.is_labelled) for run in result}
        if catalogue is not None:
            for code, holders in catalogue.holders.items():
                self.known_earlier[code] += self.unlabelled(holders, labelled)
        return result

    def lifecycle(self, found: Offering) -> str:
        earlier = self.earlier_runs.get(found.identity)
        if earlier is None:
            return "new" if self.earlier_runs else "unknown"
        return "continued" if earlier == (found.kind, found.is_labelled) else "relabelled"

    @staticmethod
    def unlabelled(holders: list[Row], labelled: set[str]) -> list[Row]:
        return [
            row
            for row in holders
            if row["opleiding_code"] not in labelled
            and not LABEL.search(row.get("opleiding_naam", ""))
        ]

    def judge(self, found: Offering, catalogue: Catalogue | None, labelled: set[str]) -> None:
        if found.kind in LIFELONG | UNKNOWN_KINDS:
            self.type_and_level(found, catalogue, labelled)
        else:
            found.level = stated_level(found.row)
        found.component_sum = self.component_sum(found)
        criteria = self.criteria(found)
        integrative = ""
        if catalogue is not None:
            marks = {
                marked_integrative(
                    row["integratief"]
                    for row in self.unlabelled(
                        catalogue.holders.get(code, []), labelled | {found.code}
                    )
                )
                for code in [block["bouwsteen_code"] for block in found.components] or [found.code]
            }
            integrative = "J" if "J" in marks else ("N" if marks == {"N"} else "")
        found.verdicts = verdicts(found.kind, found.type, found.is_labelled, criteria, integrative)

    def type_and_level(
        self, found: Offering, catalogue: Catalogue | None, labelled: set[str]
    ) -> None:
        """Sets the type, and the level that is stated or follows from the components."""
        found.level = stated_level(found.row)
        declared = DECLARED_TYPE.get(found.row.get("type_mc", ""))
        if (self.institution, found.year, found.code) in self.sample.lost_components:
            found.type = declared
            return
        origin = origin_type([block["herkomst"] for block in found.components])
        if declared and origin and declared != origin:
            return
        declared = declared or origin
        if catalogue is None or not found.components:
            found.type = declared
            return
        degrees: dict[str, list[Row]] = {}
        strangers = []
        for block in found.components:
            others = self.unlabelled(
                catalogue.holders.get(block["bouwsteen_code"], []), labelled | {found.code}
            )
            in_degree = [row for row in others if row["opleiding_soort"] in LEVELS]
            if in_degree:
                degrees[block["bouwsteen_code"]] = in_degree
            else:
                strangers.append((block, others))
        found.type = self.settled_type(found, declared, bool(degrees), strangers)
        if found.type == 1 and not strangers:
            found.level = level_of_components(found.components, degrees) or found.level

    def settled_type(
        self,
        found: Offering,
        declared: int | None,
        has_degree_component: bool,
        strangers: list[tuple[Row, list[Row]]],
    ) -> int | None:
        if not has_degree_component:
            return declared if declared in (3, 4) else None
        observed: int | None = 1
        if any(block["herkomst"] != "bestaand_opleidingsonderdeel" for block, _ in strangers):
            observed = 2
            for block, others in strangers:
                earlier = self.known_earlier.get(block["bouwsteen_code"], [])
                if others or any(row["opleiding_code"] != found.code for row in earlier):
                    observed = None
        if observed is None:
            return declared if declared in (1, 2) else None
        return observed if declared in (None, observed) else None

    def criteria(self, found: Offering) -> dict[str, bool | None]:
        """True for met, False for failed, None for not evidenced."""
        row = defaultdict(str, found.row)
        form = row["evaluatievorm"].lower()
        assessed = (form not in self.no_assessment) if form else None
        quality = row["kwaliteitszorg"]
        recorded = True if row["leerresultaten"] and row["attest"] not in ("", "geen") else None
        outcomes = MET[row["leerresultaten_vooraf"]]
        announced = MET[row["evaluatie_vooraf"]]
        chosen = MET[row["doelbewuste_selectie"]]
        both = True if assessed and announced else None
        is_known = found.kind not in UNKNOWN_KINDS
        return {
            "EU-1": False if row["attest"] == "geen" or found.kind in FULL else recorded,
            "EU-2": assessed,
            "EU-3": True if row["behoefte"] else None,
            "EU-6": quality != "geen" if quality else None,
            "FS-6": found.kind in LIFELONG if is_known else None,
            "FW-13": found.kind != "postgraduaat" if is_known else None,
            "FW-12": True if chosen is None and found.is_labelled else chosen,
            "FW-18": self.size(found),
            "FW-21": True if row["leervorm"] else None,
            "FW-22": None if outcomes and not row["leerresultaten"] else outcomes,
            "FW-23": True if found.level else None,
            "FW-26": False if False in (assessed, announced) else both,
            "FW-27": quality != "geen",
        }

    def size(self, found: Offering) -> bool | None:
        if found.row.get("omvang") and found.row["omvang_eenheid"] in ("uren", "lestijden"):
            return False
        stated = found.stated_ects
        if stated is not None:
            return False if stated > 60 else (True if 3 <= stated < 60 else None)
        total = found.component_sum
        return True if total is not None and 3 <= total <= 20 else None

    def component_sum(self, found: Offering) -> Decimal | None:
        """The credits of all components of a bundle, known only where each of them has some."""
        if (
            found.kind in FULL
            or (self.institution, found.year, found.code) in self.sample.lost_components
        ):
            return None
        sizes = [
            number(block["studiepunten"]) if block["studiepunten"] else None
            for block in found.components
        ]
        return sum((size for size in sizes if size), Decimal(0)) if sizes and all(sizes) else None


def stated_level(row: Row) -> int | None:
    return int(row["vks_niveau"]) if row.get("vks_niveau") else None


def origin_type(origins: list[str]) -> int | None:
    """The type that the stated origins of all components amount to."""
    if not origins or not all(origins):
        return None
    existing = [origin == "bestaand_opleidingsonderdeel" for origin in origins]
    if any(existing):
        return 1 if all(existing) else 2
    if set(origins) == {"bestaande_inhoud"}:
        return 3
    return 4 if set(origins) <= {"nieuw", "levenslang_leren"} else None


def level_of_components(components: list[Row], degrees: dict[str, list[Row]]) -> int | None:
    """The level with the largest share of the credits; None where no level has."""
    shares: dict[int, Decimal] = defaultdict(Decimal)
    is_weighed = True
    for block in components:
        levels = {LEVELS[row["opleiding_soort"]] for row in degrees[block["bouwsteen_code"]]}
        weight = number(block["studiepunten"]) if block["studiepunten"] else None
        is_weighed = is_weighed and bool(weight)
        for level in levels:
            shares[level] += (weight or Decimal(0)) / len(levels)
    ranked = sorted(shares, key=lambda level: shares[level], reverse=True)
    is_decided = len(ranked) == 1 or (is_weighed and shares[ranked[0]] != shares[ranked[1]])
    return ranked[0] if is_decided else None


def joined(outcomes: Iterable[bool | None]) -> Verdict:
    found = list(outcomes)
    if False in found:
        return OUT
    return UNDETERMINED if None in found else IN


def verdicts(
    kind: str,
    type_found: int | None,
    is_labelled: bool,
    criteria: dict[str, bool | None],
    integrative: str,
) -> dict[str, Verdict]:
    """The six verdicts on an offering run."""
    strict = joined(criteria[name] for name in ("EU-1", "EU-2", "EU-3", "EU-6"))
    framework = joined(
        outcome for name, outcome in criteria.items() if name.startswith(("FS-", "FW-"))
    )
    assessed = criteria["EU-2"]
    result = {"strict_eu": strict, "label": IN if is_labelled else OUT, "framework": framework}
    if kind in FULL:
        others = {"strict_eu": OUT, "minister": OUT, "scope_note": OUT, "vlor": OUT}
        others |= {"framework": OUT}
    elif kind in BRIDGING:
        others = {"minister": UNDETERMINED, "scope_note": OUT, "vlor": UNDETERMINED}
        others |= {"framework": OUT}
    elif kind == "postgraduaat":
        others = {"minister": IN, "scope_note": IN, "vlor": UNDETERMINED, "framework": OUT}
    elif kind == "opleidingsonderdeel":
        others = {"minister": IN, "scope_note": IN, "framework": OUT}
        others |= {"vlor": BY_MARK[integrative]}
    elif kind in LIFELONG:
        is_sure = type_found == 1 or assessed is True
        sure = IN if is_sure or kind in FURTHER_TRAINING else UNDETERMINED
        note = IN if type_found == 1 else strict
        vlor = IN if is_sure and integrative != "J" else UNDETERMINED
        others = {"minister": sure, "scope_note": note, "vlor": vlor}
        if assessed is False:
            others |= {"scope_note": OUT, "vlor": OUT}
    else:
        open_verdict = OUT if assessed is False else UNDETERMINED
        others = {"minister": UNDETERMINED, "scope_note": open_verdict, "vlor": open_verdict}
    return result | others


# Judging what is taken


@dataclass
class Line:
    """One enrolment line that counts, with its verdicts."""

    institution: str
    year: str
    identity: str
    learner: str
    has_national_number: bool
    offering: Offering | None
    code: tuple[str, str]
    contract: str
    ects: Decimal | None
    enrolled_on: str
    declared: str
    purpose: str
    verdicts: dict[str, Verdict]


def taken_verdicts(
    row: Row, offering: Offering | None, named: Offering | None, catalogue: Catalogue | None
) -> dict[str, Verdict]:
    """The six verdicts on an enrolment line; ``named`` is what it names as its programme."""
    if row["aanbod_code"]:
        unknown = dict.fromkeys(DEFINITIONS, UNDETERMINED) | {"label": OUT}
        result = dict(offering.verdicts) if offering else unknown
    elif row["onderdeel_code"]:
        result = component_verdicts(row, catalogue)
    else:
        kind = catalogue.kinds.get(row["opleiding_code"]) if catalogue else None
        is_offering = named is not None and named.kind not in WHOLE_PROGRAMMES
        if is_offering and (named.is_labelled or kind not in WHOLE_PROGRAMMES):
            result = dict(named.verdicts) | {"strict_eu": UNDETERMINED, "label": OUT}
        else:
            result = programme_verdicts(kind)
    if row["contracttype"] == "creditcontract":
        result["minister"] = IN
    elif row["contracttype"].startswith("examencontract"):
        result["minister"] = UNDETERMINED
    return result


def component_verdicts(row: Row, catalogue: Catalogue | None) -> dict[str, Verdict]:
    holders = catalogue.holders.get(row["onderdeel_code"], []) if catalogue else []
    named = row["opleiding_code"]
    if named:
        kinds = {catalogue.kinds[named]} if catalogue and named in catalogue.kinds else set()
        holders = [held for held in holders if held["opleiding_code"] == named]
    else:
        kinds = {held["opleiding_soort"] for held in holders}
    result = dict.fromkeys(DEFINITIONS, UNDETERMINED) | {"framework": OUT, "label": OUT}
    if kinds & FULL:
        mark = marked_integrative(row["integratief"] for row in holders)
        return result | {"minister": OUT, "scope_note": IN, "vlor": BY_MARK[mark]}
    if kinds & BRIDGING:
        return result | {"scope_note": OUT}
    if "postgraduaat" in kinds:
        return result | {"minister": IN}
    return result


def programme_verdicts(kind: str | None) -> dict[str, Verdict]:
    result = dict.fromkeys(DEFINITIONS, UNDETERMINED) | {"framework": OUT, "label": OUT}
    if kind is None:
        return result
    nothing_known = dict.fromkeys(words("EU-1 EU-2 EU-3 EU-6 FS-6 FW-18"))
    table = verdicts(kind, None, False, nothing_known, "")
    result |= {name: table[name] for name in ("minister", "scope_note", "vlor", "framework")}
    return result | ({"strict_eu": OUT} if kind in FULL else {})


def counts_after_census(row: Row, offering: Offering | None) -> bool:
    left = row["uitschrijvingsdatum"]
    if left in ("", NO_END):
        return True
    start = offering.row.get("startdatum") if offering else ""
    start = start or f"{row['academiejaar'][:4]}-09-20"
    begun = date.fromisoformat(max(start, row["inschrijvingsdatum"]))
    return (date.fromisoformat(left) - begun).days > CENSUS_DAYS


# Counting


@dataclass
class Recount:
    """Everything recounted: offerings, lines, and the working status of who takes them."""

    institutions: dict[str, str]
    years: list[str]
    sample: Delivered
    offerings: list[Offering]
    lines: list[Line]
    flemish_units: dict[str, str]
    window: tuple[str, ...]

    def reports(self, kind: str, institution: str, year: str) -> bool:
        return (kind, institution, year) in self.sample.rows

    def is_census(self, kind: str, institution: str, year: str, definition: str) -> bool:
        """Whether the source counts all there is; a missing delivery bounds nothing."""
        if not self.reports(kind, institution, year):
            return True
        needed = {
            "offerings": {"lifelong_learning"}
            if definition in ("framework", "label")
            else LIFELONG_AND_POSTGRADUATE,
            "programmes": {"degree"},
            "enrolments": {"enrolments"},
        }
        return needed[kind] <= self.sample.complete_for[kind, institution, year]

    def periods(self) -> list[tuple[str, tuple[str, ...]]]:
        label = f"{self.window[0]}..{self.window[-1]}"
        return [*((year, (year,)) for year in self.years), (label, self.window)]

    def places(self, place: str) -> list[str]:
        return list(self.institutions) if place == FLANDERS else [place]

    def unit(self, run: Offering, place: str) -> str:
        units = self.flemish_units if place == FLANDERS else {}
        return units.get(run.identity, run.identity)

    def enrolment(self, line: Line, place: str) -> Hashable:
        taken: Hashable = (line.institution, *line.code)
        if line.offering is not None:
            taken = self.unit(line.offering, place)
        return line.learner, line.year, taken

    @cached_property
    def working_statuses(self) -> dict[tuple[str, str], tuple[str, str]]:
        """One status per learner and year with a regular line: register, declared or none."""
        register = {
            (f"insz:{row['insz']}", row["kwartaal"]): row["positie"]
            for (kind, _, _), rows in self.sample.rows.items()
            if kind == "positions"
            for row in rows
        }
        by_learner: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for line in self.lines:
            if line.purpose == "regular":
                by_learner[line.learner, line.year].append(line)
        result = {}
        for (learner, year), lines in by_learner.items():
            lines.sort(key=lambda line: (line.enrolled_on, line.institution, line.identity))
            moment = max(lines[0].enrolled_on, f"{year[:4]}-09-01")
            quarter = f"{moment[:4]}Q{(int(moment[5:7]) + 2) // 3}"
            registered = REGISTER_STATUS.get(register.get((learner, quarter), "")[:1])
            told = [line.declared for line in lines if line.declared in DECLARED_STATUS]
            if registered:
                result[learner, year] = (registered, "register")
            elif told:
                result[learner, year] = (DECLARED_STATUS[told[0]], "declared")
            else:
                result[learner, year] = ("unknown", "none")
        return result


def joint_units(offerings: list[Offering]) -> dict[str, str]:
    """For every offering that was ever joint, the one name of all it was joint with."""
    leaders: dict[str, str] = {}

    def leader(identity: str) -> str:
        while leaders.setdefault(identity, identity) != identity:
            identity = leaders[identity]
        return identity

    def partners(run: Offering) -> set[str]:
        return {name.strip().lower() for name in run.row.get("partners", "").split("|") if name}

    groups: dict[tuple[str, str, str], list[Offering]] = defaultdict(list)
    for run in offerings:
        shared = run.row.get("gezamenlijke_code", "")
        groups[run.year, shared, "" if shared else run.code].append(run)
    for (_, shared, _), runs in groups.items():
        for one, other in permutations(runs, 2):
            is_mutual = one.institution in partners(other) and other.institution in partners(one)
            if one.institution != other.institution and (shared or is_mutual):
                leaders[leader(one.identity)] = leader(other.identity)
    return {identity: leader(identity) for identity in list(leaders)}


def lines_of(
    sample: Delivered,
    institution: str,
    year: str,
    offerings: dict[str, Offering],
    catalogue: Catalogue | None,
) -> Iterator[Line]:
    for row in sample.rows.get(("enrolments", institution, year), []):
        offering = offerings.get(row["aanbod_code"])
        named = None if row["onderdeel_code"] else offerings.get(row["opleiding_code"])
        if not counts_after_census(row, offering):
            continue
        own_key = f"{institution}:{row['studentnummer']}"
        levels = words("aanbod_code onderdeel_code opleiding_code")
        yield Line(
            institution=institution,
            year=year,
            identity=row["inschrijving_id"],
            learner=f"insz:{row['insz']}" if row["insz"] else own_key,
            has_national_number=bool(row["insz"]),
            offering=offering,
            code=next((level, row[level]) for level in levels if row[level]),
            contract=row["contracttype"],
            ects=number(row["studiepunten"]) or None if row["studiepunten"] else None,
            enrolled_on=row["inschrijvingsdatum"],
            declared=row["werkstatus"],
            purpose=PURPOSES[row["doel"]],
            verdicts=taken_verdicts(row, offering, named, catalogue),
        )


def code_list(file: Path) -> list[Row]:
    with file.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def recount(raw: Path, seeds: Path, contracts: Path) -> Recount:
    """Recounts the deliveries in a raw folder, with the code lists in ``seeds``."""
    register = code_list(seeds / "institution_register.csv")
    institutions = {
        row["institution_id"]: row["kind"]
        for row in sorted(register, key=lambda row: row["institution_id"])
    }
    own_numbers = {
        row["official_number"]: row["institution_id"]
        for row in code_list(seeds / "institution_numbers.csv")
    }
    no_assessment = frozenset(
        row["assessment_word"] for row in code_list(seeds / "no_assessment_words.csv")
    )
    reused = {
        institution
        for institution in institutions
        if (contract := contracts / f"{institution}.yml").exists()
        and re.search(r"(?m)^codes_are_reused:\s*true", contract.read_text(encoding="utf-8"))
    }
    return recounted(delivered(raw, own_numbers), institutions, reused, no_assessment, WINDOW)


def recounted(
    sample: Delivered,
    institutions: dict[str, str],
    reused: set[str],
    no_assessment: frozenset[str],
    window: tuple[str, ...],
) -> Recount:
    """Judges what was delivered, from the first to the last year of any delivery."""
    known = sorted({unit for kind, _, unit in sample.rows if kind != "positions"})
    years = [f"{start}-{start + 1}" for start in range(int(known[0][:4]), int(known[-1][:4]) + 1)]
    offerings: list[Offering] = []
    lines: list[Line] = []
    for institution in institutions:
        classifier = Classifier(sample, institution, institution in reused, no_assessment)
        for year in years:
            runs = classifier.offerings(year)
            offerings += runs
            by_code = {run.code: run for run in runs}
            catalogue = classifier.catalogue(year)
            lines += lines_of(sample, institution, year, by_code, catalogue)
    units = joint_units(offerings)
    return Recount(institutions, years, sample, offerings, lines, units, window)
