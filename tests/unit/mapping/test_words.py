"""Words are made once for a product and a day, and never outlive either."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocop_market.mapping import words
from ocop_market.mapping.draft import draft_listing
from ocop_market.mapping.texts import DESCRIPTION, TITLE
from ocop_market.mapping.words import Words, words_of

from .shelf import PROFILE, TEA, TODAY

LATER = date(2040, 1, 1)
CHANNELS = [PROFILE, replace(PROFILE, title_limit=20, text_unit="bytes"), replace(PROFILE, description_limit=60)]
FORMS = [TEA, replace(TEA, name="Trà khác"), replace(TEA, certificates=()),
         replace(TEA, description="Chè ngon.", practice=frozenset({"price"}))]


def drafted(product, day, profile):
    return draft_listing(product, category="1", attributes=[], profile=profile, day=day)


@pytest.fixture(autouse=True)
def forgotten():
    words._known.clear()


def test_channels_share_the_words_of_an_equal_product_on_the_same_day():
    first = words_of(TEA, TODAY)
    assert words_of(replace(TEA), TODAY) is first
    assert words_of(TEA, TODAY + timedelta(days=1)) is not first
    assert words_of(replace(TEA, producer="Khác"), TODAY).facts["producer"] == "Khác"


def test_a_template_of_one_account_is_not_taken_for_another():
    tea = Words(TEA, TODAY)
    assert tea.title("{name}") != tea.title(TITLE) != tea.title("{province}")
    assert tea.description("{name}") == TEA.name != tea.description(DESCRIPTION)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from(FORMS), st.sampled_from([TODAY, LATER]), st.sampled_from(CHANNELS)), min_size=2, max_size=8))
def test_a_draft_is_the_same_whatever_was_drafted_before(turns):
    in_one_go = [drafted(*turn) for turn in turns]
    alone = []
    for turn in turns:
        words._known.clear()
        alone.append(drafted(*turn))
    assert in_one_go == alone
