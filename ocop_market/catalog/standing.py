"""How the certificates of a product stand on a day, and the stars that they let it show.

A certificate gives stars from its issue until the first of: its end (with the extension while an application is pending),
its withdrawal, the issue of the next one. What has ended never comes back, whatever becomes of the later certificate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import zip_longest

from ocop_market.model.product import Certificate, Evidence, Product
from ocop_market.model.text import KEPT
from ocop_market.rules.certificates import expiry_of, extension_days, renewal_window
from ocop_market.rules.dated import NoRule


class CertificateState(StrEnum):
    """How one certificate stands on a day, by Decision 26/2026/QĐ-TTg."""

    NOT_YET = "not-yet"
    IN_FORCE = "in-force"
    RENEWAL_WINDOW = "renewal-window"
    """In force; the time to apply for the re-rating."""
    LATE = "late"
    """In force; the time to apply is over."""
    EXTENDED = "extended"
    """Past its expiry, and holding on while an application is pending."""
    LAPSED = "lapsed"
    SUPERSEDED = "superseded"
    """A later certificate took its place while it was in force."""
    WITHDRAWN = "withdrawn"
    POTENTIAL = "potential"
    """Scored for five stars, which the ministry has not granted."""
    UNDATED = "undated"
    """Its dates are not known, so that nothing can be told."""
    UNPROVEN = "unproven"
    """No stars of three to five are given, or the source is a proposal or a shop's page."""


HOLDING = frozenset({CertificateState.IN_FORCE, CertificateState.RENEWAL_WINDOW, CertificateState.LATE, CertificateState.EXTENDED})
"""States in which a certificate gives its stars."""
_NO_PROOF = frozenset({Evidence.PROPOSED, Evidence.SHOP})


@dataclass(frozen=True)
class Term:
    """The days on which a certificate gives its stars: from `begins` to the day before `ends`; then its state is `after`.

    `expires` is its end without any extension.
    """

    certificate: Certificate
    begins: date
    expires: date
    ends: date
    after: CertificateState

    def state_on(self, day: date) -> CertificateState:
        """The state on a day, a withdrawal after the end left aside."""
        if day < self.begins:
            return CertificateState.NOT_YET
        if day >= self.ends:
            return self.after
        if day >= self.expires:
            return CertificateState.EXTENDED
        window, left = renewal_window(day), (self.expires - day).days
        if window is None or left > window.opens_days_before:
            return CertificateState.IN_FORCE
        return CertificateState.RENEWAL_WINDOW if left >= window.closes_days_before else CertificateState.LATE


class Standing(StrEnum):
    """How a product's certificates stand on a day."""

    IN_FORCE = "in-force"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"
    UNDATED = "undated"
    NONE = "none"


@dataclass(frozen=True)
class StarClaim:
    """The stars that a listing may show on a day (None: none), and why."""

    standing: Standing
    stars: int | None = None
    certificate: Certificate | None = None


class CertificateRecord:
    """The certificates of one product through time, for asking about many days.

    `history` holds each certificate once, the oldest first, those without a day of issue before all others; of several issued
    on one day the one with more stars comes last, and so counts. `terms` are the times of those that were granted and have
    their dates, in the same order; no two overlap.
    """

    def __init__(self, product: Product) -> None:
        self.history = tuple(sorted(dict.fromkeys(product.certificates), key=lambda c: (
            c.issued_on or date.min, c.stars or 0, -_withdrawn_from(c).toordinal(), c.expires_on or date.min)))
        dated = [(c, c.issued_on, end) for c in self.history if c.issued_on and _granted(c) and (end := end_of(c))]
        later = [begins for _, begins, _ in dated[1:]]
        self.terms = tuple(_term(certificate, begins, expires, successor)
                           for (certificate, begins, expires), successor in zip_longest(dated, later))

    def states(self, day: date) -> tuple[tuple[Certificate, CertificateState], ...]:
        """Each certificate with its state on the day, in the order of the history."""
        dated = {term.certificate: term for term in self.terms}
        return tuple((certificate, _state(certificate, dated.get(certificate), day)) for certificate in self.history)

    def claim(self, day: date) -> StarClaim:
        """The stars that may be shown on the day, and why."""
        for term in self.terms:
            if term.begins <= day < term.ends:
                return StarClaim(Standing.IN_FORCE, term.certificate.stars, term.certificate)
        found = self.states(day)
        ended = [pair for pair in found if pair[1] in (CertificateState.LAPSED, CertificateState.WITHDRAWN)]
        if ended and ended[-1][1] is CertificateState.WITHDRAWN:
            return StarClaim(Standing.WITHDRAWN, None, ended[-1][0])
        undated = [certificate for certificate, state in found if state is CertificateState.UNDATED]
        if undated:
            return StarClaim(Standing.UNDATED, None, undated[-1])
        return StarClaim(Standing.LAPSED, None, ended[-1][0]) if ended else StarClaim(Standing.NONE)


    def claims(self, first: date, last: date) -> Iterator[tuple[date, date, StarClaim]]:
        """The claims of all days from `first` to `last`: `(first day, last day, claim)`, as few as there are changes, in order."""
        turns = {first, *(day for day in self._turning_days() if first < day <= last)}
        days = sorted(turns)
        for day, following in zip_longest(days, days[1:]):
            yield day, following - timedelta(days=1) if following else last, self.claim(day)

    def _turning_days(self) -> Iterator[date]:
        """Days on which a claim may be another than on the day before."""
        for term in self.terms:
            yield from (term.begins, term.ends)
        for certificate in self.history:
            yield _withdrawn_from(certificate)
            if certificate.expires_on:
                yield _end_with_extension(certificate, certificate.expires_on)


