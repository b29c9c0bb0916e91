"""The ``staalkaart`` command: thin, Dutch first, no traceback for bad input.

Heavy libraries are imported by the command that needs them, so that help is there at once.

Border: no work is done here; a command calls the module that does it and shows what came back.
"""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipelines.console import StaalkaartError
from pipelines.storage import storage_reason
from pipelines.synthetic.defaults import DEFAULT_LEARNERS, DEFAULT_SEED, DEFAULT_YEARS

app = typer.Typer(
    name="staalkaart",
    help="Van leveringen van instellingen naar de gepubliceerde warehouse en haar antwoorden.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Raw = Annotated[Path | None, typer.Option("--raw", help="Map met leveringen (data/raw).")]
Data = Annotated[Path | None, typer.Option("--data", help="Map voor al wat ontstaat (data).")]
AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="Wat op deze dag geweten was."),
]
Verify = Annotated[bool, typer.Option("--verify", help="Ook ongewijzigde bestanden opnieuw lezen.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Geen voortgang en geen tabellen.")]
Measures = Annotated[
    list[str] | None, typer.Option("--measure", help="Wat geteld wordt, zoals learners.")
]
Readings = Annotated[
    list[str] | None, typer.Option("--definition", help="Onder welke lezing; eerst de hoofdlijn.")
]
Institutions = Annotated[
    list[str] | None, typer.Option("--institution", help="Alleen deze instelling.")
]
InstitutionKinds = Annotated[
    list[str] | None, typer.Option("--institution-kind", help="Alleen deze soort instelling.")
]
Language = Annotated[str, typer.Option("--lang", help="Taal van het antwoord: nl of en.")]


@app.callback()
def staalkaart() -> None:
    """Van leveringen van instellingen naar de gepubliceerde warehouse en haar antwoorden."""


@app.command()
def run(
    raw: Raw = None,
    data: Data = None,
    as_of: AsOf = None,
    verify: Verify = False,
    quiet: Quiet = False,
) -> None:
    """De nachtelijke run in dit proces: lezen, bouwen, controleren, publiceren, antwoorden.

    Eindigt met 0 (gepubliceerd), 1 (poort hield tegen, niets gepubliceerd), 2 (gebruik, slot,
    sleutel of mengen) of 3 (een bestand geweigerd of een instelling in fout, de rest gepubliceerd).
    """
    from pipelines.nightly import run_nightly
    from pipelines.settings import load_settings

    settings = load_settings(raw, data, as_of.date() if as_of else None, verify)
    raise typer.Exit(run_nightly(settings, is_quiet=quiet))


@app.command()
def answer(
    question: Annotated[
        str | None, typer.Argument(metavar="[VRAAG]", help="Nummer van een vraag, zoals 223.")
    ] = None,
    measure: Measures = None,
    definition: Readings = None,
    by: Annotated[
        str | None,
        typer.Option("--by", help="Een uitsplitsing, of een kruising van twee: level,mode."),
    ] = None,
    years: Annotated[
        str | None,
        typer.Option("--years", help="2022-2023:2023-2024, of losse jaren met een komma."),
    ] = None,
    institution: Institutions = None,
    institution_kind: InstitutionKinds = None,
    data: Data = None,
    lang: Language = "nl",
    out: Annotated[Path | None, typer.Option("--out", help="Map voor het antwoord.")] = None,
    disclosure: Annotated[
        str, typer.Option("--disclosure", help="rounding (afgerond) of suppression (exact, met c).")
    ] = "rounding",
    audit: Annotated[
        bool, typer.Option("--audit", help="Bewijs dat afgeronde cijfers niets onthullen.")
    ] = False,
    compare: Annotated[
        Path | None, typer.Option("--compare", help="Eerdere antwoordmap: wat verschilt en waarom.")
    ] = None,
) -> None:
    """Schrijf het antwoord op een vraag, alleen uit het gepubliceerde bestand.

    De vraag heeft een nummer en een bestand, of ze staat in de opties (--measure, --definition,
    --years); die mogen meer dan één keer. Publiceerde de laatste run niets, dan komt het antwoord
    uit wat eerder gepubliceerd is en zegt het dat bovenaan.
    """
    from pipelines.answers.ad_hoc import Options
    from pipelines.answers.asking import answer_asked
    from pipelines.settings import load_settings

    options = Options(
        measures=tuple(measure or ()),
        definitions=tuple(definition or ()),
        by=by,
        years=years,
        institutions=tuple(institution or ()),
        institution_kinds=tuple(institution_kind or ()),
    )
    settings = load_settings(data=data)
    if audit or disclosure == "suppression":
        typer.echo(
            "Getoetst wordt wat alle cijfers over personen samen onthullen; voor een groot "
            "antwoord duurt dat vele minuten.",
            err=True,
        )
    for line in answer_asked(settings, question, options, lang, out, disclosure, audit, compare):
        typer.echo(line)


