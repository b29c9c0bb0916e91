"""Dagster's event log on SQLite, with its connections kept open while a run writes it.

Dagster opens a connection and compiles its statements anew for each of the more than a thousand
records of a run, a quarter of the processor time of a small one. What is written is the same.

Border: where the log stands and how safely it is flushed is decided in ``interface.py``.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from sqlalchemy import Connection, Engine, create_engine

# How long a statement waits for another process, such as the interface, that is writing.
BUSY_SECONDS = 30


@contextmanager
def kept_connections() -> Iterator[None]:
    """Keep one engine per database of the event log for as long as the context lasts."""
    engines: dict[str, Engine] = {}
    original = SqliteEventLogStorage._connect

    @contextmanager
    def connect(storage: SqliteEventLogStorage, shard: str) -> Iterator[Connection]:
        with storage._db_lock:
            address = storage.conn_string_for_shard(shard)
            if address not in engines:
                timeout = {"timeout": BUSY_SECONDS}
                engines[address] = create_engine(address, connect_args=timeout)
            if shard not in storage._initialized_dbs:
                storage._initdb(engines[address])
                storage._initialized_dbs.add(shard)
            with engines[address].begin() as connection:
                yield connection

    SqliteEventLogStorage._connect = connect  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        SqliteEventLogStorage._connect = original  # type: ignore[method-assign]
        for engine in engines.values():
            engine.dispose()
