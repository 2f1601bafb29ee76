import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from accounts.models import User
from billing.checks import gateway_known, razorpay_has_its_keys, sandbox_behaves_as_known
from cinema.core import boot, demo
from cinema.core.embedded.bootstrap import ROOT
from cinema.core.embedded.checks import production
from tests.factories.accounts import UserFactory

PRODUCTION_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SERVERS = {"DATABASE_URL": "postgresql://marquee@db/marquee", "REDIS_URL": "redis://broker:6379/0"}


def boot_with(statement: str, **changes: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], **production(), **SERVERS, **changes}
    command = [sys.executable, "-c", statement]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)


class TestProductionSettings:
    def test_boot_with_secrets_servers_and_hosts(self):
        booted = boot_with("import django; django.setup()")

        assert booted.returncode == 0, booted.stderr

    def test_write_links_without_a_second_slash(self):
        booted = boot_with(
            "import django; django.setup(); from booking.links import page_link; print(page_link('BKNG-1'))",
            SITE_URL="https://cinema.example/",
        )

        assert booted.stdout.strip() == "https://cinema.example/account/bookings/BKNG-1", booted.stderr

    def test_keep_browsers_on_https_and_cookies_with_them(self):
        booted = boot_with(
            "import django; django.setup();"
            "from django.conf import settings; from django.test import Client;"
            "flags = [name for name in dir(settings) if name.endswith('COOKIE_SECURE') and not getattr(settings, name)];"
            "answer = Client(headers={'host': 'cinema.example'}).get('/health/live', secure=True);"
            "print(flags, answer.headers['Strict-Transport-Security'])"
        )

        assert booted.stdout.strip() == "[] max-age=31536000; includeSubDomains; preload", booted.stderr

    def test_name_cookies_so_that_no_other_host_sets_them(self):
        booted = boot_with(
            "import django; django.setup(); from django.conf import settings;"
            "print(*(getattr(settings, f'{kind}_COOKIE_NAME').startswith('__Host-') and"
            " getattr(settings, f'{kind}_COOKIE_PATH') == '/' and not getattr(settings, f'{kind}_COOKIE_DOMAIN')"
            " for kind in ('SESSION', 'CSRF', 'LANGUAGE')))"
        )

        assert booted.stdout.strip() == "True True True", booted.stderr

    def test_send_plain_http_away(self):
        booted = boot_with(
            "import django; django.setup(); from django.test import Client;"
            "answer = Client(headers={'host': 'cinema.example'}).get('/account/login');"
            "print(answer.status_code, answer.url)"
        )

        assert booted.stdout.strip() == "301 https://cinema.example/account/login", booted.stderr

    def test_let_prometheus_ask_by_plain_http_from_inside(self):
        booted = boot_with(
            "import django; django.setup(); from django.test import Client;"
            "answer = Client(headers={'host': 'cinema.example'}).get('/metrics');"
            "print(answer.status_code)",
            METRICS_TOKEN="sesame",
        )

        assert booted.stdout.strip() == "404", booted.stderr  # for want of the token, and not sent away

    @pytest.mark.parametrize(
        "name", ["SECRET_KEY", "JWT_SIGNING_KEY", "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS", "SITE_URL"]
    )
    def test_refuse_when_one_is_missing(self, name):
        refused = boot_with("import cinema.settings.production", **{name: ""})

        assert refused.returncode != 0
        assert f"{name} is not set" in refused.stderr

    @pytest.mark.parametrize("name", ["SECRET_KEY", "JWT_SIGNING_KEY"])
    @pytest.mark.parametrize(
        "weak",
        [
            "correct-horse-battery-staple",
            "ab" * 40,
            "local-only-" + "not-a-secret-" * 4,
            "django-insecure-" + "qwertzuiopü0123456789" * 3,
        ],
    )
    def test_refuse_a_weak_secret_without_repeating_it(self, name, weak):
        refused = boot_with("import cinema.settings.production", **{name: weak})

        assert refused.returncode != 0
        assert f"{name} is too weak" in refused.stderr
        assert weak not in refused.stderr

    def test_refuse_a_weak_secret_of_before(self):
        refused = boot_with("import cinema.settings.production", JWT_SIGNING_KEY_FALLBACKS="short")

        assert refused.returncode != 0
        assert "JWT_SIGNING_KEY_FALLBACKS is too weak" in refused.stderr

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"PAYMENT_GATEWAY": "sandbox"}, "sandbox takes no money"),
            ({"PAYMENT_GATEWAY": ""}, "PAYMENT_GATEWAY"),
            ({"PAYMENT_GATEWAY": "razorpay", "RAZORPAY_KEY_ID": "rzp"}, "RAZORPAY_KEY_SECRET is not set"),
            ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS=*"),
            ({"SITE_URL": "http://cinema.example"}, "SITE_URL must begin with https://"),
            ({"DATABASE_URL": "sqlite:///marquee.db"}, "must be a postgresql:// URL"),
            ({"SECRET_KEY": "0123456789" * 6 + "abc", "JWT_SIGNING_KEY": "0123456789" * 6 + "abc"}, "must differ"),
            ({"SECURE_SSL_REDIRECT": "perhaps"}, "SECURE_SSL_REDIRECT"),
        ],
    )
    def test_refuse_what_belongs_to_a_developers_machine(self, changes, why):
        refused = boot_with(
            "import django; django.setup(); from django.core.management import call_command; call_command('check')",
            **changes,
        )

        assert refused.returncode != 0
        assert why in refused.stderr


