"""Certificates through time: to the day, and as a state machine that never goes back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_market.catalog.standing import HOLDING, CertificateRecord, CertificateState, Standing, history, star_claim, state_of, states
from ocop_market.model.product import Certificate, Evidence, Product, WithdrawalCause

FIRST = Certificate(3, "12/QĐ-UBND", date(2026, 6, 10), date(2029, 6, 10))
UPGRADE = Certificate(4, "77/QĐ-UBND", date(2028, 3, 1), date(2031, 3, 1))
EXPIRY = date(2029, 6, 10)


def product(*certificates: Certificate) -> Product:
    return Product("OC-1", "Trà Tân Cương", certificates=certificates)


def before(days: int) -> date:
    return EXPIRY - timedelta(days=days)


def state(certificate: Certificate, day: date) -> CertificateState:
    return state_of(product(certificate), certificate, day)


@pytest.mark.parametrize(("day", "expected", "stars"), [
    (date(2026, 6, 9), "not-yet", None), (date(2026, 6, 10), "in-force", 3), (before(181), "in-force", 3),
    (before(180), "renewal-window", 3), (before(120), "renewal-window", 3), (before(119), "late", 3), (before(1), "late", 3),
    (EXPIRY, "lapsed", None), (before(-1), "lapsed", None)])
def test_the_states_of_a_certificate_to_the_day(day, expected, stars):
    assert state(FIRST, day) == expected
    assert star_claim(product(FIRST), day).stars == stars


@pytest.mark.parametrize(("applied", "last_day"), [
    (before(150), before(-179)), (before(1), before(-179)), (date(2026, 6, 10), before(-179)),
    (EXPIRY, before(1)), (before(-30), before(1)), (date(2026, 6, 9), before(1)), (None, before(1))])
def test_only_an_application_filed_while_it_was_in_force_extends_a_certificate_and_by_180_days_at_most(applied, last_day):
    pending = replace(FIRST, reapplied_on=applied)
    assert star_claim(product(pending), last_day).stars == 3
    assert star_claim(product(pending), last_day + timedelta(days=1)).standing is Standing.LAPSED
    assert (state(pending, EXPIRY) is CertificateState.EXTENDED) is (last_day > EXPIRY)


def test_a_certificate_that_ended_before_the_rule_of_extensions_came_stays_lapsed():
    old = Certificate(4, "1/QĐ", date(2023, 5, 21), date(2026, 5, 21), reapplied_on=date(2026, 3, 1))
    new = Certificate(4, "1/QĐ", date(2023, 5, 22), date(2026, 5, 22), reapplied_on=date(2026, 3, 1))
    assert state(old, date(2026, 5, 22)) is CertificateState.LAPSED
    assert state(new, date(2026, 5, 22)) is CertificateState.EXTENDED


def test_before_the_rule_of_windows_a_certificate_is_simply_in_force():
    old = Certificate(4, "1/QĐ", date(2023, 6, 1), date(2026, 6, 1))
    assert state(old, date(2026, 5, 21)) is CertificateState.IN_FORCE
    assert state(old, date(2026, 5, 22)) is CertificateState.LATE


@pytest.mark.parametrize(("issued", "last_day"), [(date(2024, 2, 29), date(2027, 2, 28)), (date(2025, 3, 1), date(2028, 2, 29))])
def test_a_missing_end_is_taken_from_the_rules_of_the_day_of_issue(issued, last_day):
    open_ended = product(Certificate(4, "1/QĐ", issued))
    assert star_claim(open_ended, last_day).stars == 4
    assert star_claim(open_ended, last_day + timedelta(days=1)).standing is Standing.LAPSED


def test_a_certificate_older_than_every_rule_proves_nothing():
    assert state(Certificate(4, "1/QĐ", date(2018, 5, 6)), date(2018, 6, 1)) is CertificateState.UNDATED


def test_a_certificate_whose_issue_is_not_known_proves_nothing_until_it_has_surely_ended():
    unknown = Certificate(4, "1/QĐ", None, EXPIRY)
    assert star_claim(product(unknown), before(1)).standing is Standing.UNDATED
    assert star_claim(product(unknown), EXPIRY).standing is Standing.LAPSED


def test_a_later_certificate_takes_the_place_of_the_older_one_on_its_day():
    both = product(UPGRADE, FIRST)
    assert history(both) == (FIRST, UPGRADE)
    assert [star_claim(both, UPGRADE.issued_on - timedelta(days=n)).stars for n in (1, 0)] == [3, 4]
    assert state_of(both, FIRST, UPGRADE.issued_on) is CertificateState.SUPERSEDED


def test_a_certificate_followed_on_its_last_day_is_replaced_and_one_followed_later_has_lapsed():
    for gap, expected in ((0, CertificateState.SUPERSEDED), (1, CertificateState.LAPSED)):
        both = product(FIRST, Certificate(4, "5/QĐ", before(-gap)))
        assert state_of(both, FIRST, before(-2)) is expected


def test_fewer_stars_after_a_re_rating_count_at_once():
    lower = Certificate(3, "9/QĐ", date(2028, 3, 1), date(2031, 3, 1))
    assert star_claim(product(replace(FIRST, stars=4), lower), date(2028, 3, 1)).stars == 3


def test_a_new_certificate_ends_the_extension_of_the_old_one():
    late = replace(FIRST, reapplied_on=before(10))
    renewed = Certificate(4, "5/QĐ", before(-60), date(2032, 8, 9))
    assert [star_claim(product(late, renewed), before(n)).stars for n in (1, 0, -59, -60)] == [3, 3, 3, 4]


def test_a_withdrawn_certificate_gives_no_stars_and_lets_no_older_one_shine():
    withdrawn = replace(UPGRADE, withdrawn_on=date(2028, 9, 1), withdrawn_because=WithdrawalCause.MARK_MISUSED)
    both = product(FIRST, withdrawn)
    assert star_claim(both, date(2028, 8, 31)).stars == 4
    claim = star_claim(both, date(2028, 9, 1))
    assert (claim.standing, claim.stars, claim.certificate) == (Standing.WITHDRAWN, None, withdrawn)


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_entries_of_one_certificate_the_withdrawn_one_counts(order):
    entries = (FIRST, replace(FIRST, source="another list", withdrawn_on=date(2028, 1, 1)))
    assert star_claim(product(*entries[::order]), date(2028, 1, 1)).standing is Standing.WITHDRAWN


def test_a_withdrawal_without_its_day_leaves_no_day_with_stars():
    withdrawn = replace(FIRST, withdrawn_because=WithdrawalCause.UNTRUE_DOSSIER)
    assert star_claim(product(withdrawn), date(2027, 1, 1)).standing is Standing.WITHDRAWN


def test_withdrawing_what_has_been_replaced_takes_nothing_from_the_new_certificate():
    both = product(replace(FIRST, withdrawn_on=date(2028, 4, 1)), UPGRADE)
    assert star_claim(both, date(2028, 5, 1)).stars == 4


@pytest.mark.parametrize(("certificate", "expected", "stars"), [
    (replace(FIRST, stars=5, potential=True), "potential", None), (replace(FIRST, stars=None, potential=True), "potential", None),
    (replace(FIRST, stars=4, potential=True), "in-force", 4), (replace(FIRST, stars=None), "unproven", None),
    (replace(FIRST, stars=2), "unproven", None), (replace(FIRST, evidence=Evidence.PROPOSED), "unproven", None),
    (replace(FIRST, evidence=Evidence.SHOP), "unproven", None), (replace(FIRST, evidence=Evidence.PUBLISHED), "in-force", 3)])
def test_only_granted_stars_count(certificate, expected, stars):
    assert state(certificate, date(2027, 1, 1)) == expected
    assert star_claim(product(certificate), date(2027, 1, 1)).stars == stars


def test_a_potential_of_five_stars_leaves_the_four_in_force_alone():
    hoped = Certificate(None, "", date(2028, 6, 1), potential=True)
    assert star_claim(product(UPGRADE, hoped), date(2028, 7, 1)).stars == 4


def test_an_end_written_as_never_is_taken_as_it_is():
    forever = Certificate(4, "1/QĐ", date(2024, 1, 1), date.max, reapplied_on=date(2025, 1, 1))
    assert state(forever, date(2090, 1, 1)) is CertificateState.IN_FORCE


def test_the_state_of_a_foreign_certificate_is_not_told():
    with pytest.raises(KeyError):
        state_of(product(FIRST), UPGRADE, EXPIRY)


DAYS = st.dates(date(2018, 1, 1), date(2033, 1, 1))
NEAR = st.integers(-40, 1300).map(lambda days: timedelta(days=days))
ORDER = {name: rank for rank, name in enumerate((
    "not-yet", "undated", "in-force", "renewal-window", "late", "extended", "lapsed", "superseded", "withdrawn"))}


@st.composite
def certificates(draw: st.DrawFn) -> Certificate:
    issued = draw(st.none() | DAYS)
    base = issued or date(2024, 1, 1)
    later = st.none() | NEAR.map(lambda gap: base + gap)
    return Certificate(
        draw(st.sampled_from((None, 3, 4, 5))), "1/QĐ", issued, draw(st.none() | later), potential=draw(st.booleans()),
        reapplied_on=draw(later), withdrawn_on=draw(st.none() | later),
        withdrawn_because=draw(st.none() | st.just(WithdrawalCause.BREACH_OF_LAW)), evidence=draw(st.sampled_from(Evidence)))


@st.composite
def granted(draw: st.DrawFn) -> Certificate:
    """As they are in good lists, so that extensions and replacements come up often."""
    issued = draw(st.dates(date(2022, 1, 1), date(2032, 1, 1)))
    near_end = st.integers(900, 1200).map(lambda days: issued + timedelta(days=days))
    return Certificate(draw(st.sampled_from((3, 4, 5))), "1/QĐ", issued, reapplied_on=draw(st.none() | near_end),
                       withdrawn_on=draw(st.none() | near_end))


PRODUCTS = st.lists(certificates() | granted(), max_size=4).map(lambda found: product(*found))


@given(PRODUCTS, DAYS, st.integers(0, 2000))
def test_no_certificate_ever_goes_back_to_an_earlier_state(some, day, gap):
    then, now = states(some, day), states(some, day + timedelta(days=gap))
    for (certificate, earlier), (same, later) in zip(then, now, strict=True):
        assert certificate is same
        if {earlier, later} & {CertificateState.POTENTIAL, CertificateState.UNPROVEN}:
            assert later in (earlier, CertificateState.WITHDRAWN)
        else:
            assert ORDER[earlier] <= ORDER[later]


@given(PRODUCTS, DAYS)
def test_one_certificate_at_most_gives_stars_and_the_claim_is_that_one(some, day):
    holding = [certificate for certificate, found in states(some, day) if found in HOLDING]
    claim = star_claim(some, day)
    assert len(holding) <= 1
    assert (claim.standing is Standing.IN_FORCE) is bool(holding) is (claim.stars is not None)
    assert not holding or (claim.certificate, claim.stars) == (holding[0], holding[0].stars)


def withdrawal(certificate: Certificate) -> date:
    return certificate.withdrawn_on or (date.min if certificate.withdrawn_because else date.max)


def three_years_after(day: date) -> date:
    return date(day.year + 3, 3, 1) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 3)


@given(PRODUCTS, DAYS)
def test_stars_agree_with_the_law_told_in_another_way(some, day):
    """The certificate issued last decides alone: it must be granted, not withdrawn, and not past its end or its extension."""
    expected = None
    begun = [c for c in some.certificates if c.issued_on and c.issued_on <= day and (c.expires_on or c.issued_on >= date(2018, 5, 7))]
    proved = [c for c in begun if c.stars and c.evidence not in (Evidence.PROPOSED, Evidence.SHOP) and not (c.potential and c.stars == 5)]
    if proved:
        last = max(proved, key=lambda c: (c.issued_on, c.stars, date.max - withdrawal(c), c.expires_on or date.min))
        end = last.expires_on or three_years_after(last.issued_on)
        if last.reapplied_on and last.issued_on <= last.reapplied_on < end and end >= date(2026, 5, 22):
            end += timedelta(days=180)
        expected = last.stars if day < min(end, withdrawal(last)) else None
    assert star_claim(some, day).stars == expected


@given(PRODUCTS, DAYS)
def test_an_extension_needs_an_application_and_ends_after_180_days(some, day):
    record = CertificateRecord(some)
    for term in record.terms:
        if term.state_on(day) is CertificateState.EXTENDED:
            assert term.certificate.reapplied_on is not None
            assert term.certificate.reapplied_on < term.expires <= day < term.expires + timedelta(days=180)


@given(PRODUCTS, DAYS)
def test_five_stars_never_come_from_a_potential(some, day):
    claim = star_claim(some, day)
    assert claim.stars != 5 or (claim.certificate is not None and not claim.certificate.potential)


@given(st.lists(certificates() | granted(), min_size=1, max_size=4), st.data(), DAYS, DAYS)
def test_a_withdrawal_never_gives_a_star_to_anybody(some, data, withdrawn_on, day):
    position = data.draw(st.integers(0, len(some) - 1))
    after = [*some[:position], replace(some[position], withdrawn_on=withdrawn_on), *some[position + 1:]]
    if some[position].withdrawn_on is None and some[position].withdrawn_because is None and some.count(some[position]) == 1:
        assert star_claim(product(*after), day).stars in (None, star_claim(product(*some), day).stars)


@given(PRODUCTS)
def test_the_times_of_the_certificates_do_not_overlap(some):
    ends = date.min
    for term in CertificateRecord(some).terms:
        assert term.begins >= ends
        assert term.begins <= term.ends
        ends = term.ends
