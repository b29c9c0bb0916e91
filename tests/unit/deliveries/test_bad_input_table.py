"""Bad input, item by item: tables as text, and what stands in their rows.

Each item arrives beside a good delivery, which lands all the same; the verdict of ``staalkaart
check`` is that of the nightly run. Workbooks stand in test_bad_input_workbooks.py; documents, paths
and the order of arrival in test_bad_input_documents.py.
"""

import pytest
from bad_input import Item, assert_handled, refused
from drop_folder import ENROLMENT_HEADER, OFFERING_HEADER, Drop, enrolment, insz
from rule_fixtures import CELLS, workbook

pytestmark = pytest.mark.long

HEADER = OFFERING_HEADER
ONE = "ugent;2023-2024;A1;Café;mooc;3;ects"
TWO = "ugent;2023-2024;A2;Recht;mooc;3;ects"
ENROLMENTS = "ugent/2024-11-04/inschrijvingen.csv"
BOTH = ("Café", "Recht")


def lines(*rows: str, header: str = HEADER, end: str = "\n") -> str:
    return "\n".join([header, *rows]) + end


def accepted(
    content: str | bytes, *rules: str, says: tuple[str, ...] = (), contract: str = ""
) -> Item:
    return Item(content, rules, says, rows=(2, 0), lands=BOTH, contract=contract)


TABLE = lines(ONE, TWO)
UTF_16 = TABLE.encode("utf-16")
ENCODINGS = {
    "UTF-8 with a byte order mark": accepted(
        TABLE.encode("utf-8-sig"), "encoding_noted", says=("UTF-8 (BOM)",)
    ),
    "UTF-16, little-endian": accepted(
        b"\xff\xfe" + TABLE.encode("utf-16-le"), "encoding_noted", says=("UTF-16",)
    ),
    "UTF-16, big-endian": accepted(
        b"\xfe\xff" + TABLE.encode("utf-16-be"), "encoding_noted", says=("UTF-16",)
    ),
    "UTF-32": accepted(TABLE.encode("utf-32"), "encoding_noted", says=("UTF-32",)),
    "Windows-1252 as declared": accepted(
        TABLE.encode("cp1252"),
        "encoding_noted",
        says=("Windows-1252",),
        contract="encoding: cp1252",
    ),
    "Windows-1252 undeclared": accepted(
        TABLE.encode("cp1252"), "encoding_assumed", says=("Windows-1252", "UTF-8")
    ),
    "Windows-1252 where UTF-8 is declared": refused(
        "encoding_wrong", TABLE.encode("cp1252"), "UTF-8", contract="encoding: utf-8"
    ),
    "no encoding at all": refused("encoding_wrong", TABLE.encode() + b"\x81\n", "UTF-8"),
    "UTF-16 without its mark": refused("content_binary", UTF_16[2:], "NUL"),
}
BROKEN_TEXT = {
    "NUL bytes": refused("content_binary", lines(ONE, TWO.replace("R", "\0")), "NUL"),
    "NUL behind a byte order mark": refused(
        "content_binary", lines(ONE.replace("é", "\0")).encode("utf-8-sig"), "NUL"
    ),
    "NUL in UTF-16": refused(
        "content_binary", lines(ONE.replace("é", "\0")).encode("utf-16"), "NUL"
    ),
    "a delimiter that nobody uses": refused(
        "header_missing_columns", TABLE.replace(";", "^"), "instellingsnummer", "kopregel"
    ),
    "another delimiter than declared": refused(
        "header_missing_columns", TABLE, "aanbod_code", contract="delimiter: ','"
    ),
    "another delimiter in the rows": Item(
        lines(ONE.replace(";", ","), TWO.replace(";", ",")),
        ("row_width", "no_row_accepted"),
        ("1 velden in plaats van 7", "2 gelezen"),
        is_refused=True,
        rows=(0, 2),
    ),
    "a decimal comma as delimiter": Item(
        lines(ONE, TWO.replace(";3;", ";4;5;")),
        ("row_width",),
        ("8 velden in plaats van 7", "aanhalingstekens"),
        rows=(1, 1),
        lands=("Café",),
    ),
    "an unclosed quote in the middle": refused(
        "quote_unclosed", lines(ONE.replace("Café", '"Café'), TWO), "(regel 2)"
    ),
    "an unclosed quote at the end": refused(
        "quote_unclosed", lines(ONE, TWO.replace("Recht", '"Recht'), end=""), "(regel 3)"
    ),
    "a truncated last line": refused("file_truncated", lines(ONE, TWO[:12], end=""), "(3)"),
    "a file cut inside a letter": refused(
        "file_truncated", lines(ONE, "ugent;2023-2024;A2;Caf", end="").encode() + b"\xc3", "(3)"
    ),
    "UTF-16 cut inside a character": refused("file_truncated", UTF_16[:-1], "laatste regel"),
    "no final newline and a short row": refused(
        "file_truncated", lines(ONE, TWO.rpartition(";")[0], end=""), "(3)"
    ),
    "no final newline and a whole row": accepted(lines(ONE, TWO, end="")),
    "a short row": Item(
        lines(ONE, TWO.rpartition(";")[0]),
        ("row_width",),
        ("6 velden in plaats van 7",),
        rows=(1, 1),
        lands=("Café",),
    ),
}
HEADERS = {
    "a header twice": refused(
        "header_repeated", lines(f"{ONE};x", header=f"{HEADER};titel"), "'titel'"
    ),
    "a header twice in other letters": refused(
        "header_repeated", lines(f"{ONE};x", header=f"{HEADER};Aanbod-Code"), "'Aanbod-Code'"
    ),
    "a required header missing": refused(
        "header_missing_columns",
        "instellingsnummer;titel\nugent;Zorg\n",
        "academiejaar, aanbod_code",
    ),
    "a required header under a synonym": refused(
        "header_missing_columns",
        lines(ONE, header=HEADER.replace("academiejaar", "schooljaar")),
        "academiejaar",
        "'schooljaar' voor academiejaar",
    ),
    "an unknown header": accepted(
        lines(f"{ONE};x", f"{TWO};y", header=f"{HEADER};opmerking"),
        "header_unknown",
        says=("'opmerking'",),
    ),
    "reordered headers": accepted(
        "\n".join(";".join(reversed(line.split(";"))) for line in TABLE.splitlines()) + "\n"
    ),
}
OTHER_CONTENT = {
    "an empty file": refused("file_empty", b"", "leeg"),
    "nothing but blank lines": refused("file_empty", "\n\n\n", "leeg"),
    "a header only": refused("header_only", lines(), "geen rijen"),
    "HTML named .csv": refused("content_html", "<!DOCTYPE html><html></html>", "webpagina", "CSV"),
    "HTML in UTF-16 named .csv": refused("content_html", "<html>".encode("utf-16"), "webpagina"),
    "XLSX named .csv": refused("content_xlsx", workbook({"aanbod": CELLS}), "Excel", "CSV UTF-8"),
    "XLS named .csv": refused("content_xlsx", b"\xd0\xcf\x11\xe0" + bytes(600), "Excel"),
    "a line over 1 MB": refused(
        "line_too_long", lines(ONE.replace("Café", "x" * 1_100_000), TWO), "1 MB"
    ),
    "a header over 1 MB": refused("line_too_long", "x" * 1_100_000, "1 MB", "regeleinden"),
    "501 columns": refused(
        "too_many_columns", ";".join(f"k{n}" for n in range(501)) + "\n1\n", "501", "500"
    ),
}


