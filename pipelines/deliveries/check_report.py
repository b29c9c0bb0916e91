"""How a verdict looks on the terminal of a steward: per rule what, where, allowed, how to mend.

Border: the texts of the rules are data (``rules.yml``); nothing is judged here.
"""

import shlex
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import polars as pl

from pipelines.console import StaalkaartError
from pipelines.deliveries.check import Verdict, check_file
from pipelines.deliveries.comparison import NotCompared, compare_codes
from pipelines.deliveries.contract_proposal import propose_contract
from pipelines.deliveries.kinds import load_kinds
from pipelines.deliveries.limited import LimitedReaders
from pipelines.deliveries.return_file import write_return_file
from pipelines.deliveries.rules import FileRefused, load_rules
from pipelines.settings import Settings

Lang = Literal["nl", "en"]
ROWS_SHOWN = 5
FILES_NAMED = 3
_WORDS: dict[Lang, dict[str, str]] = {
    "nl": {
        "error": "FOUT  ",
        "warning": "LET OP",
        "row": "rij",
        "more": "en nog {count}",
        "allowed": "toegelaten: ",
        "mend": "herstel: ",
        "proposal": "voorstel",
        "of": "van",
        "unknown": "onbekend",
        "closing": "{read} gelezen, {accepted} aanvaard, {rejected} geweigerd.",
        "refused": "Het bestand wordt geweigerd.",
        "rows": "rijen",
        "return": "Verbeterbestand: ",
        "not_returned": "Het verbeterbestand kon niet worden geschreven in {folder}.",
        "mapping": "Voorstel voor pipelines/deliveries/contracts/{unit}.yml:",
        "total": "{count} bestanden: {closing}",
        "not_compared": "Niet vergeleken: {columns} ({scopes}); hier ontbreekt: {kinds}. De "
        "nachtelijke run vergelijkt die codes; nu al zien: staalkaart check {files}",
    },
    "en": {
        "error": "ERROR ",
        "warning": "NOTE  ",
        "row": "row",
        "more": "and {count} more",
        "allowed": "allowed: ",
        "mend": "mend: ",
        "proposal": "proposal",
        "of": "of",
        "unknown": "unknown",
        "closing": "{read} read, {accepted} accepted, {rejected} rejected.",
        "refused": "The file is refused.",
        "rows": "rows",
        "return": "Return file: ",
        "not_returned": "The return file could not be written in {folder}.",
        "mapping": "Proposal for pipelines/deliveries/contracts/{unit}.yml:",
        "total": "{count} files: {closing}",
        "not_compared": "Not compared: {columns} ({scopes}); missing here: {kinds}. The nightly "
        "run compares these codes; to see it now: staalkaart check {files}",
    },
}
_FORMATS = {
    "template_csv": "CSV",
    "template_xlsx": "XLSX",
    "own_table": "own_table",
    "study_guide_json": "JSON",
    "study_guide_courses_json": "JSON",
    "dho_history_xml": "DHO",
}


def check_files(
    settings: Settings,
    files: list[Path],
    institution: str | None,
    return_dir: Path | None,
    lang: str,
    say: Callable[[str], object],
) -> int:
    """Check files, say what was found and return the exit code: the worst of all files.

    Args:
        settings: Where the register and the contracts are.
        files: The files.
        institution: Whose deliveries they are, or None.
        return_dir: Where return files are written, or None.
        lang: ``nl`` or ``en``.
        say: Takes one line of text.

    Raises:
        StaalkaartError: A file is not there, or institution or language is unknown.
    """
    language = _language(lang)
    words = _WORDS[language]
    with LimitedReaders() as readers:
        read = [check_file(settings, path, institution, readers) for path in files]
        verdicts, not_compared = compare_codes(settings, read)
        for verdict, as_read in zip(verdicts, read, strict=True):
            for line in report(verdict, language):
                say(line)
            for line in _mapping(verdict, readers, language):
                say(line)
            if return_dir is not None:
                # The nightly run returns a delivery before it can compare it with others.
                for line in _returned(as_read, return_dir, readers, language):
                    say(line)
    if not_compared:
        say(_not_compared(not_compared, verdicts, language))
    if len(files) > 1:
        closing = _closing(verdicts, language)
        say(words["total"].format(count=len(files), closing=closing))
    return max(verdict.exit_code for verdict in verdicts)


def report(verdict: Verdict, language: Lang) -> Iterator[str]:
    """Yield the lines about one file."""
    words = _WORDS[language]
    yield f"{verdict.file_name}: {_what(verdict, language)}"
    is_guide = _is_guide(verdict)
    names_kinds = not is_guide and len(_kinds(verdict)) > 1
    findings = verdict.findings.with_columns(
        is_error=pl.col("severity") == "error",
        # An entry of a study guide is a row of several kinds; its fault is said once.
        part=pl.lit("") if is_guide else pl.col("kind"),
        # Every unknown header is a finding of its own column; together they are one remark.
        column_name=pl.when(pl.col("row_number") > 0).then("column_name"),
    )
    order = findings.sort("is_error", descending=True, maintain_order=True)
    keys = ["rule_id", "column_name", "part"]
    once = [*keys, "row_number", "value", "proposal", f"message_{language}"]
    distinct = order.unique(once, keep="first", maintain_order=True)
    for (rule_id, column, kind), rows in distinct.group_by(keys, maintain_order=True):
        where = f"{_template_name(str(kind))}: " if names_kinds else ""
        name = column if column is None else str(column)
        yield from _group(str(rule_id), name, rows, where, language)
    if verdict.is_refused:
        yield f"  {words['refused']}"
    yield f"  {_closing([verdict], language)}"


