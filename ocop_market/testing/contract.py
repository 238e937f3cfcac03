"""The contract: what every connector must do, as a pytest class. A connector's author writes one line.

    TestAcme = contract_for("acme")

The connector is found through its entry point, its practice server as well; everything happens in a throw-away market,
in-process, with time that stands still. Cases that a connector has no role for are skipped with a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

CASES = ("frame", "identity_cases", "publishing_cases", "trouble_cases", "sales_cases", "verify_cases", "privacy_cases", "file_cases",
         "live_cases", "truth")
pytest.register_assert_rewrite(*(f"ocop_market.testing.{name}" for name in CASES))

from ocop_market.testing.file_cases import FileCases  # noqa: E402  (after their asserts were registered)
from ocop_market.testing.frame import in_plain_words  # noqa: E402
from ocop_market.testing.identity_cases import IdentityCases  # noqa: E402
from ocop_market.testing.live_cases import LiveCases  # noqa: E402
from ocop_market.testing.privacy_cases import PrivacyCases  # noqa: E402
from ocop_market.testing.publishing_cases import PublishingCases  # noqa: E402
from ocop_market.testing.sales_cases import SalesCases  # noqa: E402
from ocop_market.testing.trouble_cases import TroubleCases  # noqa: E402
from ocop_market.testing.verify_cases import VerifyCases  # noqa: E402  (as above)


class ConnectorContract(LiveCases, FileCases, PrivacyCases, SalesCases, VerifyCases, TroubleCases, PublishingCases, IdentityCases):
    """All cases; `channel` is set by `contract_for`."""


def contract_for(name: str, *, settings: Mapping[str, Any] | None = None, reads_by_post: tuple[str, ...] = (),
                 ) -> type[ConnectorContract]:
    """The contract of the connector `name`, to be assigned to a name that begins with `Test`.

    `settings` are the account's where there is no practice server to give them; `reads_by_post` are paths that only
    read although they are called with POST.
    """
    cases = {name_of_case: in_plain_words(case) for part in reversed(ConnectorContract.__mro__)
             for name_of_case, case in vars(part).items() if name_of_case.startswith("test_")}
    return type(f"Test{name.title().replace('_', '')}", (ConnectorContract,), {
        **cases, "channel": name, "settings": settings or {}, "reads_by_post": reads_by_post,
        "__doc__": f"The contract of the connector '{name}'."})


__all__ = ["ConnectorContract", "contract_for"]
