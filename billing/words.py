"""Amounts in words, the Indian way: lakh and crore, rupees and paise."""

from decimal import Decimal
from typing import Final

from cinema.core.money import rounded

_ONES: Final = (
    *("Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"),
    *("Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen"),
)
_TENS: Final = ("", "", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety")
_SCALES: Final = ((10_000_000, "Crore"), (100_000, "Lakh"), (1000, "Thousand"), (100, "Hundred"))


def amount_in_words(amount: Decimal) -> str:
    """Write rupees as a cheque does: Rupees One Lakh Five and Paise Fifty Only; the amount is not negative."""
    rupees, paise = divmod(int(rounded(amount) * 100), 100)
    fraction = f" and Paise {number_in_words(paise)}" if paise else ""
    return f"Rupees {number_in_words(rupees)}{fraction} Only"


def number_in_words(number: int) -> str:
    """Write a whole number, not negative, in groups of crore, lakh, thousand and hundred."""
    if number < 20:
        return _ONES[number]
    for scale, name in _SCALES:
        if number >= scale:
            many, rest = divmod(number, scale)
            return f"{number_in_words(many)} {name}" + (f" {number_in_words(rest)}" if rest else "")
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
