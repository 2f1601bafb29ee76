import os
import signal
import socket
import subprocess
import sys
import urllib.request

import psycopg
import pytest

from cinema.core.demo import LOG_INS, PASSWORD
from cinema.core.embedded.bootstrap import ROOT
from tests.conftest import eventually

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return reply.status == 200
    except OSError:
        return False


class TestServe:
    def test_opens_the_cinema_and_leaves_nothing_behind_after_ctrl_c(self, start):
        stack = start()

        assert stack.serves(), stack.said
        assert answers(f"{stack.site}/")
        assert answers(f"{stack.site}/health/ready")
        assert all(log_in in stack.said for log_in in (*LOG_INS, PASSWORD))
        assert {"gunicorn", "worker", "beat", "postgres", "valkey"} <= {
            word
            for command in stack.processes().values()
            for word in command.replace("-", " ").replace("/", " ").split()
        }

        stack.process.send_signal(signal.SIGINT)

        assert stack.ends() == 0, stack.said
        assert stack.leaves_nothing(), stack.processes()
        assert stack.said.rstrip().endswith("Stopped.")
        assert not (stack.home / "env").exists()

    def test_keeps_its_data_for_the_next_time_and_loads_none_again(self, start):
        first = start()
        assert first.serves(), first.said
        first.process.send_signal(signal.SIGINT)
        assert first.ends() == 0, first.said

        stack = start()

        assert stack.serves(), stack.said
        assert "Migrating" not in stack.said
        assert "demo data" not in stack.said

    def test_leaves_nothing_behind_when_it_is_killed(self, start):
        stack = start()
        assert stack.serves(), stack.said

        stack.process.kill()

        assert stack.ends() == -signal.SIGKILL
        assert stack.leaves_nothing(), stack.processes()

    def test_starts_again_at_once_after_it_was_killed(self, start):
        killed = start()
        assert killed.serves(), killed.said
        killed.process.kill()
        killed.ends()

        again = start()

        assert again.serves(), again.said

    @pytest.mark.parametrize(
        ("name", "words"),
        [("web", "gunicorn"), ("worker", "celery --quiet -A cinema worker"), ("PostgreSQL", "bin/postgres -D")],
    )
    def test_restarts_loudly_what_crashes(self, start, name, words):
        stack = start()
        assert stack.serves(), stack.said
        victim = stack.pid_of(words)

        os.kill(victim, signal.SIGKILL)

        assert stack.says(f"!! {name} ended (signal SIGKILL); starting it again in 1 s"), stack.said
        assert stack.says(f"!! {name} started again (pid "), stack.said
        assert eventually(lambda: answers(f"{stack.site}/health/ready"), within=30), stack.said
        assert victim not in stack.processes()

    def test_says_that_it_already_runs(self, start):
        first = start()
        assert first.serves(), first.said

        second = start(first.home)

        assert second.ends() == 1
        assert f"already running in this folder (pid {first.process.pid})" in second.said
        assert answers(f"{first.site}/health/live")

    def test_names_a_taken_port_and_the_way_round_it(self, start, tmp_path):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            stack = start(tmp_path / "home", PORT=str(port))

            assert stack.ends() == 1
        assert f"Port {port} cannot be used: Address already in use" in stack.said
        assert "PORT=8001 make run" in stack.said
        assert stack.leaves_nothing()

    def test_ends_loudly_when_a_part_cannot_start(self, start):
        stack = start(WEB_WORKERS="many")

        assert stack.ends() == 1
        assert "web ended while starting" in stack.said
        assert stack.leaves_nothing(), stack.processes()

    def test_uses_the_servers_it_is_given_and_fills_nothing_of_theirs(self, start, tmp_path):
        theirs = os.environ["DATABASE_URL"].rpartition("/")[0]
        with psycopg.connect(f"{theirs}/postgres", autocommit=True) as admin:
            admin.execute("drop database if exists somebody_elses")
            admin.execute("create database somebody_elses")
            try:
                stack = start(
                    tmp_path / "home", DATABASE_URL=f"{theirs}/somebody_elses", REDIS_URL=os.environ["REDIS_URL"]
                )

                assert stack.serves(), stack.said
                assert answers(f"{stack.site}/health/ready")
                assert PASSWORD not in stack.said
                assert not any("bin/postgres" in command for command in stack.processes().values())
                with psycopg.connect(f"{theirs}/somebody_elses") as database:
                    assert database.execute("select count(*) from accounts_user").fetchone() == (0,)
                stack.process.send_signal(signal.SIGTERM)
                assert stack.ends() == 0
            finally:
                stack.close()
                admin.execute("drop database somebody_elses with (force)")


class TestExec:
    COUNT = "from accounts.models import User; print('users', User.objects.count())"

    def test_joins_what_runs(self, start):
        stack = start()
        assert stack.serves(), stack.said

        done = self._exec(stack, "python", "manage.py", "shell", "-v", "0", "-c", self.COUNT)

        assert done.returncode == 0, done.stderr
        assert int(done.stdout.split()[-1]) >= len(LOG_INS)
        assert answers(f"{stack.site}/health/ready")

    def test_starts_servers_for_the_command_alone(self, start):
        stack = start()
        assert stack.serves(), stack.said
        stack.close()

        done = self._exec(stack, "sh", "-c", "echo $DATABASE_URL; exit 7")

        assert done.returncode == 7
        assert "postgresql://" in done.stdout
        assert stack.leaves_nothing()

    def test_leaves_nothing_behind_when_it_is_told_to_end(self, short_path):
        env = os.environ | {"TMPDIR": str(short_path), "MARQUEE_HOME": str(short_path)}
        command = [
            sys.executable,
            "-m",
            "cinema.core.embedded",
            "exec",
            "--fresh",
            "--",
            "sh",
            "-c",
            "echo up; sleep 99",
        ]
        with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "up\n"
            process.terminate()

            assert process.wait(30) == 130
        assert list(short_path.iterdir()) == []

    def _exec(self, stack, *command: str) -> subprocess.CompletedProcess[str]:
        started = [sys.executable, "-m", "cinema.core.embedded", "exec", "--", *command]
        return subprocess.run(started, cwd=ROOT, env=stack.env, capture_output=True, text=True, timeout=120)
