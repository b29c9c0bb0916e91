"""What an institution offers: degree programmes with their components, and offerings per year.

An offering is a series with a first and a last year; along the way it may be renamed, or
relabelled from *nascholing* to *microcredential* under the same code. How well a series is
documented, what it is made of and what it declares are drawn once, so that consecutive years of
one offering agree.

Border: shapes come from world.yml; the hand-designed cases from landmarks.yml; nothing is
written to disk here.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipelines.synthetic.learners import Population

DEGREE_KINDS = ("graduaat", "bachelor", "banaba", "master", "manama")
PROGRAMME_LEVELS = {"graduaat": 5, "bachelor": 6, "banaba": 6, "master": 7, "manama": 7}
PROGRAMME_SIZES = {"graduaat": 120, "bachelor": 180, "banaba": 60, "master": 60, "manama": 60}


@dataclass(frozen=True)
class Component:
    """A course of a programme, or a building block of an offering."""

    code: str
    title: str
    credits_ects: str
    is_integrative: str = ""
    origin: str = ""


@dataclass(frozen=True)
class Programme:
    """A programme of the study guide in one year; ``kind`` is the Dutch code of the template."""

    code: str
    kind: str
    name: str
    components: tuple[Component, ...]
    is_landmark: bool = False


@dataclass(frozen=True)
class OfferingRun:
    """An offering in one year: its template columns (Dutch names, ISO dates) and building blocks.

    Attributes:
        columns: The columns it fills; the others stay empty.
        components: Its *bouwstenen*.
        interest: Weight with which lifelong learners choose it; 0 for full programmes.
        contracts: Shares of credit contract, diploma contract and none.
        before_correction: Columns as the first delivery had them, where a later one corrects it.
    """

    columns: dict[str, str]
    components: tuple[Component, ...] = ()
    interest: float = 0.0
    contracts: tuple[float, float, float] = (0.0, 0.0, 1.0)
    before_correction: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The institution's own code of the offering."""
        return self.columns["aanbod_code"]

    @property
    def kind(self) -> str:
        """The declared *soort*."""
        return self.columns.get("soort", "")


@dataclass
class Catalogue:
    """Everything one institution offers, per start year."""

    programmes: dict[int, list[Programme]]
    runs: dict[int, list[OfferingRun]]


