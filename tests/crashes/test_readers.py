"""Readers while the warehouse is published again and again: no error, never half a version."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import duckdb

from pipelines.settings import Settings
from pipelines.warehouse.publish import publish
from tests.crashes.light_process import put_version, server, version_in

PUBLISHES = 100
READERS = 2
OPENS = 1_000
# Only so that a fault does not wait for ever.
SECONDS = 1_800


def read_often(file: Path, opened: Any, barrier: Any, told: Any) -> None:  # noqa: ANN401
    """Open, read and close; versions never go back. The writer waits for the readers."""
    seen = [-1]
    barrier.wait(SECONDS)
    try:
        for _ in range(OPENS):
            seen.append(version_in(file))
            with opened.get_lock():
                opened.value += 1
        told.put((len(seen) - 1, len(set(seen)) - 1, "" if seen == sorted(seen) else "went back"))
    except Exception as error:
        told.put((len(seen) - 1, 0, repr(error)))
        raise


def hold_open(file: Path, is_open: Event, is_published: Event, told: Any) -> None:  # noqa: ANN401
    """Be an analyst who keeps one connection through every publication, and then opens anew."""
    query = "select min(lower), max(lower), count(*) from counts"
    reader = duckdb.connect(str(file), read_only=True)
    before = reader.execute(query).fetchall()
    is_open.set()
    is_published.wait(SECONDS)
    after = reader.execute(query).fetchall()
    written = reader.execute("select count(*) from check_results").fetchall()
    reader.close()
    told.put((before, after, written, version_in(file)))


def child(work: Callable[..., None], *given: object) -> Any:  # noqa: ANN401
    process = server().Process(target=work, args=given, daemon=True)
    process.start()
    return process


def test_two_thousand_opens_during_a_hundred_publications_each_see_one_whole_version(
    settings: Settings, small_build: Path
) -> None:
    context = server()
    put_version(small_build, 0)
    publish(small_build, settings.published_file)
    opened, told = context.Value("i", 0), context.Queue()
    barrier = context.Barrier(READERS + 1)
    is_open, is_published, analyst_told = context.Event(), context.Event(), context.Queue()
    file = settings.published_file
    children = [child(read_often, file, opened, barrier, told) for _ in range(READERS)]
    children.append(child(hold_open, file, is_open, is_published, analyst_told))
    assert is_open.wait(SECONDS)
    barrier.wait(SECONDS)
    share = READERS * OPENS // PUBLISHES
    for version in range(1, PUBLISHES + 1):
        while opened.value < share * (version - 1) and multiprocessing.active_children():
            told_early = not told.empty()
            assert not told_early or opened.value == READERS * OPENS, told.get()
            children[0].join(0.002)
        put_version(small_build, version)
        publish(small_build, settings.published_file)
    is_published.set()
    results = [told.get(timeout=SECONDS) for _ in range(READERS)]
    assert [(opens, error) for opens, _, error in results] == [(OPENS, "")] * READERS
    # On a busy machine a reader may stand still during some publications; most are seen.
    assert sum(versions for _, versions, _ in results) > PUBLISHES // 2
    before, after, written, reopened = analyst_told.get(timeout=SECONDS)
    assert before == after == [(0, 0, 3)]
    assert written == [(1,)]
    assert reopened == PUBLISHES
    for process in children:
        process.join(SECONDS)
        assert process.exitcode == 0
