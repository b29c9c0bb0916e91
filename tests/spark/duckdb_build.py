"""What Spark is held against: `delivered` and every model by DuckDB, from the same landing.

No gate and no publication: those are the same whichever engine built the tables.
"""

import sys
from pathlib import Path

from pipelines.deliveries.delivered import write_delivered_data
from pipelines.settings import Settings
from pipelines.warehouse.models import refuse_bad_results, run_models


def main(data: str) -> None:
    """Write the build file of a data folder."""
    settings = Settings(raw_dir=Path(data), data_dir=Path(data))
    write_delivered_data(settings)
    refuse_bad_results(run_models(settings))


if __name__ == "__main__":
    main(sys.argv[1])
