"""The styles of the Word document: whoever edits it changes a style once, not every paragraph.

The built-in names are Word's own, so that Word shows them in its user's language. Arial is
everywhere where Word is, so that lines and pages break alike.

Border: what is written in which style is decided in ``word`` and ``word_tables``.
"""

from dataclasses import dataclass

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

FONT = "Arial"
INK, SOFT, MARK, TINT, LINE = "1d1d1d", "555555", "0b3c5d", "eef3f7", "c9c9c9"
BANNER_FILL, BANNER_INK, FRAME = "fff3bf", "3d2e00", "8a1c1c"
TABLE_STYLE = "StaalkaartTabel"
BOX_SPACE = 3  # points between a shaded paragraph and the edge of its shade
# The lists of the document, all with the same bullets: one for each style that has them.
LISTS = {"ListBullet": 1, "Nootlijst": 2}


@dataclass(frozen=True)
class Look:
    """One paragraph style.

    Attributes:
        identifier: How paragraphs name it.
        name: How Word shows it; lower-case names are Word's own.
        points: Letter size.
        before, after: White above and below, in points.
        indent: White at the left, in points.
        hanging: How far the first line stands further left, in points.
        outline: Level among the headings, from zero.
    """

    identifier: str
    name: str
    points: float = 10
    before: float = 0
    after: float = 6
    color: str = INK
    is_bold: bool = False
    is_italic: bool = False
    fill: str | None = None
    indent: float = 0
    hanging: float = 0
    outline: int | None = None
    keeps_with_next: bool = False
    is_centred: bool = False


LOOKS = (
    Look("Title", "Title", 16, 8, 12, MARK, is_bold=True, keeps_with_next=True),
    Look("Heading1", "heading 1", 14, 22, 6, MARK, True, outline=0, keeps_with_next=True),
    Look("Heading2", "heading 2", 11, 14, 4, MARK, True, outline=1, keeps_with_next=True),
    Look("Caption", "caption", 9.5, 12, 4, is_bold=True, keeps_with_next=True),
    Look("ListBullet", "List Bullet", after=3, indent=14, hanging=14),
    Look("Quote", "Quote", before=4, after=4, is_italic=True, indent=22),
    Look("Inhoudskop", "Inhoudskop", 14, 22, 6, MARK, True, keeps_with_next=True),
    Look("TOC1", "toc 1", after=3, indent=14, hanging=14),
    Look("Header", "header", 8, after=0, color=SOFT),
    Look("Footer", "footer", 8, after=0, color=SOFT, is_centred=True),
    Look("Kenmerk", "Kenmerk van de vraag", after=2, indent=120, hanging=120),
    Look(
        "GesteldeVraag",
        "Gestelde vraag",
        10,
        6,
        10,
        is_italic=True,
        fill=TINT,
        keeps_with_next=True,
    ),
    Look("Verwijzing", "Verwijzing naar tabel", 9, 3, 6, SOFT),
    Look("Noot", "Noot", 8, 2, 2, SOFT),
    Look("Nootlijst", "Nootlijst", 8, 0, 2, SOFT, indent=12, hanging=12),
    Look("Citaatbron", "Bron van het citaat", 8.5, 0, 8, SOFT, indent=22),
    Look("Banner", "Banner", 9, 0, 8, BANNER_INK, is_bold=True, fill=BANNER_FILL, is_centred=True),
    Look("Bannertekst", "Bannertekst", 9, 4, 16, BANNER_INK, fill=BANNER_FILL),
    Look("Tabelcel", "Tabelcel", 9, 0, 0),
    Look("NaTabel", "Na tabel", 4, 0, 4),
    Look("Figuur", "Figuur", 10, 0, 8),
)


def set_styles(document: Document, language: str) -> None:
    """Replace the styles of an empty document by those of an answer.

    Args:
        document: The document.
        language: The language of every text, such as ``nl-BE``.
    """
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:default")) != "1":
            styles.remove(style)
    normal = styles.get_by_id("Normal")
    styles.replace(normal, parse_xml(_paragraph_style(Look("Normal", "Normal"), is_default=True)))
    for look in LOOKS:
        styles.append(parse_xml(_paragraph_style(look)))
    styles.append(parse_xml(_table_style()))
    styles.replace(styles.find(qn("w:docDefaults")), parse_xml(_defaults(language)))
    _set_bullets(document)


