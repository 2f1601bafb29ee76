"""A show as a calendar file (RFC 5545): instants in UTC, text escaped, lines folded at 75 octets, CRLF at their ends."""

from datetime import UTC, datetime

from booking.ticket_sheet import TicketSheet

_LINE = 75  # octets, without the line break (RFC 5545, section 3.1)
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def calendar_file(sheet: TicketSheet, *, ends_at: datetime, made_at: datetime) -> str:
    """Write one booking as one event, the same one each time: a calendar that knows it replaces it."""
    seats = ", ".join(number for _category, numbers in sheet.seats for number in numbers)
    about = f"{sheet.reference}\n{seats}"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Marquee//Tickets//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{sheet.reference}@marquee",
        f"DTSTAMP:{_utc(made_at)}",
        f"DTSTART:{_utc(sheet.starts_at)}",
        f"DTEND:{_utc(ends_at)}",
        f"SUMMARY:{_text(sheet.movie)}",
        f"LOCATION:{_text(', '.join(part for part in (sheet.screen, sheet.venue, sheet.address) if part))}",
        f"DESCRIPTION:{_text(about)}",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    printable = "".join(char for char in value if char in "\r\n\t" or ord(char) >= 32)
    return printable.translate(_ESCAPES)


def _folded(line: str) -> str:
    """Break a line between characters, never inside one; each further line begins with a space that does not count."""
    parts, part, size = [], "", 0
    for char in line:
        octets = len(char.encode("utf-8", "replace"))
        if size + octets > _LINE:
            parts.append(part)
            part, size = " ", 1
        part, size = part + char, size + octets
    return "\r\n".join([*parts, part])
