"""What every connector must do, tried on Acme."""

from ocop_market.testing.contract import contract_for

TestAcme = contract_for("acme")
