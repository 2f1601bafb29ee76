"""Passwords made of what everybody thinks of in a cinema."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class HouseWordsValidator:
    """Refuse a password that is little more than a word of this trade or house (`settings.PASSWORD_WORDS`)."""

    least_besides = 6  # characters that are left when the words are taken out

    def validate(self, password: str, user: object = None) -> None:
        words = "|".join(re.escape(word) for word in settings.PASSWORD_WORDS)
        rest = re.sub(words, "", password, flags=re.IGNORECASE)
        if rest != password and len(rest) < self.least_besides:
            raise ValidationError(_("Such a password is easily guessed in a cinema."), code="password_of_the_house")

    def get_help_text(self) -> str:
        return _("Your password can’t be little more than a word such as cinema or ticket.")
