"""From draft to what customers see."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import User
from scheduling.errors import ShowInPast
from scheduling.models import Show
from scheduling.states import ShowStatus


@transaction.atomic(durable=True)
def publish(*, show_ids: Collection[int], by: User, now: datetime) -> int:
    """Put drafts on sale; what is no draft stays as it is. Answers how many were published.

    :raises ShowInPast: when one of the drafts would have begun; then none is published.
    """
    drafts = Show.objects.filter(pk__in=show_ids, status=ShowStatus.DRAFT).select_for_update(of=("self",))
    found = list(drafts.order_by("id"))
    if any(show.starts_at <= now for show in found):
        raise ShowInPast
    return Show.objects.filter(pk__in=[show.pk for show in found]).update(status=ShowStatus.UPCOMING)
