"""How long the choice of the best seats takes: arithmetic alone, for the largest hall and every size of party."""

import random
import time

from booking.best_seats import Wish, best_seats
from booking.seating import GapRule, Place

ROWS, COLS, REPEATS = 20, 20, 5
WANTED_MS = 10


def report() -> None:
    """Print the slowest party for halls that are empty, busy and nearly sold out."""
    chance = random.Random(400)
    for sold in (0.0, 0.3, 0.6, 0.9):
        hall = [
            Place(100 * row + col, f"{row}-{col}", row, col, 1 + row // 12, "STANDARD", chance.random() >= sold)
            for row in range(1, ROWS + 1)
            for col in range(1, COLS + 1)
        ]
        slowest, party = max((_milliseconds(hall, party), party) for party in range(1, 11))
        verdict = "reached" if slowest <= WANTED_MS else "MISSED"
        print(
            f"best of {ROWS * COLS} seats, {sold:3.0%} sold: at most {slowest:.2f} ms (party of {party})"
            f"  wanted {WANTED_MS} ms: {verdict}"
        )


def _milliseconds(hall: list[Place], party: int) -> float:
    started = time.perf_counter()
    for _ in range(REPEATS):
        best_seats(hall, Wish(party), GapRule())
    return (time.perf_counter() - started) / REPEATS * 1000
