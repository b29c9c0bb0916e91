"""What the result of reading a delivery depends on besides its bytes.

Border: the fingerprint of a whole build belongs to ``pipelines.warehouse``.
"""

import functools
import hashlib
from pathlib import Path

import polars as pl

from pipelines.deliveries.contract import contract_fingerprint, contracts_dir
from pipelines.deliveries.ledger import Delivery
from pipelines.deliveries.register import Register
from pipelines.deliveries.sender import last_year_for
from pipelines.settings import Settings

PACKAGE = Path(__file__).parent


def reading_fingerprint(settings: Settings, register: Register, delivery: Delivery) -> str:
    """Return the fingerprint of what the parts of a delivery depend on besides the bytes."""
    depends_on = [
        code_fingerprint(),
        contract_fingerprint(contracts_dir(settings.project_root), delivery.institution_id),
        repr(sorted(register.by_code.items())),
        last_year_for(delivery.received_on),
        *delivery.claims,
    ]
    return hashlib.sha256("\n".join(depends_on).encode()).hexdigest()[:16]


@functools.cache
def code_fingerprint() -> str:
    """Return a hash of the code and the facts that readers and screening consist of."""
    digest = hashlib.sha256(pl.__version__.encode())
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in (".py", ".yml") and "contracts" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
