"""Shapes of the booking API: what comes in is checked here, what goes out is described here."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from booking.models import BookedFee, BookedFood, BookedSeat, Booking, BookingStatusLog, Feedback, SeatLock, Ticket
from booking.orders import FoodWanted, Order
from booking.states import BookingStatus, LockStatus
from cinema.core.api.fields import OptionalText, Text, id_field

MOST_FOOD_LINES = 50
MOST_OF_ONE_FOOD = 100


class SeatLockInput(serializers.Serializer):
    """One seat (`seat_id`) or several, all or nothing (`seat_ids`). Whose, until when and in which state is for us to say."""

    seat_id = id_field(required=False)
    seat_ids = serializers.ListField(child=id_field(), required=False, min_length=1, max_length=100)
    show_id = id_field()
    user_id = id_field(required=False, help_text="The caller; an admin may name another.")
    status = serializers.ChoiceField(LockStatus.choices, default=LockStatus.LOCKED, help_text="Ignored.")
    locked_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Ignored.")
    expires_at = serializers.DateTimeField(required=False, help_text="Honoured when sooner than our own end.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("seat_id" in attrs) == ("seat_ids" in attrs):
            raise serializers.ValidationError({"seat_id": "Send either seat_id or seat_ids."}, code="one_of")
        return attrs


class SeatLockChange(serializers.Serializer):
    status = serializers.ChoiceField(LockStatus.choices, required=False, help_text="EXPIRED gives the seat back.")
    expires_at = serializers.DateTimeField(required=False, help_text="Prolongs once, or shortens.")


class SeatLockOutput(serializers.ModelSerializer):
    lock_id = serializers.IntegerField(source="id")
    seat_id = serializers.IntegerField()
    show_id = serializers.IntegerField()
    user_id = serializers.IntegerField()
    status = serializers.ChoiceField(LockStatus.choices)

    class Meta:
        model = SeatLock
        fields = ("lock_id", "seat_id", "show_id", "user_id", "status", "locked_at", "expires_at")


class FoodInput(serializers.Serializer):
    food_id = id_field()
    quantity = serializers.IntegerField(min_value=1, max_value=MOST_OF_ONE_FOOD, default=1)


class BookingInput(serializers.Serializer):
    """An order. What it costs, who pays and when it was made is for us to say: old clients' fields are ignored."""

    user_id = id_field(required=False, help_text="The caller; an admin may name another.")
    show_id = id_field()
    seats = serializers.ListField(child=id_field(), allow_null=True, default=list, max_length=100)
    foods = serializers.ListField(child=FoodInput(), allow_null=True, default=list, max_length=MOST_FOOD_LINES)
    discount_id = id_field(required=False, allow_null=True)
    promo_code = serializers.CharField(required=False, allow_blank=True, max_length=50)
    payment_id = serializers.IntegerField(required=False, allow_null=True, help_text="Ignored.")
    booking_time = serializers.DateTimeField(required=False, help_text="Ignored.")
    amount = serializers.FloatField(required=False, help_text="Ignored: the server prices the order.")

    def validate_seats(self, value: list[int] | None) -> list[int]:
        seats = value or []
        if len(set(seats)) < len(seats):
            raise serializers.ValidationError("A seat is named twice.", code="duplicate")
        return seats

    def validate_foods(self, value: list[dict[str, int]] | None) -> tuple[FoodWanted, ...]:
        foods = tuple(FoodWanted(line["food_id"], line["quantity"]) for line in value or [])
        if any(quantity > MOST_OF_ONE_FOOD for quantity in Order(0, (), foods).quantities.values()):
            raise serializers.ValidationError(f"At most {MOST_OF_ONE_FOOD} of one item.", code="max_value")
        return foods


def order_of(data: dict[str, Any]) -> Order:
    """Build the order that the services take from a checked `BookingInput`."""
    return Order(
        show_id=data["show_id"],
        seat_ids=tuple(data["seats"]),
        foods=data["foods"],
        discount_id=data.get("discount_id"),
        promo_code=data.get("promo_code", ""),
    )


def refunded() -> serializers.DecimalField:
    """Make a field for what came back of a line, with its tax."""
    return serializers.DecimalField(max_digits=12, decimal_places=2, read_only=True, help_text="Given back, with tax.")


class BookedSeatOutput(serializers.ModelSerializer):
    booked_seat_id = serializers.IntegerField(source="id")
    booking_id = serializers.IntegerField()
    seat_id = serializers.IntegerField()
    show_id = serializers.IntegerField()
    gst_id = serializers.IntegerField(allow_null=True)
    refunded = refunded()

    class Meta:
        model = BookedSeat
        fields = (
            "booked_seat_id",
            "booking_id",
            "seat_id",
            "show_id",
            "price",
            "gst_id",
            "discount_share",
            "taxable",
            "cgst",
            "sgst",
            "released_at",
            "refunded",
        )


class SoldSeatOutput(BookedSeatOutput):
    """A seat that is sold, as anybody may know it; in whose booking is not for everybody."""

    booking_id = serializers.IntegerField(
        allow_null=True, help_text="Null, unless it is the caller's or an admin asks."
    )


