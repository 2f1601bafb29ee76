"""Says how much of the contract is told, and so tested."""

from tests.contract import scenarios  # noqa: F401  # registers them
from tests.contract.reading import SIZE
from tests.contract.telling import TELLERS


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"contract: {len([n for n in TELLERS if n <= SIZE])} of {SIZE} operations")