@app.command()
def release(
    answer_folder: Annotated[Path, typer.Argument(metavar="ANTWOORD", help="De antwoordmap.")],
    author: Annotated[str, typer.Option("--author", help="Wie het antwoord maakte.")],
    approver: Annotated[str, typer.Option("--approver", help="Wie het goedkeurt; iemand anders.")],
    data: Data = None,
) -> None:
    """Leg vast dat een antwoord gepubliceerd wordt, na toetsing met alles wat al vrijgegeven is.

    Eindigt met 2 als het, alleen of samen met een eerder antwoord, een kleine groep onthult.
    """
    from pipelines.answers.releasing import release_answer
    from pipelines.operations.clock import now
    from pipelines.settings import load_settings

    for line in release_answer(load_settings(data=data), answer_folder, author, approver, now()):
        typer.echo(line)


@app.command()
def explain(
    offering: Annotated[
        str | None, typer.Argument(metavar="[AANBOD]", help="Aanbod, zoals ugent:A1.")
    ] = None,
    enrolment: Annotated[
        str | None,
        typer.Option("--enrolment", metavar="SLEUTEL", help="Zoals ugent:2023-2024:E23-17."),
    ] = None,
    year: Annotated[
        str | None, typer.Option("--year", help="Academiejaar; anders het nieuwste.")
    ] = None,
    definition: Annotated[
        str | None, typer.Option("--definition", help="Eén lezing; anders alle.")
    ] = None,
    count: Annotated[
        str | None,
        typer.Option("--count", metavar="SLEUTEL", help="Sleutel van een cijfer in een antwoord."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=0, help="Bij --count: zoveel per lijst (25); 0 is alles."),
    ] = None,
    data: Data = None,
    lang: Language = "nl",
) -> None:
    """Waarom een aanbod of inschrijving meetelt, of waar een cijfer vandaan komt, tot op de rij."""
    from pipelines.explaining.explain import explain as explain_one
    from pipelines.explaining.rendering import show
    from pipelines.settings import load_settings

    settings = load_settings(data=data)
    show(explain_one(settings, offering, enrolment, year, definition, lang, count, limit))


@app.command()
def query(
    statement: Annotated[
        str, typer.Argument(metavar="SQL", help="Eén vraag die leest; - leest ze van de invoer.")
    ],
    data: Data = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=0, help="Zoveel rijen (tabel 200, CSV alle); 0 is alle."),
    ] = None,
    csv: Annotated[
        bool, typer.Option("--csv", help="CSV met puntkomma's in plaats van een tabel.")
    ] = False,
) -> None:
    """Stel één vraag in SQL aan het gepubliceerde bestand, zonder iets anders te kunnen bereiken.

    Het bestand heeft exacte gepseudonimiseerde rijen: wat eruit komt is geen publicatie.
    Eindigt met 0 of 2 (niet toegelaten, niet mogelijk of te groot; met wat te doen).
    """
    from pipelines.settings import load_settings
    from pipelines.sharing.showing import show_query

    show_query(load_settings(data=data).published_file, statement, limit, csv)


@app.command()
def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="BESTAND…", help="Een of meer leveringen.")
    ],
    institution: Annotated[
        str | None, typer.Option("--institution", help="Instelling; anders uit map, naam of rijen.")
    ] = None,
    return_dir: Annotated[
        Path | None, typer.Option("--return", help="Map voor een verbeterbestand per levering.")
    ] = None,
    lang: Language = "nl",
) -> None:
    """Keur leveringen zonder ze te laden, zoals de nachtelijke run; geen sleutel nodig.

    Eindigt met 0 (in orde), 1 (rijen geweigerd) of 2 (een bestand geweigerd of onleesbaar).
    """
    from pipelines.deliveries.reader_processes import start_ahead

    start_ahead()
    from pipelines.deliveries.check_report import check_files
    from pipelines.settings import load_settings

    raise typer.Exit(check_files(load_settings(), files, institution, return_dir, lang, typer.echo))


@app.command()
def rebuild(
    moment: Annotated[
        str | None, typer.Argument(metavar="[KOPIE]", help="Zoals 2024-12-20; anders de nieuwste.")
    ] = None,
    data: Data = None,
) -> None:
    """Herbouw een gedateerde kopie uit de landing en vergelijk elke cel.

    Eindigt met 0 (gelijk), 1 (verschillen) of 2 (geen kopie, andere code, landing onvolledig).
    """
    from pipelines.settings import load_settings
    from pipelines.summary import show_rebuild

    raise typer.Exit(show_rebuild(load_settings(data=data), moment))


