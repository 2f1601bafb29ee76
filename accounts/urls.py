"""Pages of the account."""

from accounts.pages import entering
from cinema.core.api.routing import route

urlpatterns = [
    route("account/login", entering.LogIn.as_view(), name="log_in"),
    route("account/signup", entering.SignUp.as_view(), name="sign_up"),
    route("account/forgot", entering.ForgotPassword.as_view(), name="forgot_password"),
    route("account/reset", entering.ResetPassword.as_view(), name="reset_password"),
    route("account/keep", entering.KeepBookings.as_view(), name="keep_bookings"),
    route("account/logout", entering.LogOut.as_view(), name="log_out"),
]
