"""A government identity provider, small and real: authorization code flow with PKCE, RS256, keys by JWKS.

It signs in whoever ``next_user`` names; ``spoil`` makes its next token wrong in one way.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "firebreak", "a-client-secret"


@dataclass
class Provider:
    """What the provider knows: its keys, who signs in next, and the codes it gave out."""

    url: str = ""
    key: Any = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    foreign_key: Any = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    next_user: dict[str, Any] = field(default_factory=dict)
    spoil: dict[str, Any] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)

    def settings(self) -> dict[str, Any]:
        """Django's settings for this provider."""
        return {
            "OIDC_OP_ISSUER": self.url, "OIDC_OP_AUTHORIZATION_ENDPOINT": f"{self.url}/authorize",
            "OIDC_OP_TOKEN_ENDPOINT": f"{self.url}/token", "OIDC_OP_USER_ENDPOINT": f"{self.url}/userinfo",
            "OIDC_OP_JWKS_ENDPOINT": f"{self.url}/jwks", "OIDC_RP_CLIENT_ID": CLIENT, "OIDC_RP_CLIENT_SECRET": SECRET,
            "AUTHENTICATION_BACKENDS": [
                "axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend",
                "firebreak.ops.accounts.oidc.Provider",
            ],
        }  # fmt: skip

    def authorize(self, asked: dict[str, str]) -> str:
        """The address that the browser is sent back to, with a code."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: dict[str, str]) -> dict[str, Any] | None:
        """Tokens for a code, if client, code and verifier are right."""
        asked = self.codes.pop(sent.get("code", ""), None)
        if asked is None or sent.get("client_secret") != SECRET:
            return None
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if asked["code_challenge"] != base64.urlsafe_b64encode(digest).decode().rstrip("="):
            return None
        access = secrets.token_urlsafe(16)
        self.tokens[access] = self.next_user
        claims = {"iss": self.url, "aud": CLIENT, "exp": int(time.time()) + 300, "iat": int(time.time()),
                  "nonce": asked["nonce"], **self.next_user, **self.spoil.get("claims", {})}  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        key = self.foreign_key if self.spoil.get("key") else self.key
        return {"access_token": access, "token_type": "Bearer",
                "id_token": jwt.encode(claims, key, "RS256", headers={"kid": "1"})}  # fmt: skip

    def jwks(self) -> dict[str, Any]:
        """The public key."""
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**jwk, "kid": "1", "alg": "RS256", "use": "sig"}]}


@contextmanager
def provider() -> Iterator[Provider]:
    """A running provider on a port of its own."""
    known = Provider()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def answer(self, content: Any, status: int = 200, **headers: str) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/authorize":
                asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.answer({}, 302, Location=known.authorize(asked))
            elif parts.path == "/jwks":
                self.answer(known.jwks())
            else:
                access = self.headers.get("Authorization", "").removeprefix("Bearer ")
                self.answer({**known.tokens.get(access, {}), **known.spoil.get("userinfo", {})})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            given = known.token({name: values[0] for name, values in parse_qs(body).items()})
            self.answer(given or {"error": "invalid_grant"}, 200 if given else 400)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield known
    server.shutdown()
    server.server_close()
    thread.join()