def people(*numbers: str) -> str:
    return lines(
        *(enrolment(n, insz=number) for n, number in enumerate(numbers)), header=ENROLMENT_HEADER
    )


EARLY = insz(56_212_003)
WHOLE = insz(850_730_001)
NUMBERS = {
    "an INSZ that lost its zero": Item(
        people(EARLY[1:], WHOLE),
        ("national_number_repaired",),
        ("tien cijfers", "hersteld"),
        ENROLMENTS,
        rows=(2, 0),
    ),
    "a lost zero that nothing proves": Item(
        people(WHOLE[:-1], WHOLE),
        ("national_number_length",),
        ("geen elf cijfers (waarde niet getoond)",),
        ENROLMENTS,
        rows=(1, 1),
    ),
    "an INSZ with a slip": Item(
        people(WHOLE[:-2] + WHOLE[:-3:-1], insz(850_730_002)),
        ("national_number_check",),
        ("controlecijfers", "waarde niet getoond"),
        ENROLMENTS,
        rows=(1, 1),
    ),
    "3-mei as credits": Item(
        lines(ONE, TWO.replace(";3;", ";3-mei;")),
        ("number_date_like",),
        ("'3-mei'", "op tekst"),
        rows=(1, 1),
        lands=("Café",),
        proposes=("3,5",),
    ),
    "45780 as credits": Item(
        lines(ONE, TWO.replace(";3;", ";45780;")),
        ("number_date_like",),
        ("'45780'",),
        rows=(1, 1),
        lands=("Café",),
        proposes=("3,5",),
    ),
}
INSTITUTIONS = {
    "another institution in some rows": Item(
        lines(ONE, TWO.replace("ugent", "vub")),
        ("institution_foreign",),
        ("'vub'", "levering van ugent"),
        rows=(1, 1),
        lands=("Café",),
    ),
    "an unknown institution in some rows": Item(
        lines(ONE, TWO.replace("ugent", "999999")),
        ("institution_not_known",),
        ("'999999'", "ugent"),
        rows=(1, 1),
        lands=("Café",),
    ),
    "another institution in all rows": Item(
        TABLE.replace("ugent", "vub"),
        ("all_rows_foreign",),
        ("ugent", "map van de instelling"),
        is_refused=True,
        rows=(0, 2),
    ),
}
ITEMS = ENCODINGS | BROKEN_TEXT | HEADERS | OTHER_CONTENT | NUMBERS | INSTITUTIONS


@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS)
def test_a_bad_table_is_refused_or_repaired_as_said_and_the_others_land(
    drop: Drop, item: Item
) -> None:
    assert_handled(drop, item)


def test_no_item_of_the_table_is_named_twice() -> None:
    groups = (ENCODINGS, BROKEN_TEXT, HEADERS, OTHER_CONTENT, NUMBERS, INSTITUTIONS)
    assert len(ITEMS) == sum(map(len, groups))
