from decimal import Decimal

import pytest

from billing.words import amount_in_words, number_in_words


class TestNumberInWords:
    @pytest.mark.parametrize(
        ("number", "words"),
        [
            (0, "Zero"),
            (7, "Seven"),
            (13, "Thirteen"),
            (20, "Twenty"),
            (99, "Ninety-Nine"),
            (100, "One Hundred"),
            (101, "One Hundred One"),
            (999, "Nine Hundred Ninety-Nine"),
            (1000, "One Thousand"),
            (10_010, "Ten Thousand Ten"),
            (99_999, "Ninety-Nine Thousand Nine Hundred Ninety-Nine"),
            (100_000, "One Lakh"),
            (123_456, "One Lakh Twenty-Three Thousand Four Hundred Fifty-Six"),
            (9_999_999, "Ninety-Nine Lakh Ninety-Nine Thousand Nine Hundred Ninety-Nine"),
            (10_000_000, "One Crore"),
            (
                1_234_567_890,
                "One Hundred Twenty-Three Crore Forty-Five Lakh Sixty-Seven Thousand Eight Hundred Ninety",
            ),
            (100_000_000_000, "Ten Thousand Crore"),
        ],
    )
    def test_counts_in_lakh_and_crore(self, number, words):
        assert number_in_words(number) == words


class TestAmountInWords:
    @pytest.mark.parametrize(
        ("amount", "words"),
        [
            ("0", "Rupees Zero Only"),
            ("0.05", "Rupees Zero and Paise Five Only"),
            ("1.00", "Rupees One Only"),
            ("508.64", "Rupees Five Hundred Eight and Paise Sixty-Four Only"),
            ("123456.50", "Rupees One Lakh Twenty-Three Thousand Four Hundred Fifty-Six and Paise Fifty Only"),
            ("99.995", "Rupees One Hundred Only"),
            ("9999999999.99", None),
        ],
    )
    def test_names_rupees_and_paise(self, amount, words):
        said = amount_in_words(Decimal(amount))
        assert said == words or (words is None and said.startswith("Rupees Nine Hundred Ninety-Nine Crore"))
