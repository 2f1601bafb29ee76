"""What a long command says while it works: a bar on a terminal, a line per step elsewhere."""

from time import monotonic

from django.core.management.base import OutputWrapper

WIDTH = 30


class Progress:
    """Counts steps; on a terminal the line is redrawn, in a log each step is one line."""

    def __init__(self, stream: OutputWrapper) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self.start(1)

    def start(self, steps: int) -> None:
        self._steps, self._done, self._since = steps, 0, monotonic()

    def step(self, what: str) -> None:
        """Say that one more step is done."""
        self._done += 1
        seconds = monotonic() - self._since
        count = f"{self._done}/{self._steps} {what} ({seconds:.0f} s)"
        if self._is_terminal:
            filled = WIDTH * self._done // self._steps
            end = "\n" if self._done == self._steps else ""
            self._write(f"\r\033[K[{'█' * filled}{'·' * (WIDTH - filled)}] {count}{end}")
        else:
            self._write(count + "\n")

    def _write(self, text: str) -> None:
        self._stream.write(text, style_func=str, ending="")  # not in the red of errors
        self._stream.flush()
