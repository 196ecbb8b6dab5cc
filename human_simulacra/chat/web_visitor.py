"""Tells the visitors of a page with a password apart, by a random cookie of each browser."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

COOKIE = "hs_visitor"
_SECONDS = 365 * 24 * 3600
_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)


def owner_of(cookies: Mapping[str, str]) -> str:
    """Returns whose conversations a browser shows: a hash of its cookie, so that the store does not tell the cookie; or empty."""
    token = cookies.get(COOKIE, "")
    return hashlib.sha256(token.encode()).hexdigest() if _TOKEN.fullmatch(token) else ""


def cookie_for(header: str) -> str:
    """Returns the value of a `Set-Cookie` header for a browser whose `Cookie` header is given; empty if it has its cookie."""
    try:
        given = {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        given = {}
    if owner_of(given):
        return ""
    return f"{COOKIE}={secrets.token_urlsafe(32)}; Max-Age={_SECONDS}; Path=/; HttpOnly; SameSite=Lax"
