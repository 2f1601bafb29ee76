"""A broker that is down or silent neither fails nor hangs what was committed."""

import socket
from contextlib import closing

import pytest
from celery import Celery
from kombu.exceptions import OperationalError

pytestmark = pytest.mark.timeout(20)  # the default of a silent broker is to wait for ever: a hang is the failure


def publish_to(port: int) -> None:
    app = Celery("away", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.broker_url = f"redis://127.0.0.1:{port}/0"
    app.send_task("nobody.listens")


class TestABrokerThatIsAway:
    def test_refuses_at_once_when_nothing_listens(self):
        with closing(socket.create_server(("127.0.0.1", 0))) as server:
            port = server.getsockname()[1]
        with pytest.raises(OperationalError):
            publish_to(port)

    def test_is_given_up_when_it_accepts_and_never_answers(self):
        with closing(socket.create_server(("127.0.0.1", 0))) as server, pytest.raises(OperationalError):
            publish_to(server.getsockname()[1])
