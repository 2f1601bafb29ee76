import sys
from pathlib import Path

import pytest

from cinema.core.embedded import bootstrap


class TestRequirePython:
    def test_names_a_python_that_is_too_old_and_the_way_round_it(self, monkeypatch):
        monkeypatch.setattr(bootstrap, "OLDEST", (99, 1))

        with pytest.raises(bootstrap.Failed, match=r"Python 99\.1 or newer is needed; this is 3\.\d+") as refused:
            bootstrap.require_python()
        assert "PYTHON=python99.1" in str(refused.value)

    def test_names_the_package_that_debian_leaves_out(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "ensurepip", None)

        with pytest.raises(bootstrap.Failed, match=r"apt-get install python3\.\d+-venv"):
            bootstrap.require_python()


class TestInstall:
    @pytest.fixture
    def steps(self, monkeypatch, tmp_path: Path) -> list[str]:
        """A clone without a virtual environment; what would be run is only noted."""
        done: list[str] = []

        def note(title: str, command: list[str], **_: object) -> None:
            done.append(title)
            (tmp_path / ".venv").mkdir(exist_ok=True)

        (tmp_path / "requirements.txt").write_text("django\n")
        (tmp_path / "requirements-dev.txt").write_text("pytest\n")
        monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
        monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
        monkeypatch.setattr(bootstrap, "usable", lambda: (tmp_path / ".venv").is_dir())
        monkeypatch.setattr(bootstrap, "run_step", note)
        return done

    def test_makes_the_environment_once(self, steps):
        bootstrap.install(["requirements.txt"])
        bootstrap.install(["requirements.txt"])

        assert steps == ["Making .venv", "Installing requirements.txt"]

    def test_installs_again_when_a_requirement_changed(self, steps):
        bootstrap.install(["requirements.txt"])
        (bootstrap.ROOT / "requirements.txt").write_text("django==5.2\n")
        bootstrap.install(["requirements.txt"])

        assert steps.count("Installing requirements.txt") == 2

    def test_installs_what_developers_need_only_when_it_is_asked_for(self, steps):
        bootstrap.install(["requirements.txt"])
        assert "Installing requirements-dev.txt" not in steps

        bootstrap.install(["requirements.txt", "requirements-dev.txt"])
        assert "Installing requirements-dev.txt" in steps

    def test_installs_again_after_a_failure(self, steps, monkeypatch):
        quiet = bootstrap.run_step

        def fail(title: str, command: list[str], **kwargs: object) -> None:
            quiet(title, command)
            if "Installing" in title:
                raise bootstrap.Failed("no network")

        monkeypatch.setattr(bootstrap, "run_step", fail)
        with pytest.raises(bootstrap.Failed, match="no network"):
            bootstrap.install(["requirements.txt"])
        monkeypatch.setattr(bootstrap, "run_step", quiet)
        bootstrap.install(["requirements.txt"])

        assert steps.count("Installing requirements.txt") == 2


class TestRunStep:
    def test_shows_how_long_it_took_and_nothing_of_what_was_said(self, capsys):
        bootstrap.run_step("Counting", [sys.executable, "-c", "print('one, two')"])

        said = capsys.readouterr().out
        assert said.startswith("Counting: done in ")
        assert "one, two" not in said

    def test_shows_what_was_said_when_it_fails(self, capsys):
        with pytest.raises(bootstrap.Failed, match="no such file"):
            bootstrap.run_step("Counting", [sys.executable, "-c", "raise SystemExit('no such file')"])

        assert "Counting: failed in " in capsys.readouterr().out
