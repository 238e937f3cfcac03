"""How many examples hypothesis draws: few in the ordinary run, many with OCOP_THOROUGH (`make thorough`)."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import settings

TIMES = 10 if os.environ.get("OCOP_THOROUGH") else 1

settings.register_profile("ocop-market", max_examples=40 * TIMES, deadline=None)
settings.load_profile("ocop-market")


def examples(ordinary: int, **more: Any) -> settings:
    """Settings for a test whose examples cost more, or prove less, than those of others."""
    return settings(max_examples=ordinary * TIMES, **more)
