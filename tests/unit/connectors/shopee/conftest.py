"""Fixtures of the Shopee tests."""

from __future__ import annotations

import pytest
from scripted_shopee import Shop, open_shop


@pytest.fixture
def shop() -> Shop:
    """A scripted Shopee with the usual settings."""
    return open_shop()
