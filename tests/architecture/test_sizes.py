"""Short files; ruff sees to short functions (PLR0915, C901, PLR0913) with the bounds asserted here."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACES = [
    "accounts",
    "billing",
    "booking",
    "catalog",
    "cinema",
    "concessions",
    "ops",
    "scheduling",
    "venues",
    "tests",
    "bench",
]
FILES = [
    path
    for place in PLACES
    for path in (ROOT / place).rglob("*.py")
    if "migrations" not in path.relative_to(ROOT).parts
]


class TestSizes:
    @pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
    def test_of_files_stay_below_400_lines(self, path):
        assert len(path.read_text().splitlines()) <= 400

    def test_of_functions_are_bounded_by_the_linter(self):
        lint = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
        assert {"C90", "PLR0913", "PLR0915"} <= set(lint["select"])
        assert (lint["pylint"]["max-statements"], lint["mccabe"]["max-complexity"]) == (25, 7)
