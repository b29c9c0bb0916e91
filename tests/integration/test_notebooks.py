"""The notebooks, run headless on the published sample: what they show is what is published.

Border: how cells are put in words is tested in ``tests/unit/exploring``.
"""

import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from pipelines.exploring.choices import Choice
from pipelines.settings import PROJECT_ROOT, Settings
from tests.integration.test_no_connection import WATCH, is_here

pytestmark = pytest.mark.integration
NOTEBOOKS = sorted((PROJECT_ROOT / "notebooks").glob("*.py"))
MARIMO = [sys.executable, "-m", "marimo"]


def loaded(name: str) -> ModuleType:
    """Return a notebook as a module, without running it."""
    spec = importlib.util.spec_from_file_location(name, PROJECT_ROOT / "notebooks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def data(published_sample: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The published sample as the data folder of the environment."""
    monkeypatch.setenv("STAALKAART_DATA", str(published_sample.data_dir))
    return published_sample


def run(name: str, **chosen: object) -> dict[str, Any]:
    """Run a notebook with these names given and return everything it defined."""
    _, defined = loaded(name).app.run(defs=chosen or None)
    return dict(defined)


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.published_file), read_only=True) as reader:
        return reader.execute(query).fetchall()


@pytest.mark.parametrize(
    "choice",
    [
        Choice(),
        Choice("learners", "label", split="working_status"),
        Choice("learners", "framework", split="institution_kind|contract_type"),
        Choice("components_offered", "vlor", "ugent"),
        Choice("offerings", "minister", "luca"),
        Choice("enrolments", "label", period="2019-2020..2023-2024"),
    ],
    ids=lambda one: f"{one.measure}-{one.split}-{one.institution}",
)
def test_the_table_of_a_choice_is_what_counts_holds(data: Settings, choice: Choice) -> None:
    shown = run("verkenner", choice=choice)["shown"]
    splits = (*choice.splits, None)
    second = (
        "second_split is null" if splits[1:] in ((), (None,)) else f"second_split = '{splits[1]}'"
    )
    period = (
        f"academic_year = '{choice.period}'"
        if choice.period
        else "not contains(academic_year, '..')"
    )
    published = rows(
        data,
        "select count_key, lower, upper from counts"
        f" where measure = '{choice.measure}' and definition = '{choice.definition}'"
        f" and institution_id = '{choice.institution}' and split = '{splits[0] or 'none'}'"
        f" and {second} and {period}",
    )
    assert published
    assert sorted(zip(shown["Sleutel"], shown["Ondergrens"], shown["Bovengrens"], strict=True)) == (
        sorted((key, lower, upper) for key, lower, upper in published)
    )
    assert set(shown["Toestand"]) <= {"volledig", "onvolledig", "geen gegevens"}


def test_the_first_choice_of_the_explorer_is_drawn_and_its_query_gives_its_table(
    data: Settings,
) -> None:
    defined = run("verkenner")
    assert defined["choice"] == Choice()
    assert defined["chart"].keys == tuple(defined["shown"]["Sleutel"])
    assert [row[-1] for row in rows(data, defined["query"])] == list(defined["shown"]["Sleutel"])
    assert defined["is_about_persons"] is False
    difference = rows(
        data,
        "select lower from grown() where term = 'difference'",
    )
    told = defined["grown"].filter(defined["grown"]["Term"] == "Verschil").to_dicts()[0]
    assert [(told["Dezelfde instellingen: ondergrens"],)] == difference


def test_numbers_about_persons_are_told_to_be_no_publication(data: Settings) -> None:
    assert run("verkenner", choice=Choice("learners", "label"))["is_about_persons"] is True


def test_quality_shows_who_delivered_and_every_rejected_row(data: Settings) -> None:
    defined = run("kwaliteit", chosen_kind="enrolments", chosen_institution="")
    states = [one.state for one in defined["squares"]]
    assert len(states) == 18 * 6
    assert states.count("missing") == 3
    ((missing,),) = rows(data, "select count(*) from coverage where status <> 'delivered'")
    assert len(defined["missing"]) == missing == 7
    ((noted,),) = rows(data, "select count(*) from rejected_rows")
    assert len(defined["rejected"]) == defined["rules"]["Meldingen"].sum() == noted
    assert defined["gate"]["Houdt tegen"].sum() == 0
    ((checks,),) = rows(data, "select count(*) from check_results")
    assert defined["gate"]["Verwachtingen"].sum() == checks
    assert len(defined["warned"]) == defined["gate"]["Waarschuwingen"].sum() > 0
    assert set(defined["claims"]["Oordeel"]) == {"niet te vergelijken"}


def test_quality_of_one_institution_is_about_no_other(data: Settings) -> None:
    defined = run("kwaliteit", chosen_kind="offerings", chosen_institution="artevelde")
    for frame in ("rejected", "shares", "differences"):
        assert set(defined[frame]["Instelling"]) == {"Arteveldehogeschool"}
    assert defined["missing"].is_empty()


