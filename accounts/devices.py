"""What a browser or program calls itself, in words for a list of sessions; a guess, for anybody may call themselves anything."""

import re

_PROGRAMS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)
_FIRST_WORD = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,30}")


def device_name(user_agent: str) -> str:
    """Tell the program and the machine of a User-Agent: Firefox on Windows."""
    program = next((name for mark, name in _PROGRAMS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if program:
        return f"{program} on {system}" if system else program
    word = _FIRST_WORD.match(user_agent)  # such as `python-requests/2.34`: the part before the slash
    return word[0] if word else ""