def _returned(
    verdict: Verdict, folder: Path, readers: LimitedReaders, language: Lang
) -> Iterator[str]:
    """Write the return file of a delivery and yield the line that says where it is."""
    words = _WORDS[language]
    if verdict.source is None:
        return
    stem = Path(verdict.file_name).stem + "-teruggave"
    try:
        written = write_return_file(verdict.source, verdict.findings, folder, stem, readers)
    except (OSError, FileRefused):
        yield f"  {words['not_returned'].format(folder=folder)}"
        return
    if written is not None:
        yield f"  {words['return']}{written}"


def _not_compared(left: list[NotCompared], verdicts: list[Verdict], language: Lang) -> str:
    """Return the one line about codes whose targets are not among the files."""
    kinds = [load_kinds()[each.reference.first_kind].template_name for each in left]
    scopes = [f"{each.institution_id} {year}" for each in left for year in each.academic_years]
    names = [shlex.quote(verdict.file_name) for verdict in verdicts if verdict.accepted]
    return _WORDS[language]["not_compared"].format(
        columns=_listed(each.reference.label for each in left),
        scopes=_listed(scopes),
        kinds=_listed(kinds),
        files=" ".join([*names[:FILES_NAMED], *(f"{kind}*.csv" for kind in dict.fromkeys(kinds))]),
    )


def _listed(names: Iterable[str]) -> str:
    """Return names as a short list, each once."""
    distinct = [*dict.fromkeys(names)]
    return ", ".join(distinct[:ROWS_SHOWN]) + (", …" if len(distinct) > ROWS_SHOWN else "")


def _mapping(verdict: Verdict, readers: LimitedReaders, language: Lang) -> Iterator[str]:
    """Yield a contract that would read a table whose headers are not those of the template."""
    proposal = propose_contract(verdict, readers, language)
    if proposal is None:
        return
    yield f"  {_WORDS[language]['mapping'].format(unit=verdict.unit or '<instelling>')}"
    yield from (f"    {line}" for line in proposal.splitlines())


def _is_guide(verdict: Verdict) -> bool:
    return any(part.format.startswith("study_guide") for part in verdict.parts)


def _kinds(verdict: Verdict) -> set[str]:
    return {part.kind for part in verdict.parts}


def _template_name(kind: str) -> str:
    """Return a kind as stewards know it: the name of its file or sheet."""
    kinds = load_kinds()
    return kinds[kind].template_name or kind if kind in kinds else kind


def _group(
    rule_id: str, column: str | None, rows: pl.DataFrame, where: str, language: Lang
) -> Iterator[str]:
    words = _WORDS[language]
    rule = load_rules()[rule_id]
    allowed = next(iter(rows["allowed"].drop_nulls()), "")
    count = rows["row_number"].n_unique()
    facts: dict[str, Any] = {"column": column or "", "allowed": allowed, "count": count}
    mend = rule.mend(language, **facts)
    indent = " " * 10
    if rows["row_number"].max() == 0:
        for message in rows[f"message_{language}"]:
            yield f"  {words[rule.severity]}  {where}{message}"
        return
    if count == 1:
        message = rows[f"message_{language}"][0].removesuffix(mend).strip()
    else:
        message = rule.plural(language, **facts)
    yield f"  {words[rule.severity]}  {where}{message}"
    places = rows.unique(["row_number", "value", "proposal"], keep="first", maintain_order=True)
    shown = [_place(row, words) for row in places.head(ROWS_SHOWN).iter_rows(named=True)]
    if places.height > ROWS_SHOWN:
        shown.append(words["more"].format(count=_thousands(places.height - ROWS_SHOWN, language)))
    yield f"{indent}{'; '.join(shown)}"
    if allowed and "{allowed}" not in rule.mend_nl:
        yield f"{indent}{words['allowed']}{allowed}"
    yield f"{indent}{words['mend']}{mend}"


def _place(row: dict[str, Any], words: dict[str, str]) -> str:
    place = f"{words['row']} {row['row_number']}"
    if row["value"] is not None:
        place += f": '{row['value']}'"
    if row["proposal"] is not None:
        place += f" ({words['proposal']}: {row['proposal']})"
    return place


def _what(verdict: Verdict, language: Lang) -> str:
    words = _WORDS[language]
    names = [_template_name(part.kind) for part in verdict.parts]
    known = [name for name in names if name != "unknown"]
    form = _FORMATS.get(verdict.parts[0].format, "") if verdict.parts else ""
    what = ", ".join(known) or words["unknown"]
    whose = f" {words['of']} {verdict.unit}" if verdict.unit else ""
    return f"{what}{whose}" + (f" ({form})" if form else "")


def _closing(verdicts: list[Verdict], language: Lang) -> str:
    words = _WORDS[language]
    read = sum(verdict.rows_read for verdict in verdicts)
    rejected = sum(verdict.rows_rejected for verdict in verdicts)
    unit = words["row"] if read == 1 else words["rows"]
    return words["closing"].format(
        read=f"{_thousands(read, language)} {unit}",
        accepted=_thousands(read - rejected, language),
        rejected=_thousands(rejected, language),
    )


def _thousands(number: int, language: Lang) -> str:
    return f"{number:,}" if language == "en" else f"{number:,}".replace(",", ".")


def _language(lang: str) -> Lang:
    if lang == "nl":
        return "nl"
    if lang == "en":
        return "en"
    raise StaalkaartError(f"Taal '{lang}' is er niet. Gebruik nl of en.")