class TestDemoPasswords:
    @pytest.fixture
    def public(self, settings):
        settings.DEMO_DATA_ALLOWED = False

    @pytest.fixture
    def demo_admin(self, transactional_db, settings) -> User:
        settings.PASSWORD_HASHERS = PRODUCTION_HASHERS  # the quick one of the tests is none that production reads
        person = UserFactory(email=demo.LOG_INS[-1])
        person.set_password(demo.PASSWORD)
        person.save()
        return person

    def test_refuse_while_one_works(self, public, demo_admin):
        with pytest.raises(ImproperlyConfigured, match=r"admin@example.com can still log in"):
            boot.require_safe()

    def test_let_pass_a_changed_password(self, public, demo_admin):
        demo_admin.set_password("another one, and a long one")
        demo_admin.save()

        boot.require_safe()

    def test_let_pass_a_deactivated_account(self, public, demo_admin):
        User.objects.filter(pk=demo_admin.pk).update(is_active=False)

        boot.require_safe()

    def test_are_allowed_on_a_developers_machine(self, demo_admin, settings):
        assert settings.DEMO_DATA_ALLOWED

        boot.require_safe()

    @pytest.mark.parametrize("entry_point", ["cinema.wsgi", "cinema.asgi"])
    def test_keep_the_web_server_from_starting(self, demo_admin, entry_point):
        host, name = (quote(str(connection.settings_dict[part]), safe="") for part in ("HOST", "NAME"))
        refused = boot_with(f"import {entry_point}", DATABASE_URL=f"postgresql://postgres@{host}/{name}")

        assert refused.returncode != 0
        assert "Refusing to serve" in refused.stderr
        assert "admin@example.com" in refused.stderr


class TestGatewayKnown:
    def test_finds_a_name_that_no_provider_has(self, settings):
        settings.PAYMENT_GATEWAY = "piggybank"

        assert [message.id for message in gateway_known(None)] == ["billing.E001"]


class TestRazorpayHasItsKeys:
    def test_names_every_key_that_is_missing(self, settings):
        settings.PAYMENT_GATEWAY, settings.RAZORPAY_KEY_ID = "razorpay", "rzp"
        assert [message.msg.split()[0] for message in razorpay_has_its_keys(None)] == [
            "RAZORPAY_KEY_SECRET",
            "RAZORPAY_WEBHOOK_SECRETS",
        ]

    def test_asks_nothing_of_a_house_without_razorpay(self, settings):
        settings.PAYMENT_GATEWAY = "cash"
        assert razorpay_has_its_keys(None) == []


class TestSandboxBehavesAsKnown:
    def test_finds_a_word_that_the_sandbox_does_not_know(self, settings):
        assert sandbox_behaves_as_known(None) == []
        settings.SANDBOX_BEHAVIOUR = "misbehave"
        assert [message.id for message in sandbox_behaves_as_known(None)] == ["billing.E003"]
