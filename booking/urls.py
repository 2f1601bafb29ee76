"""Pages of the programme, of a purchase and of what was bought."""

from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from booking.pages import browsing, cancelling, choosing, guests, papers, paying, seats_now, visits, waiting
from booking.pages.webhooks import TakeMessage
from cinema.core.api.routing import route

urlpatterns = [
    path("", browsing.BrowseProgramme.as_view(), name="home"),
    route("now/movies/<page_id:movie_id>", browsing.ShowMovie.as_view(), name="movie_by_id"),
    route("now/movies/<page_id:movie_id>/<str:slug>", browsing.ShowMovie.as_view(), name="movie"),
    # Nothing can be sent there, so a wrong method is told so (405) before a token is missed (403).
    route("seatmap/<id:show_id>", csrf_exempt(choosing.SeeSeats.as_view()), name="seat_map"),
    route("book/<page_id:show_id>/seats", choosing.ChooseSeats.as_view(), name="choose_seats"),
    route("book/<page_id:show_id>/best", choosing.TakeBestSeats.as_view(), name="take_best_seats"),
    route("now/shows/<page_id:show_id>/seats", seats_now.SeatsNow.as_view(), name="seats_now"),
    route("now/shows/<page_id:show_id>/total", seats_now.TotalNow.as_view(), name="total_now"),
    route("book/<page_id:show_id>/release", choosing.GiveSeatsBack.as_view(), name="give_seats_back"),
    route("book/<page_id:show_id>/extend", choosing.ExtendHold.as_view(), name="extend_hold"),
    route("book/<page_id:show_id>/food", paying.AddFood.as_view(), name="add_food"),
    route("book/<page_id:show_id>/details", guests.GiveDetails.as_view(), name="give_details"),
    route("book/<page_id:show_id>/promo", paying.ApplyPromo.as_view(), name="apply_promo"),
    route("book/<page_id:show_id>/pay", paying.Pay.as_view(), name="pay"),
    route("account/bookings/<slug:reference>/payment", waiting.WaitForPayment.as_view(), name="wait_for_payment"),
    route("account/bookings/<slug:reference>/payment/state", waiting.PaymentState.as_view(), name="payment_state"),
    route("webhooks/<slug:gateway>", TakeMessage.as_view(), name="webhook"),
    route("account/order", guests.OpenOrder.as_view(), name="open_order"),
    route("account/bookings", visits.MyBookings.as_view(), name="my_bookings"),
    route("account/bookings/<slug:reference>", visits.ShowTicket.as_view(), name="show_ticket"),
    route("account/bookings/<slug:reference>/ticket.pdf", visits.DownloadTicket.as_view(), name="ticket_file"),
    route("account/bookings/<slug:reference>/link", guests.SendNewLink.as_view(), name="send_new_link"),
    route("account/bookings/<slug:reference>/invoice.pdf", papers.DownloadInvoice.as_view(), name="invoice_file"),
    route(
        "account/bookings/<slug:reference>/credit-notes/<page_id:credit_note_id>.pdf",
        papers.DownloadCreditNote.as_view(),
        name="credit_note_file",
    ),
    route("account/bookings/<slug:reference>/ticket.html", visits.DownloadPage.as_view(), name="offline_ticket"),
    route("account/bookings/<slug:reference>/show.ics", visits.DownloadCalendar.as_view(), name="calendar_file"),
    route("account/bookings/<slug:reference>/feedback", visits.GiveFeedback.as_view(), name="give_feedback"),
    route("account/bookings/<slug:reference>/cancel", cancelling.CancelBooking.as_view(), name="cancel_booking"),
    route("account/bookings/<slug:reference>/cancel/lines", cancelling.CancelLines.as_view(), name="cancel_lines"),
]
