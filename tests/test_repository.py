"""The repository itself: what it ships, and what must not stand in it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from prefect.flows import load_flow_from_entrypoint

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("chalkola_spapi", "tasks", "flows", "deployments")
OURS = "|".join((*PACKAGES, "sql", "tests", "docs", "benchmarks"))


def deployments() -> list[dict[str, object]]:
    found: list[dict[str, object]] = yaml.safe_load((ROOT / "prefect.yaml").read_text())[
        "deployments"
    ]
    return found


@pytest.mark.parametrize("deployment", deployments(), ids=lambda d: d["name"])
def test_each_entrypoint_loads_and_takes_its_parameters(deployment: dict[str, object]) -> None:
    """Prefect would otherwise put an empty flow in the place of a broken import until the run."""
    flow = load_flow_from_entrypoint(str(deployment["entrypoint"]), use_placeholder_flow=False)
    given = deployment["parameters"]
    assert isinstance(given, dict)
    # What a person fills in may be left open; what runs by schedule may not.
    if deployment.get("schedules") or set(flow.parameters.required) <= set(given):
        flow.validate_parameters(given)
    assert str(deployment["description"]).strip()


def test_no_flow_module_hides_something_that_is_imported() -> None:
    """Prefect puts flows/ first on the path."""
    taken = {*sys.stdlib_module_names, *packages_distributions(), *PACKAGES, "sql", "tests"}
    modules = {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"}
    assert not modules & (taken - {"flows"})


def test_the_lock_holds_hashes_and_no_addresses() -> None:
    for lock in ("requirements-uv.lock", "requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"https?:|file:|find-links|index-url", text)


def test_the_dev_lock_holds_every_pin_of_the_runtime_lock() -> None:
    pins = re.compile(r"^[a-z0-9._-]+(?:\[[^\]]*\])?==\S+", re.MULTILINE)
    runtime = set(pins.findall((ROOT / "requirements.lock").read_text()))
    assert runtime <= set(pins.findall((ROOT / "requirements-dev.lock").read_text()))


def test_the_packages_of_the_owner_are_required() -> None:
    required = " ".join(
        tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    )
    for package in ("prefect", "httpx", "pandas", "sqlalchemy", "psycopg2-binary", "pydantic"):
        assert re.search(rf"\b{package}\b", required)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--no-index", "-w", str(folder), str(ROOT)], check=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def test_the_wheel_ships_the_sql_and_the_deployments(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    for path in (ROOT / "sql").rglob("*.sql"):
        assert path.relative_to(ROOT).as_posix() in names
    assert wheel.read("deployments/prefect.yaml") == (ROOT / "prefect.yaml").read_bytes()
    assert not any(name.startswith("tests/") for name in names)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from deployments.cli import app\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
        "heavy = {'prefect', 'pandas', 'sqlalchemy', 'psycopg2', 'httpx'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_is_wanted_with_extras_is_locked_without_them_too() -> None:
    """Pip takes the two for different packages, and looks for the newest of an unpinned one."""
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text()
        pins = re.findall(r"^([a-z0-9._-]+)(\[.*\])?==(\S+)", text, re.MULTILINE)
        bare = {(name, version) for name, extras, version in pins if not extras}
        wanted = {(name, version) for name, extras, version in pins if extras}
        assert wanted
        assert wanted <= bare


def test_the_documents_name_only_files_that_exist() -> None:
    """In from-the-guide.md the left column names what the guide had; elsewhere all is ours."""
    missing = set()
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        text = page.read_text()
        if page.name == "from-the-guide.md":
            text = re.sub(r"^\|[^|]*\|", "", text, flags=re.MULTILINE)
        named = re.findall(rf"`((?:{OURS})/[\w/.-]*)`", text)
        linked = re.findall(r"\]\((?!https?:)([\w/.-]+)\)", text)
        missing |= {(page.name, name) for name in named if not (ROOT / name).exists()}
        missing |= {(page.name, link) for link in linked if not (page.parent / link).exists()}
    assert not missing
