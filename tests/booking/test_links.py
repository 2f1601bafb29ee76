import pytest
from django.core.signing import Signer

from booking.errors import OrderLinkInvalid
from booking.links import OrderKey, order_link, read_key

KEY = OrderKey("BKNG-F0000001", "a-key_of.22characters")


def signed(link: str) -> str:
    return link.partition("key=")[2].replace("%3A", ":")


class TestOrderLink:
    def test_is_read_back(self, settings):
        settings.SITE_URL = "https://cinema.example"
        link = order_link(KEY)
        assert link.startswith("https://cinema.example/account/order?key=BKNG-F0000001.")
        assert read_key(signed(link)) == KEY

    def test_outlives_a_change_of_the_secret(self, settings):
        key = signed(order_link(KEY))
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-" * 8
        assert read_key(key) == KEY

    @pytest.mark.parametrize(
        "text",
        ["", "x", "BKNG-F0000001.key:", "\0", Signer(salt="elsewhere").sign(".".join(KEY)), "\ud800:x"],
        ids=["empty", "word", "unsigned", "nul", "signed for something else", "surrogate"],
    )
    def test_is_ours_or_nothing(self, text):
        with pytest.raises(OrderLinkInvalid):
            read_key(text)
