"""Loading of the YAML files that hold the facts of this package.

Border: what the facts mean is in the module that owns the file.
"""

from pathlib import Path
from typing import Any

import yaml

# The C loader reads the rules ten times faster; not every build of the library has it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load_yaml(path: Path) -> Any:  # noqa: ANN401 (the owner of the file validates it)
    """Return the contents of a YAML file."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 (a safe loader)
