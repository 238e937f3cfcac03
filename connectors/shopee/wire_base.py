"""The base of what is read of Shopee's answers, and the answers about tokens and the shop.

Shapes: API reference v2, 2026-08. Fields of buyers are declared nowhere, so they are dropped while reading. Money is kept
as Decimal and becomes whole đồng in the mapper.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

ZERO = Decimal(0)


class Wire(BaseModel):
    """Base of all answers and their parts: unknown fields are dropped, null is the same as absent, numbers may stand for text."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, data: Any) -> Any:
        return {key: value for key, value in data.items() if value is not None} if isinstance(data, dict) else data


class TokenAnswer(Wire):
    """A pair of tokens; `expire_in` is in seconds, or a moment when above 10^9."""

    access_token: str = Field(repr=False, min_length=1)
    refresh_token: str = Field(repr=False, min_length=1)
    expire_in: int
    shop_id_list: tuple[int, ...] = ()


class ShopInfoAnswer(Wire):
    """The shop; `status` is NORMAL, BANNED or FROZEN."""

    shop_name: str
    region: str
    status: str
    expire_time: int = 0
