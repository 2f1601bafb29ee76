"""Where payment providers send their messages: signed, stored once, answered 200 however often they come."""

import logging

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from booking.services import messages
from cinema.core.api.errors import DatabaseBusy, status_of
from cinema.core.errors import DomainError, TooLarge

logger = logging.getLogger(__name__)

LARGEST_MESSAGE = 256 * 1024  # bytes; theirs have a few thousand


class MessageTooLarge(TooLarge):
    code = "message_too_large"
    message = _("A payment provider's message has at most 256 KiB.")


@method_decorator(csrf_exempt, name="dispatch")
class TakeMessage(View):
    """One provider's address for messages. Nobody is signed in here: the signature over the raw body says who it is."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, gateway: str) -> HttpResponse:
        try:
            return JsonResponse({"status": self.take(request, gateway)})
        except DomainError as refusal:
            logger.warning("message to %s refused: %s", gateway, refusal.code)
            return self.refuse(refusal)
        except (OperationalError, InterfaceError) as error:
            logger.warning("database unavailable: %s", type(error.__cause__ or error).__name__)
            return self.refuse(DatabaseBusy())

    def take(self, request: HttpRequest, gateway: str) -> str:
        """Read the body, no more of it than allowed, and hand it on."""
        body = request.read(LARGEST_MESSAGE + 1)
        if len(body) > LARGEST_MESSAGE:
            raise MessageTooLarge
        return messages.take(gateway=gateway, body=body, headers=request.headers, now=timezone.now())

    def refuse(self, refusal: DomainError) -> HttpResponse:
        """Answer as the API does, in JSON."""
        body = {"detail": refusal.detail, "code": refusal.code}
        return JsonResponse(body, status=status_of(refusal))