def star_claim(product: Product, day: date) -> StarClaim:
    """The stars of the certificate in force on `day`; none once it has lapsed or was withdrawn, nor from one without dates."""
    return _claim(product.certificates, day)


@lru_cache(maxsize=KEPT)  # asked several times for every channel
def _claim(certificates: tuple[Certificate, ...], day: date) -> StarClaim:
    return CertificateRecord(Product("", "", certificates=certificates)).claim(day)


def history(product: Product) -> tuple[Certificate, ...]:
    """The certificates of a product, each once, the oldest first."""
    return CertificateRecord(product).history


def states(product: Product, day: date) -> tuple[tuple[Certificate, CertificateState], ...]:
    """Each certificate of a product with its state on the day, in the order of `history`."""
    return CertificateRecord(product).states(day)


def state_of(product: Product, certificate: Certificate, day: date) -> CertificateState:
    """The state of one certificate of the product on the day; KeyError when it is not the product's."""
    return dict(states(product, day))[certificate]


def end_of(certificate: Certificate) -> date | None:
    """The first day without the certificate, any extension left aside: as given, else by the rule of its day of issue."""
    if certificate.expires_on or not certificate.issued_on:
        return certificate.expires_on
    try:
        return expiry_of(certificate.issued_on)
    except NoRule:
        return None


def _term(certificate: Certificate, begins: date, expires: date, successor: date | None) -> Term:
    ends, after = _end_with_extension(certificate, expires), CertificateState.LAPSED
    if successor and successor <= ends:
        ends, after = successor, CertificateState.SUPERSEDED
    if (withdrawn_from := _withdrawn_from(certificate)) <= ends:
        ends, after = withdrawn_from, CertificateState.WITHDRAWN
    return Term(certificate, begins, expires, max(begins, ends), after)


def _end_with_extension(certificate: Certificate, expires: date) -> date:
    """An application counts when it was filed while the certificate was in force."""
    applied = certificate.reapplied_on
    if applied is None or not (certificate.issued_on or date.min) <= applied < expires:
        return expires
    return expires + min(timedelta(days=extension_days(expires)), date.max - expires)


def _state(certificate: Certificate, term: Term | None, day: date) -> CertificateState:
    if _withdrawn_from(certificate) <= day:
        return CertificateState.WITHDRAWN
    if certificate.potential and not _granted(certificate):
        return CertificateState.POTENTIAL
    if not _granted(certificate):
        return CertificateState.UNPROVEN
    if term is not None:
        return term.state_on(day)
    expires = certificate.expires_on
    return CertificateState.LAPSED if expires and _end_with_extension(certificate, expires) <= day else CertificateState.UNDATED


def _granted(certificate: Certificate) -> bool:
    """Whether stars were granted at all: "4 sao (tiềm năng 5 sao)" has four, a potential of five has none."""
    if certificate.evidence in _NO_PROOF:
        return False
    return certificate.stars in ((3, 4) if certificate.potential else (3, 4, 5))


def _withdrawn_from(certificate: Certificate) -> date:
    """The day of the withdrawal; with a cause and no day no day is safe, and without either it never comes."""
    return certificate.withdrawn_on or (date.min if certificate.withdrawn_because else date.max)
