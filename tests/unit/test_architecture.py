"""The directions of import, and what stays unloaded until it is needed."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_import_goes_in_the_direction_of_the_plan():
    found = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_every_module_of_a_platform_is_on_one_side_of_the_wall_between_client_and_sandbox():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    wall = next(c for c in contracts if "shares no algorithm" in c["name"])
    for file in (ROOT / "connectors").glob("*/*.py"):
        if file.parent.name == "spreadsheet" or file.stem in ("__init__", "facts"):
            continue
        side = "source_modules" if file.stem.startswith("sandbox") else "forbidden_modules"
        assert f"connectors.{file.parent.name}.{file.stem}" in wall[side]


def _loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(' '.join(m for m in sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in found.stdout.split()}


HEAVY = {"sqlalchemy", "requests", "werkzeug", "waitress", "pydantic", "alembic", "rich", "python_calamine", "xlsxwriter", "apscheduler"}


def test_importing_the_package_loads_nothing_heavy():
    assert _loaded_by("import ocop_market") & HEAVY == set()


def test_the_help_loads_nothing_heavy():
    loaded = _loaded_by("from ocop_market.cli.main import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass\nimport sys")
    assert loaded & HEAVY == set()


def test_all_that_is_promised_is_there():
    import ocop_market

    for name in ocop_market.__all__:
        assert getattr(ocop_market, name) is not None
    assert set(ocop_market.__all__) <= set(dir(ocop_market))
