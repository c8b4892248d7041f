"""API tokens: given once, kept as a digest, found by it."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from . import clock, codes
from .deeds import Author, deed, log
from .models import Token, User
from .refusals import Forbidden


@deed
def give_token(user: User, *, by: Author, label: str, life: dt.timedelta = dt.timedelta(days=90)) -> str:
    """A new token for `user`, answered this once; it acts with all her rights until it ends.

    Raises Forbidden when somebody asks for another's.
    """
    if isinstance(by, User) and by != user:
        raise Forbidden("forbidden", _("You can only ask for a token of your own."))
    secret = f"hs_{codes.secret()}"
    now = clock.now()
    token = Token.objects.create(
        user=user, digest=codes.digest(secret), label=label[:80], created_at=now, expires_at=now + life
    )
    log(by, "give_token", token, office=None)
    return secret


@deed
def revoke_token(token: Token, *, by: Author) -> None:
    """End a token. Raises Forbidden when it is another's."""
    if isinstance(by, User) and by.pk != token.user_id:
        raise Forbidden("forbidden", _("You can only end a token of your own."))
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    log(by, "revoke_token", token, office=None)


def token_user(secret: str) -> User | None:
    """Who a bearer token speaks for; None for an unknown, ended or revoked one."""
    now = clock.now()
    token = (
        Token.objects.select_related("user")
        .filter(digest=codes.digest(secret), expires_at__gt=now, revoked_at=None, user__is_active=True)
        .first()
    )
    return token.user if token else None