@dataclass(frozen=True)
class _Maker:
    """The draws and words of one institution."""

    name: str
    settings: dict[str, Any]
    world: dict[str, Any]
    years: tuple[int, ...]
    rng: np.random.Generator

    def one_of(self, values: list[Any]) -> Any:  # noqa: ANN401 - the values of a YAML list
        return values[int(self.rng.integers(len(values)))]

    def happens(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def code(self, letter: str, number: int) -> str:
        prefix = self.settings["prefix"]
        if self.settings.get("code") == "integer":
            return f"{prefix}{ord(letter) - 64:02d}{number:03d}"
        return f"{prefix}-{letter}{number:03d}"


def make_catalogue(
    name: str, position: int, seed: int, people: Population, world: dict[str, Any]
) -> Catalogue:
    """Return the catalogue of one institution for all years of the population.

    Args:
        name: Institution id, a key of ``institutions`` in world.yml.
        position: Place of the institution in world.yml; part of its seed.
        seed: The seed of the whole world.
        people: The population, whose size decides how many programmes there are.
        world: The content of world.yml.
    """
    rng = np.random.default_rng([seed, position, 1])
    maker = _Maker(name, world["institutions"][name], world, people.years, rng)
    programmes = _programmes(maker, people.learners)
    catalogue = Catalogue(programmes=programmes, runs={year: [] for year in people.years})
    for year in people.years:
        catalogue.runs[year] += [_degree_run(one) for one in programmes[year]]
    number = 0
    for kind, shape in world["kinds"].items():
        for first_year in _first_years(maker, shape):
            number += 1
            _add_series(maker, catalogue, kind, shape, first_year, number)
    return catalogue


def _extra(shape: dict[str, int], learners: int) -> int:
    return min(shape["most"], shape["few"] + learners // shape["learners_per_extra"])


def _programmes(maker: _Maker, learners: int) -> dict[int, list[Programme]]:
    shape = maker.world["programmes"]
    count = _extra(shape["degree"], learners)
    size = _extra(shape["components"], learners)
    fields = [str(one) for one in maker.rng.permutation(maker.world["vocabulary"]["fields"])]
    kinds = ["bachelor", "graduaat", "bachelor", "banaba"]
    if maker.name in maker.world["with_masters"]:
        kinds = ["bachelor", "master", "bachelor", "manama"]
    specifications = [
        (kinds[place % 4], fields[place % len(fields)], maker.code("P", place + 1))
        for place in range(count)
    ]
    specifications += [
        ("schakelprogramma", fields[-1], maker.code("S", 1)),
        ("voorbereidingsprogramma", fields[-2], maker.code("S", 2)),
    ]
    programmes: dict[int, list[Programme]] = {year: [] for year in maker.years}
    for place, (kind, subject, code) in enumerate(specifications):
        smaller = size if kind in DEGREE_KINDS else 6
        for year, components in _components_by_year(maker, place, kind, subject, smaller).items():
            name = _programme_name(kind, subject)
            programmes[year].append(Programme(code, kind, name, components))
    return programmes


def _programme_name(kind: str, subject: str) -> str:
    if kind == "graduaat":
        return f"Graduaat in de {subject}"
    if kind in ("schakelprogramma", "voorbereidingsprogramma"):
        return f"{kind.capitalize()} {subject}"
    if kind == "banaba":
        return f"Bachelor na bachelor in de {subject}"
    if kind == "manama":
        return f"Master na master in de {subject}"
    return f"{kind.capitalize()} in de {subject}"


def _components_by_year(
    maker: _Maker, place: int, kind: str, subject: str, size: int
) -> dict[int, tuple[Component, ...]]:
    """Return the components per year; a few get a new code each year, so that old codes lapse."""
    parts = maker.world["vocabulary"]["parts"]
    credits = [maker.one_of(["3", "3", "4", "5", "6"]) for _ in range(size)]
    versions = np.zeros(size, dtype=np.int64)
    result: dict[int, tuple[Component, ...]] = {}
    for year in maker.years:
        if year != maker.years[0]:
            versions += maker.rng.random(size) < maker.world["programmes"]["revised_share"]
        components = []
        for number in range(size):
            is_last = number == size - 1 and kind in DEGREE_KINDS
            code = maker.code("C", place * 40 + number + 1) + "ABCDEFGH"[int(versions[number])]
            title = f"{subject.capitalize()}: {parts[number % len(parts)]}"
            components.append(
                Component(
                    code=code,
                    title=f"Eindproef {subject}" if is_last else title,
                    credits_ects="12" if is_last else credits[number],
                    is_integrative="J" if is_last else ("" if number == 3 else "N"),
                )
            )
        result[year] = tuple(components)
    return result


def _degree_run(programme: Programme) -> OfferingRun:
    """Return the programme as an offering, so that the exclusion of full programmes is visible."""
    columns = {
        "aanbod_code": programme.code,
        "titel": programme.name,
        "soort": programme.kind,
        "attest": "getuigschrift" if programme.kind in DEGREE_KINDS else "creditbewijs",
    }
    if programme.kind in DEGREE_KINDS:
        columns |= {
            "omvang": str(PROGRAMME_SIZES[programme.kind]),
            "omvang_eenheid": "ects",
            "vks_niveau": str(PROGRAMME_LEVELS[programme.kind]),
        }
    return OfferingRun(columns)


def _first_years(maker: _Maker, shape: dict[str, Any]) -> list[int]:
    breadth = maker.settings["breadth"]
    first = _rounded(maker, shape["first"] * breadth)
    result = [maker.years[0]] * first
    added = ([0] * len(maker.years) + shape["added"])[-(len(maker.years) - 1) :]
    for year, number in zip(maker.years[1:], added, strict=False):
        result += [year] * _rounded(maker, number * breadth)
    return result


def _rounded(maker: _Maker, number: float) -> int:
    whole = int(number)
    return whole + maker.happens(number - whole)


def _add_series(
    maker: _Maker,
    catalogue: Catalogue,
    kind: str,
    shape: dict[str, Any],
    first_year: int,
    number: int,
) -> None:
    series = maker.world["series"]
    subject = _subject(maker)
    columns = _columns(maker, kind, shape, subject) | {"aanbod_code": maker.code("A", number)}
    recipe = _recipe(maker)
    declares_origin = maker.happens(series["declares_origin_share"])
    declares_type = maker.happens(series["declares_type_share"])
    contracts = shape["contracts"]
    for year in maker.years:
        if year < first_year:
            continue
        if year > first_year and maker.happens(shape["stop"]):
            return
        if year > first_year and maker.happens(series["renamed_share"]):
            columns["titel"] = _title(maker, columns["soort"], _subject(maker))
        relabels = columns["soort"] in ("nascholing", "permanente_vorming")
        if relabels and year > first_year and maker.happens(series["relabelled_share"]):
            columns["soort"] = "microcredential"
            columns["titel"] = _title(maker, "microcredential", subject)
            contracts = maker.world["kinds"]["microcredential"]["contracts"]
        components, mc_type = _components(maker, catalogue.programmes[year], recipe, columns)
        if not declares_origin:
            components = tuple(_without_origin(one) for one in components)
        run = dict(columns)
        if declares_type and columns["soort"] == "microcredential":
            run["type_mc"] = mc_type
        if components and columns.get("omvang_eenheid") == "ects" and recipe[0] < 2:
            run["omvang"] = _sum_of_credits(components)
        run |= _dates(maker, columns["soort"], year)
        interest = float(shape["interest"] * (0.5 + maker.rng.random()))
        catalogue.runs[year].append(OfferingRun(run, components, interest, tuple(contracts)))


def _sum_of_credits(components: tuple[Component, ...]) -> str:
    return str(sum(int(one.credits_ects) for one in components))


def _without_origin(one: Component) -> Component:
    return Component(one.code, one.title, one.credits_ects)


def _subject(maker: _Maker) -> str:
    words = maker.world["vocabulary"]
    return f"{maker.one_of(words['subjects'])} {maker.one_of(words['audiences'])}".strip()


def _title(maker: _Maker, kind: str, subject: str) -> str:
    if kind == "microcredential":
        return str(maker.one_of(maker.world["vocabulary"]["label_forms"])).format(subject)
    if kind == "postgraduaat":
        return f"Postgraduaat {subject}"
    if kind == "mooc":
        return f"MOOC {subject}"
    if kind in ("studiedag", "lezing"):
        return f"{kind.capitalize()}: {subject}"
    return subject


def _columns(maker: _Maker, kind: str, shape: dict[str, Any], subject: str) -> dict[str, str]:
    """Return the columns of a series, thinned by how well the series is documented."""
    words = maker.world["vocabulary"]
    short = kind in ("studiedag", "lezing")
    columns = {
        "titel": _title(maker, kind, subject),
        "soort": kind,
        "vks_niveau": str(maker.one_of([5, 6, 6, 7])),
        "leervorm": maker.one_of(["fysiek", "hybride", "hybride", "afstand"]),
        "leerresultaten": "" if short else maker.one_of(words["outcomes"]).format(subject.lower()),
        "leerresultaten_vooraf": "" if short else maker.one_of(["J", "J", "J", "N"]),
        "evaluatievorm": maker.one_of(words["no_assessments"] if short else words["assessments"]),
        "evaluatie_vooraf": "" if short else maker.one_of(["J", "J", "J", "J", "N"]),
        "kwaliteitszorg": maker.one_of(["intern", "instellingsreview", "beide", "beide"]),
        "behoefte": maker.one_of(
            ["arbeidsmarkt", "arbeidsmarkt|maatschappelijk", "persoonlijk", "cultureel"]
        ),
        "doelbewuste_selectie": maker.one_of(
            ["J", "J", "N"] if kind != "microcredential" else ["J"]
        ),
        "onderwijstaal": maker.one_of(words["languages"]),
        "isced_f": maker.one_of(words["isced"]),
        "attest": maker.one_of(shape["certificate"]),
    }
    full, partly, _ = maker.world["series"]["documented"]
    drawn = maker.rng.random()
    if drawn >= full:
        missing = maker.world["series"]["field_missing_share"] if drawn < full + partly else 0.85
        for name in list(columns):
            if name not in ("titel", "soort") and maker.happens(missing):
                columns[name] = ""
    return columns | _size(maker, shape)


def _size(maker: _Maker, shape: dict[str, Any]) -> dict[str, str]:
    drawn = maker.rng.random()
    if drawn < shape["hours"]:
        return {"omvang": str(maker.one_of([3, 6, 12, 18, 24, 30])), "omvang_eenheid": "uren"}
    if drawn < shape["hours"] + shape["lestijden"]:
        return {"omvang": str(maker.one_of([8, 16, 40])), "omvang_eenheid": "lestijden"}
    if drawn > 0.95:
        return {"omvang": "", "omvang_eenheid": ""}
    return {"omvang": str(maker.one_of(shape["ects"])), "omvang_eenheid": "ects"}


def _dates(maker: _Maker, kind: str, year: int) -> dict[str, str]:
    """Return start and end; some series never say, and the start is then unknown."""
    if maker.happens(0.3):
        return {}
    start = np.datetime64(f"{year}-10-01") + np.timedelta64(int(maker.rng.integers(140)), "D")
    length = 0 if kind in ("studiedag", "lezing") else int(maker.rng.integers(20, 120))
    return {
        "startdatum": str(start),
        "einddatum": str(start + np.timedelta64(length, "D")),
    }


def _recipe(maker: _Maker) -> tuple[int, int, int, int]:
    """Return composition, programme, place of the first component, number of components."""
    composition = int(maker.rng.choice(5, p=maker.world["series"]["composition"]))
    drawn = maker.rng.integers(0, [1000, 5])
    return composition, int(drawn[0]), int(drawn[1]), int(maker.rng.integers(1, 4))


def _components(
    maker: _Maker,
    programmes: list[Programme],
    recipe: tuple[int, int, int, int],
    columns: dict[str, str],
) -> tuple[tuple[Component, ...], str]:
    """Return the building blocks of a run, and the type an honest institution declares for it."""
    composition, which, first, count = recipe
    if columns["soort"] in ("studiedag", "lezing", "andere"):
        return (), ""
    degrees = [one for one in programmes if one.kind in DEGREE_KINDS]
    existing = tuple(
        Component(one.code, one.title, one.credits_ects, origin="bestaand_opleidingsonderdeel")
        for one in degrees[which % len(degrees)].components[first : first + count]
    )
    code = columns["aanbod_code"]

    def made(origin: str, number: int) -> Component:
        title = f"{columns['titel'][:40]} deel {number}"
        own = f"{code}{number}" if maker.settings.get("code") == "integer" else f"{code}.{number}"
        return Component(own, title, "3", origin=origin)

    if composition == 0:
        return existing, "1"
    if composition == 1:
        return (*existing, made("nieuw", 1)), "2"
    if composition == 2:
        return tuple(made("bestaande_inhoud", place + 1) for place in range(count)), "3"
    if composition == 3:
        return tuple(made("levenslang_leren", place + 1) for place in range(count)), "4"
    return (), maker.one_of(["3", "4", "3a", "3b"])
