"""Which model reads the answer of which endpoint; the models are in the modules `wire_*`."""

from __future__ import annotations

from pydantic import BaseModel

from connectors.shopee import facts
from connectors.shopee.wire_base import ShopInfoAnswer, TokenAnswer
from connectors.shopee.wire_items import (
    AttributeTreeAnswer,
    BrandAnswer,
    CategoryAnswer,
    ChannelAnswer,
    ItemLimitAnswer,
    RecommendAnswer,
    UploadAnswer,
)
from connectors.shopee.wire_listing import (
    FailuresAnswer,
    ItemListAnswer,
    ItemsAnswer,
    ItemWrittenAnswer,
    ModelsAnswer,
    NewModelsAnswer,
    SearchAnswer,
    ViolationsAnswer,
    Written,
)
from connectors.shopee.wire_sales import (
    EscrowAnswer,
    EscrowBatchAnswer,
    OrderListAnswer,
    OrdersAnswer,
    ReleaseAnswer,
    ReturnAnswer,
    ReturnListAnswer,
    WalletAnswer,
)

READS: dict[str, type[BaseModel]] = {
    f"POST {facts.TOKEN_GET}": TokenAnswer,
    f"POST {facts.TOKEN_REFRESH}": TokenAnswer,
    f"GET {facts.SHOP_INFO}": ShopInfoAnswer,
    f"POST {facts.UPLOAD_IMAGE}": UploadAnswer,
    f"GET {facts.GET_CATEGORY}": CategoryAnswer,
    f"GET {facts.CATEGORY_RECOMMEND}": RecommendAnswer,
    f"GET {facts.GET_ATTRIBUTE_TREE}": AttributeTreeAnswer,
    f"GET {facts.GET_BRAND_LIST}": BrandAnswer,
    f"GET {facts.GET_ITEM_LIMIT}": ItemLimitAnswer,
    f"GET {facts.GET_CHANNEL_LIST}": ChannelAnswer,
    f"POST {facts.ADD_ITEM}": ItemWrittenAnswer,
    f"POST {facts.UPDATE_ITEM}": ItemWrittenAnswer,
    f"POST {facts.UPDATE_PRICE}": FailuresAnswer,
    f"POST {facts.UPDATE_STOCK}": FailuresAnswer,
    f"POST {facts.UNLIST_ITEM}": FailuresAnswer,
    f"POST {facts.INIT_TIER_VARIATION}": NewModelsAnswer,
    f"POST {facts.UPDATE_TIER_VARIATION}": Written,
    f"POST {facts.ADD_MODEL}": NewModelsAnswer,
    f"POST {facts.UPDATE_MODEL}": Written,
    f"POST {facts.DELETE_MODEL}": Written,
    f"GET {facts.GET_ITEM_LIST}": ItemListAnswer,
    f"GET {facts.GET_MODEL_LIST}": ModelsAnswer,
    f"GET {facts.SEARCH_ITEM}": SearchAnswer,
    f"GET {facts.GET_ITEM_BASE_INFO}": ItemsAnswer,
    f"GET {facts.GET_ITEM_VIOLATION_INFO}": ViolationsAnswer,
    f"GET {facts.GET_ORDER_LIST}": OrderListAnswer,
    f"GET {facts.GET_ORDER_DETAIL}": OrdersAnswer,
    f"GET {facts.GET_ESCROW_DETAIL}": EscrowAnswer,
    f"GET {facts.GET_ESCROW_DETAIL_BATCH}": EscrowBatchAnswer,
    f"GET {facts.GET_ESCROW_LIST}": ReleaseAnswer,
    f"GET {facts.GET_WALLET}": WalletAnswer,
    f"GET {facts.GET_RETURN_LIST}": ReturnListAnswer,
    f"GET {facts.GET_RETURN_DETAIL}": ReturnAnswer,
}
"""The model that reads the whole answer of each endpoint in use."""