def _paragraph_style(look: Look, is_default: bool = False) -> str:
    kind = 'w:default="1"' if is_default else 'w:customStyle="1"'
    if look.name[0].islower() or look.identifier in ("Title", "ListBullet", "Quote"):
        kind = ""
    based = "" if is_default else '<w:basedOn w:val="Normal"/><w:next w:val="Normal"/>'
    if look.identifier in LISTS or look.identifier in ("TOC1", "Tabelcel", "Kenmerk"):
        based = '<w:basedOn w:val="Normal"/>'
    return (
        f'<w:style {nsdecls("w")} w:type="paragraph" {kind} w:styleId="{look.identifier}">'
        f'<w:name w:val="{look.name}"/>{based}<w:uiPriority w:val="1"/><w:qFormat/>'
        f"<w:pPr>{_paragraph_properties(look)}</w:pPr><w:rPr>{_letter_properties(look)}</w:rPr>"
        "</w:style>"
    )


def _paragraph_properties(look: Look) -> str:
    """Return the properties in the order that the format prescribes."""
    parts = ["<w:keepNext/><w:keepLines/>" if look.keeps_with_next else ""]
    parts.append("<w:widowControl/>")
    if look.identifier in LISTS:
        number = LISTS[look.identifier]
        parts.append(f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>')
    if look.fill:
        sides = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:space="{BOX_SPACE}" w:color="{look.fill}"/>'
            for side in ("top", "left", "bottom", "right")
        )
        parts.append(f"<w:pBdr>{sides}</w:pBdr>")
        parts.append(f'<w:shd w:val="clear" w:color="auto" w:fill="{look.fill}"/>')
    if look.hanging:
        place = round(look.indent * 20)
        parts.append(f'<w:tabs><w:tab w:val="left" w:pos="{place}"/></w:tabs>')
    parts.append(
        f'<w:spacing w:before="{round(look.before * 20)}" w:after="{round(look.after * 20)}" '
        'w:line="264" w:lineRule="auto"/>'
    )
    if look.indent or look.fill:
        right = BOX_SPACE if look.fill else 0
        left = look.indent or right
        parts.append(
            f'<w:ind w:left="{round(left * 20)}" w:right="{round(right * 20)}" '
            f'w:hanging="{round(look.hanging * 20)}"/>'
        )
    if look.is_centred:
        parts.append('<w:jc w:val="center"/>')
    if look.outline is not None:
        parts.append(f'<w:outlineLvl w:val="{look.outline}"/>')
    return "".join(parts)


def _letter_properties(look: Look) -> str:
    size = round(look.points * 2)
    bold = "<w:b/><w:bCs/>" if look.is_bold else ""
    italic = "<w:i/><w:iCs/>" if look.is_italic else ""
    color = f'<w:color w:val="{look.color}"/>'
    return f'{bold}{italic}{color}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'


def _defaults(language: str) -> str:
    return (
        f"<w:docDefaults {nsdecls('w')}><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
        f'<w:lang w:val="{language}" w:eastAsia="{language}" w:bidi="ar-SA"/>'
        "</w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>"
    )


def _table_style() -> str:
    """Return the table style: lines between rows, a bold heading row, no boxes."""
    return (
        f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="{TABLE_STYLE}">'
        '<w:name w:val="Staalkaart tabel"/><w:basedOn w:val="TableNormal"/>'
        '<w:uiPriority w:val="1"/><w:qFormat/>'
        "<w:tblPr><w:tblBorders>"
        f'<w:top w:val="single" w:sz="8" w:space="0" w:color="{MARK}"/>'
        f'<w:bottom w:val="single" w:sz="8" w:space="0" w:color="{MARK}"/>'
        f'<w:insideH w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>'
        "</w:tblBorders><w:tblCellMar>"
        '<w:top w:w="24" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
        '<w:bottom w:w="24" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>'
        '</w:tblCellMar></w:tblPr><w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr>'
        '<w:tcPr><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr></w:style>'
    )


def _set_bullets(document: Document) -> None:
    """Leave one list in the document: bullets."""
    numbering = document.part.numbering_part.element
    for child in list(numbering):
        numbering.remove(child)
    declared = nsdecls("w")
    for number in LISTS.values():
        numbering.append(
            parse_xml(
                f'<w:abstractNum {declared} w:abstractNumId="{number}">'
                '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
                '<w:numFmt w:val="bullet"/><w:lvlText w:val="\u2022"/><w:lvlJc w:val="left"/>'
                "</w:lvl></w:abstractNum>"
            )
        )
    for number in LISTS.values():
        numbering.append(
            parse_xml(
                f'<w:num {declared} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
            )
        )
