"""Pages of the account."""

from accounts import pages
from cinema.core.api.routing import route

urlpatterns = [
    route("account/login", pages.LogIn.as_view(), name="log_in"),
    route("account/signup", pages.SignUp.as_view(), name="sign_up"),
    route("account/forgot", pages.ForgotPassword.as_view(), name="forgot_password"),
    route("account/reset", pages.ResetPassword.as_view(), name="reset_password"),
    route("account/logout", pages.LogOut.as_view(), name="log_out"),
]
