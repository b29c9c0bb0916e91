"""Without Java 17 people are told what is missing and how to get it, before anything starts."""

from pathlib import Path

import pytest

from pipelines.scale_out.java import java_problem


def java(folder: Path, says: str) -> Path:
    """A `java` that says which version it is, as real ones do: on standard error."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(f"#!/bin/sh\necho '{says}' >&2\n")
    program.chmod(0o755)
    return program


def test_java_17_on_the_path_is_enough(tmp_path: Path) -> None:
    program = java(tmp_path, 'openjdk version "17.0.15" 2025-04-15')
    assert java_problem(None, str(program.parent)) is None


def test_no_java_is_told_with_how_to_get_it(tmp_path: Path) -> None:
    told = java_problem(None, str(tmp_path))
    assert told
    assert "geen Java gevonden" in told
    assert "openjdk-17-jre-headless" in told
    assert "JAVA_HOME" in told


@pytest.mark.parametrize(
    ("says", "version"),
    [('openjdk version "21.0.2" 2024-01-16', "21"), ('java version "1.8.0_402"', "8")],
)
def test_another_java_is_named_with_its_place(tmp_path: Path, says: str, version: str) -> None:
    program = java(tmp_path, says)
    told = java_problem(None, str(program.parent), "en")
    assert told
    assert f"{program} is Java {version}." in told


def test_what_java_repeats_before_its_version_is_not_its_version(tmp_path: Path) -> None:
    program = java(tmp_path, 'Picked up JAVA_TOOL_OPTIONS: -Dversion "8"\nopenjdk version "17.0.1"')
    assert java_problem(None, str(program.parent)) is None


def test_a_java_that_fails_is_no_java(tmp_path: Path) -> None:
    program = java(tmp_path, 'openjdk version "17.0.1"')
    program.write_text(program.read_text() + "exit 1\n")
    assert "geen Java gevonden" in str(java_problem(None, str(program.parent)))


def test_java_home_goes_before_the_path(tmp_path: Path) -> None:
    on_path = java(tmp_path / "path", 'openjdk version "21.0.2"')
    java(tmp_path / "home", 'openjdk version "17.0.1"')
    assert java_problem(str(tmp_path / "home"), str(on_path.parent)) is None


def test_a_java_home_without_java_is_no_java(tmp_path: Path) -> None:
    on_path = java(tmp_path / "path", 'openjdk version "17.0.1"')
    told = java_problem(str(tmp_path / "none"), str(on_path.parent))
    assert told
    assert str(tmp_path / "none" / "bin" / "java") in told
