"""The samples judge the wire models: every documented answer can be read."""

from acme_ocop import wire

from ocop_market.testing.samples import load_samples

MODELS = {"shop": wire.ShopIn, "orders": wire.OrdersIn}


def test_the_wire_models_read_every_sample():
    samples = load_samples("acme")
    assert {sample.name for sample in samples} == set(MODELS)
    for sample in samples:
        MODELS[sample.name].model_validate(sample.body)
