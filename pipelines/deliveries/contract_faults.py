"""What is wrong with a delivery contract, in Dutch: which key, what was found, what is allowed.

All faults of the keys come at once. What the keys of a table must be together (columns that are
missing, codes that the template does not know) is said by ``own_table_contract.py``.

Border: what a contract can say stands in ``contract.py`` and ``own_table_contract.py``; what holds
for every YAML file that people write in ``yaml_faults.py``.
"""

from collections.abc import Sequence

from pydantic import ValidationError

from pipelines import yaml_faults
from pipelines.deliveries.kinds import template_kinds
from pipelines.deliveries.rules import shown
from pipelines.yaml_faults import NAME_FORM, Document


def faults_of(error: ValidationError) -> list[str]:
    """Return one line per fault, in Dutch, in the order of the contract."""
    # Where a key takes a text or a group of keys, a fault names which of the two was tried.
    alternatives = frozenset({"str", "Constant", "FromName"})
    contract = Document("een leveringscontract", NAME_FORM, alternatives, _where, _allowed)
    return yaml_faults.faults_of(error, contract)


def _where(place: Sequence[int | str]) -> str:
    """Return a place as people count and name: ``own_tables, 2, columns, titel``."""
    headers = {
        column.name: column.header or column.name
        for kind in template_kinds().values()
        for column in kind.template_columns
    }
    names = [str(part + 1) if isinstance(part, int) else part for part in place]
    # Behind columns and values stand names of columns; the key academic_year is none.
    named = [
        headers.get(name, name) if before in ("columns", "values") else name
        for before, name in zip(["", *names], names, strict=False)
    ]
    return ", ".join(shown(name) for name in named)


def _allowed(expected: str, key: str) -> str:
    """Return the allowed values; of a kind its name in the template."""
    if key == "kind":
        return ", ".join(kind.template_name for kind in template_kinds().values())
    return yaml_faults.allowed_values(expected, key)
