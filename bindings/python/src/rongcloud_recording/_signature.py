"""The signature of a request, for checking one by hand."""

from __future__ import annotations

from . import _native
from ._arguments import quietly, text


def signature(app_secret: str, nonce: str, timestamp: str) -> str:
    """The `Signature` of a request: lower-case hex of SHA-1 over App Secret, nonce and timestamp, joined as texts.

    The client signs its requests itself; this is for checking a request by hand. Source: API Request Signature.
    """
    signed = quietly(
        lambda secret: _native.signature(
            secret, text("nonce", "nonce", nonce), text("timestamp", "timestamp", timestamp)
        ),
        app_secret,
    )
    del app_secret
    if isinstance(signed, Exception):
        raise signed
    return signed