def test_the_answer_is_made_again_number_by_number(data: Settings) -> None:
    defined = run("vraag_223")
    compared = defined["compared"]
    assert compared.is_reproduced
    assert compared.equal == compared.numbers > 1000
    recorded = json.loads((data.answers_dir / "223" / "antwoord.json").read_text("utf-8"))
    first = recorded["tables"][0]
    texts = [
        tuple(cell if isinstance(cell, str) else cell["text"] for cell in row["cells"])
        for row in first["rows"]
    ]
    assert defined["printed"].rows() == texts
    assert set(defined["numbers"]["Tabel"]) <= {"counts", "growth", "coverage"}


def test_numbers_about_persons_in_the_answer_made_again_are_rounded(data: Settings) -> None:
    answer = run("vraag_223")["answer"]
    persons = [
        one
        for key, one in answer.numbers().items()
        if one.source == "counts" and re.fullmatch(r"learners:.*:[0-9.]+", key)
    ]
    small = [one for one in persons if one.text == "<5"]
    others = [one for one in persons if one not in small and one.lower is not None]
    assert small
    assert len(others) > 200
    assert [one.key for one in others if one.lower % 5 or (one.upper or 0) % 5] == []


def test_an_answer_that_differs_is_told_with_what_differs(
    data: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = Settings(tmp_path / "raw", tmp_path / "data")
    copied.warehouse_dir.mkdir(parents=True)
    os.link(data.published_file, copied.published_file)
    shutil.copytree(data.answers_dir, copied.answers_dir)
    file = copied.answers_dir / "223" / "antwoord.json"
    answer = json.loads(file.read_text("utf-8"))
    answer["numbers"][0]["value"] = "anders"
    answer["tables"][0]["rows"][0]["cells"][0] = "anders"
    file.write_text(json.dumps(answer), encoding="utf-8")
    monkeypatch.setenv("STAALKAART_DATA", str(copied.data_dir))
    compared = run("vraag_223")["compared"]
    assert not compared.is_reproduced
    assert [one.before for one in compared.changes] == ["anders"]
    assert compared.other_tables == (answer["tables"][0]["name"],)
    file.unlink()
    assert run("vraag_223")["compared"].recorded is None


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda one: one.stem)
def test_a_notebook_runs_as_a_script_and_asks_for_no_host(
    data: Settings, tmp_path: Path, notebook: Path
) -> None:
    log = tmp_path / "connections.log"
    ran = script(notebook, data.data_dir, log)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert outside(log) == set()


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda one: one.stem)
def test_where_nothing_is_published_a_notebook_says_what_to_do(
    tmp_path: Path, notebook: Path
) -> None:
    ran = script(notebook, tmp_path, tmp_path / "connections.log")
    assert ran.returncode == 2
    assert "Voer eerst `staalkaart run` uit" in ran.stderr
    assert "Traceback" not in ran.stderr


def script(notebook: Path, data: Path, log: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(notebook)],
        env=watched_environment(data, log),
        capture_output=True,
        text=True,
        check=False,
    )


def watched_environment(data: Path, log: Path) -> dict[str, str]:
    return os.environ | {
        "STAALKAART_DATA": str(data),
        "PYTHONPATH": str(WATCH),
        "STAALKAART_CONNECTIONS": str(log),
    }


def outside(log: Path) -> set[str]:
    """Return the hosts outside this machine that were asked for."""
    lines = [line.partition(" ") for line in log.read_text("utf-8").splitlines()]
    assert any(what == "watched" for what, *_ in lines)
    return {host for what, _, host in lines if what != "watched" and not is_here(host)}


def test_they_are_served_whole_by_this_machine(data: Settings, tmp_path: Path) -> None:
    log, port = tmp_path / "connections.log", str(free_port())
    command = ["run", "notebooks", "--headless", "--host", "127.0.0.1", "--port", port]
    with subprocess.Popen(
        [*MARIMO, *command],
        cwd=PROJECT_ROOT,
        env=watched_environment(data.data_dir, log),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            page = served(f"http://127.0.0.1:{port}/?file=verkenner.py")
        finally:
            server.terminate()
    loaded_by_page = re.findall(r"(?:src|href)=\"([^\"]+)\"", page)
    assert len(loaded_by_page) > 10
    assert not [one for one in loaded_by_page if re.match(r"(?:https?:)?//", one)]
    assert outside(log) == set()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def served(address: str) -> str:
    """Return a page as soon as the server gives it."""
    for _ in range(120):
        try:
            with urllib.request.urlopen(address) as answer:  # noqa: S310 (this machine)
                return str(answer.read().decode())
        except urllib.error.URLError:
            time.sleep(0.5)
    raise AssertionError(f"{address} was never served")


def test_marimo_finds_nothing_wrong_with_them() -> None:
    ran = subprocess.run(
        [*MARIMO, "check", "--strict", "notebooks"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
