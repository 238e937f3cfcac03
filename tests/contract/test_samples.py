"""Every channel against its own samples: each answer is read, and no buyer comes through."""

from __future__ import annotations

import hmac
import importlib.util
import json
import re
from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any

import pytest
from pydantic import TypeAdapter

from ocop_market.channels.registry import CONNECTORS, connector_names
from ocop_market.sandbox.buyers import CANARY_WORDS
from ocop_market.testing.samples import Sample, load_samples, load_signatures

TOMORROW = "field_from_tomorrow"


def models(channel: str) -> Mapping[str, type] | None:
    """The channel's model by endpoint; None for a channel without a network, which has no `wire` module."""
    package = entry_points(group=CONNECTORS)[channel].module.rpartition(".")[0]
    if importlib.util.find_spec(f"{package}.wire") is None:
        return None
    return {place(endpoint): model for endpoint, model in importlib.import_module(f"{package}.wire").READS.items()}


def place(endpoint: str) -> str:
    """The endpoint without the names of its places, which each author chose."""
    return re.sub(r"\{\w+}", "{}", endpoint)


def name_of(sample: Sample) -> str:
    return f"{sample.channel}-{sample.name}"


SAMPLES = {channel: load_samples(channel) for channel in connector_names()}
READS = {channel: found for channel in connector_names() if (found := models(channel)) is not None}
EVERY = [sample for samples in SAMPLES.values() for sample in samples]
READ = [sample for sample in EVERY if sample.answered and place(sample.endpoint) in READS.get(sample.channel, {})]
SIGNATURES = [(channel, row) for channel in SAMPLES for rows in load_signatures(channel).values() for row in rows]


def read(sample: Sample, body: object) -> str:
    adapter: TypeAdapter[Any] = TypeAdapter(READS[sample.channel][place(sample.endpoint)])
    return adapter.dump_json(adapter.validate_python(body)).decode()


def with_new_fields(value: object) -> object:
    """The same answer after a platform's release: one more field in every object."""
    if isinstance(value, dict):
        return {TOMORROW: {"holder": CANARY_WORDS[0]}, **{key: with_new_fields(inner) for key, inner in value.items()}}
    return [with_new_fields(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("sample", READ, ids=name_of)
def test_answer_is_read_and_no_buyer_comes_through(sample: Sample) -> None:
    text = read(sample, sample.body)
    assert [word for word in CANARY_WORDS if word in text] == []


@pytest.mark.parametrize("sample", READ, ids=name_of)
def test_new_fields_change_nothing(sample: Sample) -> None:
    assert read(sample, with_new_fields(sample.body)) == read(sample, sample.body)


@pytest.mark.parametrize("channel", READS)
def test_every_endpoint_that_is_read_has_a_sample(channel: str) -> None:
    assert READS[channel].keys() - {place(sample.endpoint) for sample in SAMPLES[channel] if sample.answered} == set()


@pytest.mark.parametrize("channel", READS)
def test_buyers_are_in_the_samples_where_the_platform_sends_them(channel: str) -> None:
    bodies = json.dumps([sample.body for sample in SAMPLES[channel]], ensure_ascii=False)
    assert [word for word in CANARY_WORDS[:2] if word not in bodies] == []


@pytest.mark.parametrize("sample", EVERY, ids=name_of)
def test_every_sample_names_its_page_month_and_certainty(sample: Sample) -> None:
    assert sample.endpoint.split(" ")[0] in {"GET", "POST", "PUT", "DELETE"}
    assert ", 2026-" in sample.source
    assert "[" in sample.source
    assert bool(sample.refused) or sample.status == 200


@pytest.mark.parametrize(("channel", "row"), SIGNATURES, ids=[f"{c}-{i}" for i, (c, _) in enumerate(SIGNATURES)])
def test_signature_examples_hold(channel: str, row: Mapping[str, Any]) -> None:
    assert hmac.new(row["key"].encode(), row["text"].encode(), "sha256").hexdigest() == row["sign"]


def test_shopee_net_is_the_sum_of_the_documented_terms() -> None:
    plus = ("original_cost_of_goods_sold", "seller_return_refund", "shopee_discount", "buyer_paid_shipping_fee",
            "shopee_shipping_rebate", "shipping_fee_discount_from_3pl", "rsf_seller_protection_fee_claim_amount")
    minus = ("original_shopee_discount", "voucher_from_seller", "seller_coin_cash_back", "actual_shipping_fee",
             "reverse_shipping_fee", "commission_fee", "service_fee", "seller_transaction_fee", "campaign_fee",
             "order_ams_commission_fee", "seller_order_processing_fee", "escrow_tax", "withholding_vat_tax",
             "withholding_pit_tax", "withholding_cit_tax", "shipping_seller_protection_fee_amount")
    gaps = {sample.name: income["escrow_amount"] - sum(income.get(t, 0) for t in plus) + sum(income.get(t, 0) for t in minus)
            for sample in SAMPLES["shopee"] if sample.answered and sample.endpoint.endswith("/payment/get_escrow_detail")
            for income in [sample.body["response"]["order_income"]]}
    assert gaps.pop("get_escrow_detail_new_fee_term") == -1500
    assert gaps == dict.fromkeys(gaps, 0)
    assert gaps


def test_tiki_amounts_add_up() -> None:
    orders = [row for sample in SAMPLES["tiki"] if sample.answered and sample.endpoint.startswith("GET /integration/v2/orders")
              for row in sample.body.get("data", [sample.body])]
    assert orders
    for order in orders:
        total, lines = order["invoice"], [item["invoice"] for item in order["items"]]
        for line in lines:
            own = line["discount_coupon"] if line["is_seller_discount_coupon"] else 0
            assert line["subtotal"] == line["price"] * line["quantity"] == line["row_total"] + line["discount_amount"]
            assert line["seller_income"] == line["subtotal"] + line["seller_fee"] - own
            assert line["seller_fee"] == sum(fee["final_amount"] for fee in line.get("fees", [])) or "fees" not in line
        assert total["total_seller_income"] == sum(line["seller_income"] for line in lines)
        assert total["grand_total"] == (total["subtotal"] - total["discount_amount"] + total["shipping_amount_after_discount"]
                                        + total["handling_fee"] + total["other_fee"])


def test_kiotviet_totals_are_lines_less_discounts_and_more_surcharges_and_tax() -> None:
    invoices = [row for sample in SAMPLES["kiotviet"] if sample.answered and sample.endpoint.startswith("GET /invoices")
                for row in sample.body.get("data", [sample.body] if "total" in sample.body else [])]
    assert invoices
    for invoice in invoices:
        lines = invoice["invoiceDetails"] if isinstance(invoice["invoiceDetails"], list) else [invoice["invoiceDetails"]]
        goods = sum(line["quantity"] * (line["price"] - line["discount"]) for line in lines)
        extra = sum(row["surValue"] for row in invoice["invoiceOrderSurcharges"] or [])
        assert invoice["total"] == goods - invoice["discount"] + extra + invoice["totalTax"]
        assert sum(line["allocationDiscount"] for line in lines) == invoice["discount"]
