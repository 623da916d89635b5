"""Sign-in through a government identity provider (OpenID Connect, code flow with PKCE).

The library verifies the signature and the nonce of the identity token; issuer, audience and expiry are checked here.
Accounts are not made by signing in: an administrator links one to its subject at the provider.
"""

from __future__ import annotations

from typing import Any

import jwt
from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from django.http import HttpResponseBase, HttpResponseRedirect
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from firebreak.ops.accounts.models import User
from firebreak.ops.accounts.signing import begin

SECOND_FACTORS = frozenset({"mfa", "otp", "hwk", "sc", "swk", "fpt", "face"})
"""Values of ``amr`` (RFC 8176) that say the provider itself asked for more than a password."""


class Provider(OIDCAuthenticationBackend):  # type: ignore[misc]
    """The provider as a way to authenticate. Nobody is found by e-mail: an address can be taken over."""

    payload: dict[str, Any]

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:
        """The claims of an identity token for us, from our provider, that has not expired."""
        payload: dict[str, Any] = super().verify_token(token, **kwargs)
        audience = payload.get("aud")
        ours = self.OIDC_RP_CLIENT_ID in (audience if isinstance(audience, list) else [audience])
        several = isinstance(audience, list) and len(audience) > 1
        if not ours or (several and payload.get("azp") != self.OIDC_RP_CLIENT_ID):
            raise SuspiciousOperation("the token is for somebody else")
        if payload.get("iss") != self.get_settings("OIDC_OP_ISSUER"):
            raise SuspiciousOperation("the token is somebody else's")
        if "exp" not in payload:
            raise SuspiciousOperation("the token does not expire")
        self.payload = payload
        return payload

    def verify_claims(self, claims: dict[str, Any]) -> bool:
        """The user's data must be about the subject of the token (OpenID Connect Core, 5.3.2)."""
        return bool(claims.get("sub")) and claims["sub"] == self.payload.get("sub")

    def filter_users_by_claims(self, claims: dict[str, Any]) -> QuerySet[User]:
        """The account linked to this subject."""
        return User.objects.filter(subject=claims["sub"], is_active=True)

    def authenticate(self, request: Any, **kwargs: Any) -> User | None:
        """The account, or nobody where the provider's answer does not hold."""
        try:
            user: User | None = super().authenticate(request, **kwargs)
        except (SuspiciousOperation, jwt.PyJWTError, OSError):  # requests' errors are OSErrors
            return None
        if user is not None:
            request.provider_verified = bool(SECOND_FACTORS & set(self.payload.get("amr") or ()))
        return user


class Ask(OIDCAuthenticationRequestView):  # type: ignore[misc]
    """Send the browser to the provider."""


class Answer(OIDCAuthenticationCallbackView):  # type: ignore[misc]
    """The browser comes back from the provider."""

    user: User

    def login_success(self) -> HttpResponseBase:
        """Begin a new session of the account."""
        target = self.success_url
        begin(self.request, self.user, how="provider", verified=getattr(self.request, "provider_verified", False))
        return HttpResponseRedirect(target)
