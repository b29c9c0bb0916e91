"""What can be chosen of the cube: measures, readings, institutions, splits and periods, in words.

Border: what the choice gives is read in ``cells`` and ``growth``.
"""

from dataclasses import dataclass

from pipelines.answers.cells import FLANDERS, OVERLAP
from pipelines.exploring.opening import OpenedWarehouse

NO_SPLIT = "none"
ALL_YEARS = ""
Options = dict[str, str]


@dataclass(frozen=True)
class Choice:
    """Which cells of the cube are shown.

    Attributes:
        split: A split, two of them with ``|`` between, or ``none``.
        period: An academic year or a window; empty for every academic year.
    """

    measure: str = "offerings"
    definition: str = "framework"
    institution: str = FLANDERS
    split: str = NO_SPLIT
    period: str = ALL_YEARS

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits of the choice, none, one or two."""
        return () if self.split == NO_SPLIT else tuple(self.split.split("|"))


def measure_options(opened: OpenedWarehouse) -> Options:
    """Return the measures by name."""
    return dict(
        opened.connection.execute(
            "select name_nl || ' (' || unit_nl || ')', measure from measures order by measure_order"
        ).fetchall()
    )


def is_about_persons(opened: OpenedWarehouse, measure: str) -> bool:
    """Return whether a measure is about persons, so that its numbers are no publication."""
    found = opened.rows("select is_protected from measures where measure = $one", {"one": measure})
    return any(bool(is_protected) for (is_protected,) in found)


def definition_options(opened: OpenedWarehouse, measure: str) -> Options:
    """Return the readings under which a measure is counted, by name."""
    return dict(
        opened.connection.execute(
            "select d.name_nl, d.definition from definitions as d, measures as m"
            " where m.measure = $measure"
            " and list_contains(string_split(m.definitions, '|'), d.definition)"
            " order by d.definition_order",
            {"measure": measure},
        ).fetchall()
    )


def institution_options(opened: OpenedWarehouse) -> Options:
    """Return the institutions by name, all of them together first, what overlaps last."""
    named = opened.connection.execute(
        "select name, institution_id from institutions order by lower(name)"
    ).fetchall()
    words = opened.own_words
    return {
        words.text("everybody"): FLANDERS,
        **dict(named),
        words.text("between_institutions"): OVERLAP,
    }


def split_options(opened: OpenedWarehouse, measure: str) -> Options:
    """Return the splits and crossings of a measure by name, no split first."""
    names = dict(opened.connection.execute("select split, name_nl from splits").fetchall())
    having = "where list_contains(string_split(measures, '|'), $measure)"
    single = opened.connection.execute(
        f"select split from splits {having} and split <> 'none' order by split_order",  # noqa: S608
        {"measure": measure},
    ).fetchall()
    crossed = opened.connection.execute(
        f"select split, second_split from crossings {having} order by crossing_order",  # noqa: S608
        {"measure": measure},
    ).fetchall()
    words = opened.own_words
    return {
        words.text("no_split"): NO_SPLIT,
        **{names[split]: split for (split,) in single},
        **{
            words.text("crossing", first=names[first], second=names[second]): f"{first}|{second}"
            for first, second in crossed
        },
    }


def period_options(opened: OpenedWarehouse) -> Options:
    """Return every year together first, then the newest year, older ones and the windows."""
    periods = [
        period
        for (period,) in opened.connection.execute(
            "select distinct academic_year from counts"
            " order by contains(academic_year, '..'), academic_year desc"
        ).fetchall()
    ]
    words, printer = opened.own_words, opened.printer
    return {
        words.text("all_years"): ALL_YEARS,
        **{
            words.text("window", period=printer.period(period))
            if ".." in period
            else printer.period(period): period
            for period in periods
        },
    }
