"""A mail server that takes mail, or accepts connections and says nothing until it is told to go on."""

import email
import re
import socketserver
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.message import EmailMessage
from threading import Event, Thread


class MailServer(socketserver.ThreadingTCPServer):
    """On a port of this machine; `answers` is set while it works."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Dialogue)
        self.answers = Event()
        self.answers.set()
        self.letters: list[EmailMessage] = []
        self.callers = 0

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def settings(self) -> dict[str, str]:
        """What makes a site send its mail here."""
        backend = "django.core.mail.backends.smtp.EmailBackend"
        return {
            "EMAIL_BACKEND": backend,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.port),
            "EMAIL_TIMEOUT": "3",
        }

    def by_booking(self) -> Counter[str]:
        """Count the letters by the booking that they name."""
        bodies = [letter.get_body(("plain",)) for letter in list(self.letters)]
        named = [re.search(r"BKNG-\w{8}", str(body.get_content())) for body in bodies if body]
        return Counter(found[0] for found in named if found)

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["MailServer"]:
        with cls() as server:
            Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
            try:
                yield server
            finally:
                server.answers.set()
                server.shutdown()


class _Dialogue(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.callers += 1
        if not self.server.answers.wait(60):
            return
        self._say("220 mail")
        for line in self.rfile:
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self._take()
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line)
        letter = email.message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.server.letters.append(letter)
        self._say("250 taken")

    def _say(self, words: str) -> None:
        try:
            self.wfile.write(f"{words}\r\n".encode())
        except OSError:  # it hung up while we were silent
            return
