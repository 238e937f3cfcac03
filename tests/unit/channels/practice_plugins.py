"""What an outside package would offer through entry points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from ocop_market.channels.api import Connector
from ocop_market.channels.profile import ChannelProfile
from ocop_market.sandbox.app import Sandbox

NOT_A_CLASS = 7


class PlainConnector(Connector):
    """A connector without any role."""

    profile = ChannelProfile("quay", "Quầy", ())
    Settings = BaseModel


class PlainSandbox(Sandbox):
    """A practice server without any endpoint."""

    key = "quay"

    def routes(self) -> Sequence[tuple[str, str, str]]:
        """None."""
        return ()

    def open(self) -> None:
        """Nothing to seed."""

    def settings(self, base_url: str) -> dict[str, Any]:
        """Its address only."""
        return {"base_url": base_url}
