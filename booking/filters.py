import django_filters

from booking.models import BookedSeat, Booking, SeatLock
from cinema.core.api.filters import IdFilter


class SeatLockFilter(django_filters.FilterSet):
    show_id = IdFilter()
    user_id = IdFilter()

    class Meta:
        model = SeatLock
        fields: list[str] = []


class BookingFilter(django_filters.FilterSet):
    user_id = IdFilter()
    show_id = IdFilter()

    class Meta:
        model = Booking
        fields: list[str] = []


class BookedSeatFilter(django_filters.FilterSet):
    booking_id = IdFilter()
    seat_id = IdFilter()
    show_id = IdFilter()

    class Meta:
        model = BookedSeat
        fields: list[str] = []
