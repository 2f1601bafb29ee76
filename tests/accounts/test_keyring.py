"""A signing key is replaced without logging anybody out, and a retired one opens nothing."""

import jwt
import pytest

from accounts.errors import TokenInvalid
from accounts.keyring import key_id
from accounts.tokens import pair_of, read_access, read_refresh
from tests.factories.accounts import SessionFactory

OLD, NEW = "old-key-" * 8, "new-key-" * 8


@pytest.fixture
def pair(settings, db, now):
    settings.JWT_SIGNING_KEY = OLD
    session = SessionFactory()
    return pair_of(session, issued_at=now)


class TestReplacingTheSigningKey:
    def test_keeps_old_tokens_valid_while_their_key_is_kept(self, settings, pair):
        settings.JWT_SIGNING_KEY, settings.JWT_SIGNING_KEY_FALLBACKS = NEW, [OLD]

        assert read_access(pair.access).user_id == read_refresh(pair.refresh).user_id

    def test_ends_them_with_their_key(self, settings, pair):
        settings.JWT_SIGNING_KEY, settings.JWT_SIGNING_KEY_FALLBACKS = NEW, []

        with pytest.raises(TokenInvalid):
            read_access(pair.access)

    def test_signs_new_tokens_with_the_new_key(self, settings, db, now):
        settings.JWT_SIGNING_KEY, settings.JWT_SIGNING_KEY_FALLBACKS = NEW, [OLD]
        pair = pair_of(SessionFactory(), issued_at=now)

        assert {jwt.get_unverified_header(token)["kid"] for token in pair} == {key_id(NEW)}


class TestTheNameOfAKey:
    def test_convinces_nobody_by_itself(self, settings, pair):
        settings.JWT_SIGNING_KEY, settings.JWT_SIGNING_KEY_FALLBACKS = NEW, [OLD]
        claims = jwt.decode(pair.access, options={"verify_signature": False})
        forged = jwt.encode(claims, "somebody-else-" * 4, algorithm="HS256", headers={"kid": key_id(OLD)})

        with pytest.raises(TokenInvalid):
            read_access(forged)

    def test_may_be_missing_on_a_token_of_the_current_key(self, settings, pair):
        claims = jwt.decode(pair.access, options={"verify_signature": False})

        assert read_access(jwt.encode(claims, OLD, algorithm="HS256")).jti == claims["jti"]

    @pytest.mark.parametrize("kid", ["", "nobody's", 7], ids=["empty", "unknown", "number"])
    def test_is_refused_when_no_key_has_it(self, settings, pair, kid):
        claims = jwt.decode(pair.access, options={"verify_signature": False})
        header = jwt.encode(claims, OLD, algorithm="HS256", headers={"kid": str(kid)})

        with pytest.raises(TokenInvalid):
            read_access(header)

    def test_tells_nothing_of_the_key(self):
        assert key_id(OLD) != key_id(NEW)
        assert OLD[:8] not in key_id(OLD)

    def test_unsigned_tokens_are_refused(self, pair):
        claims = jwt.decode(pair.access, options={"verify_signature": False})

        with pytest.raises(TokenInvalid):
            read_access(jwt.encode(claims, None, algorithm="none", headers={"kid": key_id(OLD)}))