@app.command()
def ui(
    raw: Raw = None,
    data: Data = None,
    port: Annotated[int, typer.Option("--port", help="Poort op deze machine.")] = 3000,
    has_schedule: Annotated[
        bool, typer.Option("--schedule/--no-schedule", help="Zelf elke nacht om 02:00 beginnen.")
    ] = True,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Alleen kijken: niets starten of wijzigen.")
    ] = False,
) -> None:
    """Dagsters webinterface op dezelfde stand van zaken, alleen op deze machine bereikbaar."""
    from pipelines.interface import serve
    from pipelines.settings import load_settings

    serve(load_settings(raw, data), port, has_schedule, read_only)


@app.command()
def generate(
    out: Annotated[Path, typer.Option("--out", help="Nieuwe of lege map voor de leveringen.")],
    learners: Annotated[
        int, typer.Option("--learners", help="Lerenden per academiejaar.")
    ] = DEFAULT_LEARNERS,
    years: Annotated[int, typer.Option("--years", help="Aantal academiejaren.")] = DEFAULT_YEARS,
    seed: Annotated[
        int, typer.Option("--seed", help="Zaad: zelfde zaad, zelfde bytes.")
    ] = DEFAULT_SEED,
    faults: Annotated[bool, typer.Option("--faults", help="Ook fouten zoals in het echt.")] = False,
    quiet: Quiet = False,
) -> None:
    """Maak synthetische leveringen in de echte formaten."""
    from pipelines.summary import progress_of
    from pipelines.synthetic.generate import generate as generate_deliveries

    with progress_of("Leveringen maken", quiet) as advance:
        generate_deliveries(out, learners, years, seed, faults, advance)
    typer.echo(f"Synthetische leveringen: {out}")


@app.command()
def fetch(
    source: Annotated[str, typer.Argument(metavar="BRON", help="study-guides.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Map voor de leveringen (real/raw).")
    ] = None,
    mirror: Annotated[
        str | None, typer.Option("--from", metavar="ADRES", help="Spiegel van de repository.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Haal openbare leveringen op; de enige opdracht die het internet gebruikt.

    Eindigt met 0 (alles is er), 2 (niet alles is te halen) of 3 (een bestand heeft een andere
    controlesom dan de lijst; het staat apart en wordt niet gelezen).
    """
    from pipelines.operations.fetch import fetch_source
    from pipelines.settings import PROJECT_ROOT

    fetch_source(source, out or PROJECT_ROOT / "real" / "raw", mirror, quiet, typer.echo)


@app.command()
def status(
    file: Annotated[
        Path | None, typer.Argument(metavar="[BESTAND]", help="Waar de pagina komt (met --html).")
    ] = None,
    data: Data = None,
    html: Annotated[
        bool, typer.Option("--html", help="Schrijf één pagina; zonder BESTAND in de gegevensmap.")
    ] = False,
    lang: Language = "nl",
) -> None:
    """Het ochtendbulletin: hoe vers alles is, wat eerst te doen is, en wat het blokkeert.

    Eindigt met 0 (vers), 1 (verouderd of niets gepubliceerd) of 2 (gebruik).
    """
    from pipelines.operations.bulletin.report import report_status
    from pipelines.settings import load_settings

    raise typer.Exit(report_status(load_settings(data=data), html, file, lang, typer.echo))


@app.command()
def watchdog(
    data: Data = None,
    test_mail: Annotated[
        bool, typer.Option("--test-mail", help="Verstuur alleen een proefbericht.")
    ] = False,
) -> None:
    """Zeg of de nachtelijke run nog loopt, en meld het per e-mail als dat verandert.

    Eindigt met 0 (in orde) of 1. Zonder dit programma: python -m pipelines.operations.watchdog.
    """
    from pipelines.operations.watchdog import run_watchdog

    raise typer.Exit(run_watchdog(data, test_mail))


@app.command()
def retention(
    apply: Annotated[bool, typer.Option("--apply", help="Verwijder; anders alleen tonen.")] = False,
    raw: Raw = None,
    data: Data = None,
    synthetic: Annotated[
        bool, typer.Option("--synthetic", help="Ook synthetische leveringen verwijderen.")
    ] = False,
) -> None:
    """Toon of verwijder leveringen over personen die langer bewaard zijn dan mag.

    Alleen wat geland is en nog dezelfde bytes heeft. Eindigt met 0, 1 (iets kon niet weg) of 2.
    """
    from pipelines.operations.retention_report import report_retention
    from pipelines.settings import load_settings

    raise typer.Exit(report_retention(load_settings(raw, data), apply, synthetic, typer.echo))


def main() -> None:
    """Run the command; a problem that people can mend is one message and an exit code."""
    try:
        app()
    except StaalkaartError as problem:
        typer.echo(f"Fout: {problem}", err=True)
        sys.exit(problem.exit_code)
    except (OSError, MemoryError) as error:
        reason = storage_reason(error)
        if reason is None:
            raise
        typer.echo(f"Fout: {reason} ({getattr(error, 'filename', None) or 'geen pad'}).", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        typer.echo("Afgebroken; het gepubliceerde bestand is niet gewijzigd.", err=True)
        sys.exit(130)
