"""The contract over the registry: a connector is tested on the day it is registered."""

from __future__ import annotations

from ocop_market.channels.registry import connector_names
from ocop_market.testing.contract import contract_for

for _name in connector_names():
    _contract = contract_for(_name)
    globals()[_contract.__name__] = _contract
del _contract  # the class itself is collected under its own name
