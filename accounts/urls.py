"""Pages of the account."""

from accounts.pages import entering, mine, news
from cinema.core.api.routing import route

urlpatterns = [
    route("account/login", entering.LogIn.as_view(), name="log_in"),
    route("account/signup", entering.SignUp.as_view(), name="sign_up"),
    route("account/forgot", entering.ForgotPassword.as_view(), name="forgot_password"),
    route("account/reset", entering.ResetPassword.as_view(), name="reset_password"),
    route("account/keep", entering.KeepBookings.as_view(), name="keep_bookings"),
    route("account/inbox", mine.Inbox.as_view(), name="inbox"),
    route("account/inbox/now", news.UnreadNow.as_view(), name="unread_now"),
    route("account/notifications", news.Preferences.as_view(), name="preferences"),
    route("account/unsubscribe", news.Unsubscribe.as_view(), name="unsubscribe"),
    route("account/profile", mine.Profile.as_view(), name="profile"),
    route("account/password", mine.ChangePassword.as_view(), name="change_password"),
    route("account/sessions", mine.Sessions.as_view(), name="sessions"),
    route("account/export", mine.ExportData.as_view(), name="export_data"),
    route("account/delete", mine.DeleteAccount.as_view(), name="delete_account"),
    route("account", mine.MyAccount.as_view(), name="my_account"),
    route("account/logout", entering.LogOut.as_view(), name="log_out"),
]
