"""The signature of a request, for checking one by hand."""

from __future__ import annotations

from . import _native, _secrets
from ._arguments import text
from ._calls import Failed


def signature(app_secret: str, nonce: str, timestamp: str) -> str:
    """The `Signature` of a request: lower-case hex of SHA-1 over App Secret, nonce and timestamp, joined as texts.

    The client signs its requests itself; this is for checking a request by hand. Source: API Request Signature.
    """
    signed = _secrets.kept(_signed, app_secret, nonce, timestamp)
    # One may stand in another's place.
    del app_secret, nonce, timestamp
    if isinstance(signed, Failed):
        raise signed.error()
    return signed


def _signed(app_secret: str, nonce: str, timestamp: str) -> str:
    return _native.signature(
        text("app_secret", "app_secret", app_secret),
        text("nonce", "nonce", nonce),
        text("timestamp", "timestamp", timestamp),
    )
