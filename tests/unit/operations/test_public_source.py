"""The shipped list of study guides: whole, recognised by a run, and true to the real files.

Border: what a fetch makes of the list is tested in test_fetch.py.
"""

import hashlib
import re
from pathlib import Path

import pytest

from pipelines.console import StaalkaartError
from pipelines.deliveries.register import load_register
from pipelines.operations.public_source import SOURCES_DIR, load_source
from pipelines.settings import PROJECT_ROOT

GUIDES = PROJECT_ROOT.parent / "shared" / "real" / "study-guides"


def test_the_shipped_list_names_files_that_a_run_recognises() -> None:
    source = load_source("study-guides")
    register = load_register(PROJECT_ROOT / "dbt_project")
    targets = [source.target_of(file) for file in source.files]
    assert len(set(targets)) == len(targets) == 34
    for file, target in zip(source.files, targets, strict=True):
        assert file.institution_id in register.units
        assert re.fullmatch(
            rf"{file.institution_id}/[0-9-]{{10}}/{file.institution_id}_programs_[0-9]{{4}}\.json",
            target.as_posix(),
        )
        for address in source.addresses_of(file):
            assert address.startswith("https://raw.githubusercontent.com/")
            assert address.endswith(f"/data/crawling-output/{target.name}")


def test_a_faulty_list_is_told_with_its_field(tmp_path: Path) -> None:
    text = (SOURCES_DIR / "study-guides.yml").read_text(encoding="utf-8")
    faulty = re.sub(r'sha256: "[0-9a-f]{64}"', 'sha256: "kort"', text, count=1)
    (tmp_path / "proef.yml").write_text(faulty, encoding="utf-8")
    with pytest.raises(StaalkaartError, match=r"files\.0\.sha256"):
        load_source("proef", tmp_path)


@pytest.mark.real
@pytest.mark.skipif(not GUIDES.is_dir(), reason="../shared/real is not here")
def test_the_checksums_of_the_shipped_list_are_those_of_the_real_files() -> None:
    source = load_source("study-guides")
    listed = {source.target_of(file).name: (file.bytes, file.sha256) for file in source.files}
    assert listed == {
        path.name: (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in GUIDES.glob("*/*_programs_*.json")
    }


def test_only_a_server_on_this_machine_may_do_without_encryption(tmp_path: Path) -> None:
    text = (SOURCES_DIR / "study-guides.yml").read_text(encoding="utf-8")
    open_address = text.replace("base_address: https://", "base_address: http://")
    (tmp_path / "proef.yml").write_text(open_address, encoding="utf-8")
    with pytest.raises(StaalkaartError, match="base_address"):
        load_source("proef", tmp_path)