class BookedFoodOutput(serializers.ModelSerializer):
    booked_food_id = serializers.IntegerField(source="id")
    booking_id = serializers.IntegerField()
    food_id = serializers.IntegerField()
    gst_id = serializers.IntegerField(allow_null=True)
    refunded = refunded()

    class Meta:
        model = BookedFood
        fields = (
            "booked_food_id",
            "booking_id",
            "food_id",
            "quantity",
            "unit_price",
            "gst_id",
            "discount_share",
            "taxable",
            "cgst",
            "sgst",
            "released_at",
            "refunded",
        )


class BookedFeeOutput(serializers.ModelSerializer):
    booked_fee_id = serializers.IntegerField(source="id")
    booking_id = serializers.IntegerField()
    seat_id = serializers.IntegerField(allow_null=True, help_text="None: of the whole booking.")
    gst_id = serializers.IntegerField(allow_null=True)
    refunded = refunded()

    class Meta:
        model = BookedFee
        fields = (
            "booked_fee_id",
            "booking_id",
            "seat_id",
            "price",
            "gst_id",
            "taxable",
            "cgst",
            "sgst",
            "is_refundable",
            "released_at",
            "refunded",
        )


class BookingOutput(serializers.ModelSerializer):
    booking_id = serializers.IntegerField(source="id")
    user_id = serializers.IntegerField()
    show_id = serializers.IntegerField()
    payment_id = serializers.IntegerField(allow_null=True)
    discount_id = serializers.IntegerField(allow_null=True)
    booking_status = serializers.ChoiceField(BookingStatus.choices)
    seats = BookedSeatOutput(many=True)
    foods = BookedFoodOutput(many=True)
    fees = BookedFeeOutput(many=True)
    ticket_id = serializers.UUIDField(source="ticket.id", default=None, allow_null=True)

    class Meta:
        model = Booking
        fields = (
            "booking_id",
            "user_id",
            "show_id",
            "booking_reference",
            "booking_status",
            "payment_id",
            "discount_id",
            "booking_time",
            "pay_until",
            "amount",
            "discount_amount",
            "rounding",
            "refund_amount",
            "seats",
            "foods",
            "fees",
            "ticket_id",
        )


class BookingLogOutput(serializers.ModelSerializer):
    status_log_id = serializers.IntegerField(source="id")
    booking_id = serializers.IntegerField()
    from_status = serializers.SerializerMethodField()

    class Meta:
        model = BookingStatusLog
        fields = ("status_log_id", "booking_id", "from_status", "to_status", "changed_at", "changed_by", "reason")

    @extend_schema_field(serializers.ChoiceField(BookingStatus.choices, allow_null=True))
    def get_from_status(self, log: BookingStatusLog) -> str | None:
        return log.from_status or None


class MapSeatOutput(serializers.Serializer):
    seat_id = serializers.IntegerField()
    seat_no = serializers.CharField()
    row = serializers.IntegerField()
    col = serializers.IntegerField()
    kind = serializers.CharField()
    available = serializers.BooleanField()


class MapCategoryOutput(serializers.Serializer):
    category_id = serializers.IntegerField()
    category_name = serializers.CharField()
    price = serializers.DecimalField(max_digits=5, decimal_places=2)
    seats = MapSeatOutput(many=True)


class MapMovieOutput(serializers.Serializer):
    movie_id = serializers.IntegerField()
    title = serializers.CharField()
    poster_url = serializers.CharField(allow_null=True)


class MapScreenOutput(serializers.Serializer):
    screen_id = serializers.IntegerField()
    screen_name = serializers.CharField()


class SeatMapOutput(serializers.Serializer):
    show_id = serializers.IntegerField()
    show_date = serializers.DateField()
    show_time = serializers.TimeField()
    movie = MapMovieOutput()
    screen = MapScreenOutput()
    seat_categories = MapCategoryOutput(many=True)
    booked_seat_ids = serializers.ListField(child=serializers.IntegerField())


class TicketUpload(serializers.Serializer):
    file = serializers.FileField(
        allow_empty_file=True, use_url=False, help_text="A PDF, a JPEG or a PNG of at most 5 MiB (5242880 bytes)."
    )
    title = OptionalText(max_length=200)


class TicketOutput(serializers.ModelSerializer[Ticket]):
    size = serializers.IntegerField(help_text="Bytes; 0 until the file is made, which a download does.")
    title = serializers.SerializerMethodField()
    download_url = serializers.SerializerMethodField()

    class Meta:
        model = Ticket
        fields = ["id", "filename", "content_type", "size", "title", "download_url"]

    def get_title(self, ticket: Ticket) -> str | None:
        return ticket.title or None

    def get_download_url(self, ticket: Ticket) -> str:
        return reverse("ticket-download", args=[ticket.pk])


class FeedbackInput(serializers.Serializer):
    booking_id = id_field()
    user_id = id_field(required=False, help_text="The caller; an admin may name another.")
    rating = serializers.IntegerField(min_value=1, max_value=5)
    comment = OptionalText(max_length=2000)


class FeedbackReply(serializers.Serializer):
    reply = Text(max_length=1000)


class FeedbackOutput(serializers.ModelSerializer[Feedback]):
    feedback_id = serializers.IntegerField(source="id")
    booking_id = serializers.IntegerField()
    user_id = serializers.IntegerField()
    rating = serializers.IntegerField(min_value=1, max_value=5)
    comment = OptionalText()
    reply = OptionalText()

    class Meta:
        model = Feedback
        fields = (
            "booking_id",
            "user_id",
            "rating",
            "comment",
            "feedback_id",
            "feedback_date",
            "reply",
            "replied_at",
        )
