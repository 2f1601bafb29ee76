import pytest

from accounts.devices import device_name

CHROME = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Windows"),
        (CHROME, "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Chrome/140.0.0.0 Safari/537.36 Edg/140.0", "Edge on Mac"),
        ("python-requests/2.34", "python-requests"),
        ("", ""),
        ("<script>alert(1)</script>", ""),
        ("\0" * 500, ""),
    ],
    ids=["Firefox", "Chrome", "Safari", "Edge", "a program", "nothing", "markup", "nul"],
)
def test_tells_the_program_and_the_machine(user_agent, name):
    assert device_name(user_agent) == name
