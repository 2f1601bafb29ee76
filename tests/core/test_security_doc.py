"""docs/security.md answers every requirement of ASVS 5.0.0 at levels 1 and 2, once, and what it names exists."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES = [
    [cell.strip() for cell in line.strip("|").split("|", 2)]
    for line in (ROOT / "docs" / "security.md").read_text().splitlines()
    if re.match(r"\| \d", line)
]
# section:number of its requirements of levels 1 and 2, which come before those of level 3
LEVEL_2 = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1
4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2
7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2
10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5
14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2
"""


def test_every_requirement_is_answered_once():
    counts = [word.split(":") for word in LEVEL_2.split()]
    wanted = [f"{section}.{number}" for section, count in counts for number in range(1, int(count) + 1)]

    assert sorted(" ".join(ids for ids, *_ in LINES).split()) == sorted(wanted)


def test_every_line_says_how_it_stands():
    assert {state for _, state, _ in LINES} == {"held", "design", "none", "operator", "missing"}


def test_what_is_held_names_a_file_that_is_there():
    named = {
        ids: re.findall(r"`([\w./-]+\.(?:py|toml|txt|ini))`|`(Makefile)`", why)
        for ids, state, why in LINES
        if state == "held"
    }

    assert [ids for ids, files in named.items() if not files] == []
    assert [
        file for files in named.values() for pair in files for file in pair if file and not (ROOT / file).exists()
    ] == []
