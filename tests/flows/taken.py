"""Pages of sales taken over as a ledger does, without a database."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ocop_market.channels.api import SalesPage
from ocop_market.model.sales import SalesOrder


@dataclass(kw_only=True)
class Taken:
    """What a client has brought in so far, and the cursor as a database would give it back."""

    orders: dict[str, SalesOrder] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    cursor: Any = None

    def take(self, pages: Iterable[SalesPage]) -> int:
        """Takes pages over (by id, a later change wins); how many orders came."""
        count = 0
        for page in pages:
            for order in page.orders:
                known = self.orders.get(order.order_id)
                if known is None or known.updated_at <= order.updated_at:
                    self.orders[order.order_id] = order
            self.refused += [refusal.order_id for refusal in page.refused]
            self.cursor = json.loads(json.dumps(page.cursor))
            count += len(page.orders)
        return count
