"""Booking references: `BKNG-` and eight characters that nobody misreads."""

import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """Draw a reference from a secure source: 30 to the eighth possibilities."""
    return "BKNG-" + "".join(secrets.choice(ALPHABET) for _ in range(8))
