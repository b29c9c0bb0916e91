"""Which columns refer to rows of other kinds, and what is said of a code that refers to nothing.

Stated once for the nightly run (``dangling.py``, by SQL on the tables in force) and for
``staalkaart check`` (``comparison.py``, on the files of one command).

Border: neither looks for anything here; what is in force is decided in ``succession.py``.
"""

from dataclasses import dataclass

from pipelines.deliveries.kinds import load_kinds
from pipelines.deliveries.rules import Rule, load_rules

# A study guide is its own register: the codes in it refer to itself.
STREAM_WITHOUT_REFERENCES = "study_guide"


@dataclass(frozen=True)
class Reference:
    """A column that refers to rows of other kinds.

    Attributes:
        rule_id: The rule that a dangling code breaks.
        kind: The kind that has the column.
        column: The column.
        targets: Kind and column where the code may stand; the first kind must be delivered.
    """

    rule_id: str
    kind: str
    column: str
    targets: tuple[tuple[str, str], ...]

    @property
    def rule(self) -> Rule:
        """The rule that a dangling code breaks."""
        return load_rules()[self.rule_id]

    @property
    def label(self) -> str:
        """The header of the column in the standard template."""
        return load_kinds()[self.kind].column(self.column).header or self.column

    @property
    def first_kind(self) -> str:
        """The kind without which an institution and year give no warnings."""
        return self.targets[0][0]

    def facts(self, code: str, academic_year: str, row_count: int) -> dict[str, object]:
        """Return what the message of the rule needs about one code."""
        return {
            "column": self.label,
            "value": code,
            "expected": academic_year,
            "found": row_count,
        }


_OFFERINGS = (("offerings", "source_code"), ("programmes", "programme_code"))
_COMPONENTS = (
    ("components", "component_code"),
    ("programmes", "component_code"),
    ("offerings", "source_code"),
)
_PROGRAMMES = (("programmes", "programme_code"), ("offerings", "source_code"))
REFERENCES = (
    Reference("offering_unknown", "components", "source_code", _OFFERINGS),
    Reference("offering_unknown", "enrolments", "source_code", _OFFERINGS),
    Reference("component_unknown", "enrolments", "component_code", _COMPONENTS),
    Reference("programme_unknown", "enrolments", "programme_code", _PROGRAMMES),
)


def code_columns(kind: str) -> tuple[str, ...]:
    """Return the columns of a kind that refer to others or are referred to."""
    own = [reference.column for reference in REFERENCES if reference.kind == kind]
    targets = [name for each in REFERENCES for of, name in each.targets if of == kind]
    return tuple(dict.fromkeys(own + targets))
