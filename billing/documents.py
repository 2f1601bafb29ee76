"""What an invoice or a credit note states, without the ORM: the lines the law asks for and their sums."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Self

from cinema.core.money import ZERO, total


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One row: what was sold, under which SAC or HSN, and its tax; `taxable` is after discount and before tax."""

    kind: str
    text: str
    hsn_code: str
    quantity: int
    discount: Decimal
    taxable: Decimal
    cgst_rate: Decimal
    cgst: Decimal
    sgst_rate: Decimal
    sgst: Decimal

    @property
    def total(self) -> Decimal:
        return self.taxable + self.cgst + self.sgst

    def as_json(self) -> dict[str, Any]:
        """Write it down for ever; amounts as text, for JSON has no decimals."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read back what `as_json` wrote."""
        amounts = {field.name for field in fields(cls) if field.type is Decimal}
        values: dict[str, Any] = {name: Decimal(value) if name in amounts else value for name, value in kept.items()}
        return cls(**values)


@dataclass(frozen=True, slots=True)
class RateSum:
    """One rate of an invoice: the value it is on, and both halves of the tax."""

    cgst_rate: Decimal
    sgst_rate: Decimal
    taxable: Decimal
    cgst: Decimal
    sgst: Decimal


@dataclass(frozen=True, slots=True)
class Document:
    """The lines of an invoice or a credit note, what rounding added or took, and what it is all for."""

    lines: tuple[DocumentLine, ...]
    rounding: Decimal = ZERO
    subject: str = ""

    @property
    def taxable(self) -> Decimal:
        return total(line.taxable for line in self.lines)

    @property
    def cgst(self) -> Decimal:
        return total(line.cgst for line in self.lines)

    @property
    def sgst(self) -> Decimal:
        return total(line.sgst for line in self.lines)

    @property
    def discount(self) -> Decimal:
        return total(line.discount for line in self.lines)

    @property
    def amount(self) -> Decimal:
        return self.taxable + self.cgst + self.sgst + self.rounding

    @property
    def by_rate(self) -> tuple[RateSum, ...]:
        """Add up each rate, the highest first."""
        alike: dict[tuple[Decimal, Decimal], list[DocumentLine]] = {}
        for line in self.lines:
            alike.setdefault((line.cgst_rate, line.sgst_rate), []).append(line)
        return tuple(
            RateSum(
                *rates,
                total(line.taxable for line in lines),
                total(line.cgst for line in lines),
                total(line.sgst for line in lines),
            )
            for rates, lines in sorted(alike.items(), reverse=True)
        )


@dataclass(frozen=True, slots=True)
class IssuedDocument:
    """A numbered document as it is printed: what Rule 46 asks of an invoice, Rule 53(1A) of a credit note."""

    title: str
    number: str
    issued_on: date  # on the venue's calendar
    booking_reference: str
    supplier_name: str
    supplier_address: str
    supplier_gstin: str
    place_of_supply: str
    currency: str
    stated: Document
    against: str = ""  # the invoice that a credit note is about
    reason: str = ""

    @property
    def filename(self) -> str:
        return f"{self.number.replace('/', '-')}.pdf"


def added_up(alike: Iterable[Iterable[DocumentLine]]) -> tuple[DocumentLine, ...]:
    """Make one line of each group of lines that differ in their amounts only."""
    return tuple(_one_of(tuple(lines)) for lines in alike)


def _one_of(lines: tuple[DocumentLine, ...]) -> DocumentLine:
    first = lines[0]
    return DocumentLine(
        kind=first.kind,
        text=first.text,
        hsn_code=first.hsn_code,
        quantity=sum(line.quantity for line in lines),
        discount=total(line.discount for line in lines),
        taxable=total(line.taxable for line in lines),
        cgst_rate=first.cgst_rate,
        cgst=total(line.cgst for line in lines),
        sgst_rate=first.sgst_rate,
        sgst=total(line.sgst for line in lines),
    )
