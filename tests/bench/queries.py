"""What analysts wait for: every example query of the table ``guide``, on the published file.

``python -m tests.bench.queries PUBLISHED_FILE`` runs each a few times on one connection and writes
its median in milliseconds as JSON to standard output.

Border: the queries stand in ``dbt_project/seeds/guide_topics.csv``; whether they are right is
tested elsewhere.
"""

import json
import statistics
import sys
import time
from pathlib import Path

import duckdb

TIMES = 5


def milliseconds(published_file: Path) -> dict[str, float]:
    """Return the median time of each example query by its topic."""
    found = {}
    with duckdb.connect(str(published_file), read_only=True) as connection:
        topics = connection.execute(
            "select topic, example_sql from guide order by topic"
        ).fetchall()
        for topic, query in topics:
            times = []
            for _ in range(TIMES):
                begin = time.perf_counter()
                connection.execute(query).fetchall()
                times.append((time.perf_counter() - begin) * 1000)
            found[topic] = round(statistics.median(times), 2)
    return found


if __name__ == "__main__":
    times_by_topic = milliseconds(Path(sys.argv[1]))
    every = sorted(times_by_topic.values())
    summary = {"median_ms": statistics.median(every), "worst_ms": every[-1], "count": len(every)}
    sys.stdout.write(json.dumps({**summary, "queries": times_by_topic}) + "\n")
