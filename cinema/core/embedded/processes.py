"""Starting a server so that it never outlives us, and PostgreSQL so that it never runs as root.

On Linux the kernel tells a child when its parent dies (`PR_SET_PDEATHSIG`), which covers `kill -9`; elsewhere a child may then outlive
us, and the next start stops it. The signal follows the *thread* that made the child: start servers from the main thread.
"""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

LINUX = sys.platform == "linux"
CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
NOBODY = 65534  # PostgreSQL wants a user that /etc/passwd knows
CLEAN_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


class CannotStart(Exception):
    """A server ended, or did not answer in time; the end of its log says why."""

    def __init__(self, server: str, log: str) -> None:
        super().__init__(f"{server} cannot start:\n\n{log.strip()}")


@dataclass(frozen=True)
class Identity:
    """As whom a server runs, and whom its files belong to, seen from outside."""

    kind: Literal["plain", "namespace", "setuid"]
    uid: int
    gid: int

    @property
    def user(self) -> int | None:
        """Whom to switch to before exec, if to anybody."""
        return self.uid if self.kind == "setuid" else None

    @property
    def group(self) -> int | None:
        return self.gid if self.kind == "setuid" else None

    @property
    def groups(self) -> list[int] | None:
        return [] if self.kind == "setuid" else None

    def own(self, *paths: Path) -> None:
        """Give files and folders to this identity; a tree that changed hands between two runs is given whole."""
        if os.geteuid() != 0:
            return
        for path in paths:
            if path.exists() and path.stat().st_uid != self.uid:
                for each in (path, *path.rglob("*")):
                    os.chown(each, self.uid, self.gid, follow_symlinks=False)


OURSELVES = Identity("plain", os.geteuid(), os.getegid())


def unprivileged() -> Identity:
    """Choose how to run what refuses root: as we are, in a user namespace, or as `nobody` where that is refused."""
    if os.geteuid() != 0:
        return OURSELVES
    namespace = Identity("namespace", 0, 0)
    if LINUX and not os.environ.get("MARQUEE_NO_USERNS"):
        try:
            run(["/bin/true"], identity=namespace)
            return namespace
        except (OSError, subprocess.SubprocessError):  # a container's seccomp profile, a hardened kernel
            pass
    nobody = pwd.getpwnam("nobody")
    return Identity("setuid", nobody.pw_uid, nobody.pw_gid)


def run(command: Sequence[str | Path], *, identity: Identity = OURSELVES) -> str:
    """Run a command to its end in a clean environment and return what it printed.

    :raises subprocess.CalledProcessError: if it fails; `stderr` says why.
    """
    done = subprocess.run(  # noqa: S603  # our own commands
        [str(part) for part in command],
        check=True,
        capture_output=True,
        text=True,
        cwd="/",
        env=CLEAN_ENVIRONMENT,
        preexec_fn=_before_exec(identity, signal.SIGKILL),
        user=identity.user,
        group=identity.group,
        extra_groups=identity.groups,
    )
    return done.stdout.strip()


def spawn(
    command: Sequence[str | Path],
    *,
    identity: Identity = OURSELVES,
    env: Mapping[str, str] | None = None,
    cwd: Path = Path("/"),
    log: IO[bytes] | None = None,
    dies_by: signal.Signals = signal.SIGTERM,
    keep: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, so that Ctrl-C reaches only us; it gets `dies_by` when we die."""
    return subprocess.Popen(  # noqa: S603  # our own commands
        [str(part) for part in command],
        env=dict(CLEAN_ENVIRONMENT if env is None else env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT if log else None,
        start_new_session=True,
        pass_fds=keep,
        preexec_fn=_before_exec(identity, dies_by),
        user=identity.user,
        group=identity.group,
        extra_groups=identity.groups,
    )


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Send a signal to whatever is left of a server and the processes it made."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies
        os.killpg(process.pid, number)


def _before_exec(identity: Identity, dies_by: signal.Signals) -> Callable[[], None]:
    """Make what the child does between fork and exec; everything that allocates or imports happens here, before the fork."""
    parent = os.getpid()
    libc = ctypes.CDLL(None, use_errno=True) if LINUX else None

    def prepare() -> None:
        if libc is None:
            return
        if identity.kind == "namespace":
            _enter_namespace(libc)
        libc.prctl(PR_SET_PDEATHSIG, int(dies_by))
        if os.getppid() != parent:
            os._exit(1)  # the parent died before we asked to be told

    return prepare


def _enter_namespace(libc: ctypes.CDLL) -> None:
    """Become `nobody` inside a user namespace where our files stay ours: PostgreSQL sees no root, the disk sees no change."""
    if libc.unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWUSER)")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} 0 1")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} 0 1")
