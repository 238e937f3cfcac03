"""A notice that bundles no longer hold, signed by whoever signed them."""

from __future__ import annotations

import base64
import json
from datetime import date
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ocop_market.errors import SettingsError
from ocop_market.language import N_
from ocop_market.sharing.bundle import ALTERED, Bundle, Level

LARGEST = 1_000_000
"""Bytes; a notice of thousands of bundles has fewer."""
_PURPOSE = b"ocop-market share revocation 1\0"
NO_NOTICE = N_("{name} is neither a bundle of sales nor a notice that takes one back.")


class Revoked(BaseModel):
    """A bundle that no longer holds, as its own head tells of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    digest: str = Field(pattern="^[0-9a-f]{64}$")
    made_at: AwareDatetime
    first_day: date
    last_day: date
    valid_until: date
    level: Level


class Notice(BaseModel):
    """What is signed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["ocop-market-share-revocation"] = "ocop-market-share-revocation"
    version: Literal[1] = 1
    public_key: str
    made_at: AwareDatetime
    bundles: tuple[Revoked, ...] = Field(min_length=1)
    signature: str = ""

    @property
    def key(self) -> bytes:
        """The signer's key."""
        return base64.b64decode(self.public_key)


def revoked(bundle: Bundle) -> Revoked:
    """What a notice says of a bundle."""
    head = bundle.head
    return Revoked(digest=bundle.digest, made_at=head.made_at, first_day=head.first_day, last_day=head.last_day,
                   valid_until=head.valid_until, level=head.level)


def write_notice(key: Ed25519PrivateKey, bundles: tuple[Revoked, ...], made_at: AwareDatetime) -> bytes:
    """The file; the same bytes for the same bundles and time."""
    notice = Notice(public_key=base64.b64encode(key.public_key().public_bytes_raw()).decode(), made_at=made_at, bundles=bundles)
    signed = notice.model_copy(update={"signature": base64.b64encode(key.sign(_signed(notice))).decode()})
    return (signed.model_dump_json(indent=1) + "\n").encode()


def read_notice(name: str, content: bytes) -> Notice:
    """The notice in a file called `name`; SettingsError (`no-notice`, `bundle-altered`) when it is none, or not as it was signed."""
    if len(content) > LARGEST:
        raise SettingsError(NO_NOTICE, code="no-notice", name=name)
    try:
        notice = Notice.model_validate_json(content)
    except ValidationError:
        raise SettingsError(NO_NOTICE, code="no-notice", name=name) from None
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(notice.public_key, validate=True))
        key.verify(base64.b64decode(notice.signature, validate=True), _signed(notice))
    except (InvalidSignature, ValueError):
        raise SettingsError(ALTERED, code="bundle-altered", name=name) from None
    return notice


def _signed(notice: Notice) -> bytes:
    body: dict[str, Any] = notice.model_dump(mode="json", exclude={"signature"})
    return _PURPOSE + json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
