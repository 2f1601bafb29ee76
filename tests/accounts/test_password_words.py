import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


class TestHouseWordsValidator:
    @pytest.mark.parametrize("password", ["Marquee2026", "movieticket99", "CINEMA!cinema", "popcorn-1234"])
    def test_refuses_little_more_than_a_word_of_the_house(self, password):
        with pytest.raises(ValidationError) as refused:
            validate_password(password)
        assert "password_of_the_house" in {error.code for error in refused.value.error_list}

    @pytest.mark.parametrize("password", ["a ticket to the moon", "quiet-otter-harbour"])
    def test_lets_words_stand_among_others(self, password):
        validate_password(password)

    def test_knows_the_words_of_the_operator(self, settings):
        settings.PASSWORD_WORDS = ["regal+"]
        with pytest.raises(ValidationError):
            validate_password("regal+12345")
