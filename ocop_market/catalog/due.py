"""What is due: certificates, their re-ratings and papers with their days, and listings that show stars which no certificate gives."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ocop_market.catalog.paper_checks import ENDED, ENDS_SOON, PAPER_NAMES
from ocop_market.catalog.standing import CertificateRecord, CertificateState, Term
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.product import Certificate, Paper, Product
from ocop_market.rules.certificates import RenewalWindow, extension_days, renewal_window

PREPARE = N_("Apply for the re-rating of {name} from {opens} to {closes}; the certificate ends on {ends}. Prepare the dossier now.")
APPLY = N_("Apply for the re-rating of {name} by {closes}; the certificate ends on {ends}.")
LATE = N_("The time to apply for the re-rating of {name} ended on {closes}, and the certificate ends on {ends}. Apply at once: while an "
          "application is pending, the certificate holds up to {days} days longer.")
WAIT = N_("The re-rating of {name} was applied for on {applied}. Ask for the result: without one, the certificate that ends on {ends} "
          "holds until {last} at most.")
ENDS = N_("The certificate of {name} ends on {ends}. From that day no listing may show its stars unless the re-rating was granted or is "
          "pending.")
EXTENDED = N_("The certificate of {name} ended on {ends}. It holds while the re-rating is pending, until {last} at most. Ask for the "
              "result, and enter the new certificate.")
LAPSED = N_("The certificate of {name} ended on {ends}. Show neither stars nor the mark OCOP, and have it rated again.")
UNTRUE = N_("A listing of {name} on {account} shows {stars}, which no certificate gives today. Take that out: "
            "ocop-market plan {account}, then ocop-market apply {account}")


class DueKind(StrEnum):
    """What an entry is about."""

    WINDOW_OPENS = "window-opens"
    WINDOW_CLOSES = "window-closes"
    CERTIFICATE_ENDS = "certificate-ends"
    LATE = "late"
    """A certificate that ends, without an application, after the time to apply."""
    EXTENSION_ENDS = "extension-ends"
    LAPSED = "lapsed"
    PAPER_ENDS = "paper-ends"
    PAPER_ENDED = "paper-ended"
    UNTRUE_STARS = "untrue-stars"


@dataclass(frozen=True)
class Due:
    """One thing that is due on `day`; `told` says what to do, `subject` is the decision, the paper or the account."""

    day: date
    kind: DueKind
    product: Product
    subject: str
    told: Problem


def due(products: Iterable[Product], day: date, *, within: int = 180,
        shown: Mapping[str, Mapping[str, Collection[int]]] | None = None) -> list[Due]:
    """Everything due from the past up to `within` days after `day`, by date.

    `shown` holds, by account and SKU, the stars that listings on sale name; 0 stands for the mark OCOP without stars.
    """
    known = {product.sku: product for product in products}
    horizon = day + timedelta(days=within)
    found = [entry for product in known.values() for entry in (*_certificates(product, day), *_papers(product, day))
             if entry.day <= horizon]
    for account, listings in (shown or {}).items():
        found += _untrue(account, listings, known, day)
    return sorted(found, key=lambda entry: (entry.day, entry.kind, entry.product.name, entry.product.sku, entry.subject))


def _certificates(product: Product, day: date) -> Iterator[Due]:
    record = CertificateRecord(product)
    begun = [term for term in record.terms if term.begins <= day]
    if begun:
        yield from _term(product, begun[-1], day)
        return
    without_issue = [(c.expires_on, c.decision, state) for c, state in record.states(day) if c.expires_on and not c.issued_on and state in (
        CertificateState.UNDATED, CertificateState.LAPSED)]
    if without_issue:
        ends, decision, state = max(without_issue)
        kind, told = (DueKind.LAPSED, LAPSED) if state is CertificateState.LAPSED else (DueKind.CERTIFICATE_ENDS, ENDS)
        yield _about(ends, kind, product, decision, told, ends=ends)


def _term(product: Product, term: Term, day: date) -> Iterator[Due]:
    certificate, ends = term.certificate, term.expires
    decision = certificate.decision
    match term.state_on(day):
        case CertificateState.LAPSED:
            yield _about(term.ends, DueKind.LAPSED, product, decision, LAPSED, ends=term.ends)
        case CertificateState.EXTENDED:
            yield _about(term.ends, DueKind.EXTENSION_ENDS, product, decision, EXTENDED, ends=ends, last=term.ends - timedelta(days=1))
        case CertificateState.IN_FORCE | CertificateState.RENEWAL_WINDOW | CertificateState.LATE as state:
            window = renewal_window(day)
            applied = certificate.reapplied_on
            if applied is not None and term.ends > ends and applied <= day:
                yield _about(ends, DueKind.CERTIFICATE_ENDS, product, decision, WAIT, applied=applied, ends=ends,
                             last=term.ends - timedelta(days=1))
            elif window is None:
                yield _about(ends, DueKind.CERTIFICATE_ENDS, product, decision, ENDS, ends=ends)
            else:
                yield from _not_applied(product, certificate, state, ends, window)
        case _:
            return


def _not_applied(product: Product, certificate: Certificate, state: CertificateState, ends: date, window: RenewalWindow) -> Iterator[Due]:
    opens, closes = (ends - timedelta(days=days) for days in (window.opens_days_before, window.closes_days_before))
    decision = certificate.decision
    if state is CertificateState.LATE:
        yield _about(ends, DueKind.LATE, product, decision, LATE, closes=closes, ends=ends, days=extension_days(ends))
        return
    if state is CertificateState.IN_FORCE:
        yield _about(opens, DueKind.WINDOW_OPENS, product, decision, PREPARE, opens=opens, closes=closes, ends=ends)
    yield _about(closes, DueKind.WINDOW_CLOSES, product, decision, APPLY, closes=closes, ends=ends)
    yield _about(ends, DueKind.CERTIFICATE_ENDS, product, decision, ENDS, ends=ends)


def _papers(product: Product, day: date) -> Iterator[Due]:
    """Of each kind the paper that lasts longest; one without an end is never due."""
    longest: dict[str, Paper] = {}
    for paper in product.papers:
        other = longest.get(paper.kind)
        if other is None or (other.expires_on or date.max) < (paper.expires_on or date.max):
            longest[paper.kind] = paper
    for paper in longest.values():
        if paper.expires_on is not None:
            kind, told = (DueKind.PAPER_ENDED, ENDED) if paper.expires_on <= day else (DueKind.PAPER_ENDS, ENDS_SOON)
            yield _about(paper.expires_on, kind, product, " ".join(filter(None, (paper.kind.value, paper.number))), told,
                         day=paper.expires_on, paper=PAPER_NAMES[paper.kind])


def _untrue(account: str, listings: Mapping[str, Collection[int]], known: Mapping[str, Product], day: date) -> Iterator[Due]:
    for sku, named in listings.items():
        product = known.get(sku) or Product(sku, sku)
        stars = CertificateRecord(product).claim(day).stars
        wrong = set(named) - ({0, stars} if stars else set())
        if wrong:
            words = ", ".join(f"{number}★" if number else "OCOP" for number in sorted(wrong))
            yield _about(day, DueKind.UNTRUE_STARS, product, account, UNTRUE, account=account, stars=words)


def _about(on: date, kind: DueKind, product: Product, subject: str, message: str, /, **values: object) -> Due:
    written = {place: f"{value:%d/%m/%Y}" if isinstance(value, date) else value for place, value in values.items()}
    field = "papers" if kind in (DueKind.PAPER_ENDS, DueKind.PAPER_ENDED) else "certificate"
    return Due(on, kind, product, subject, Problem(kind.value, message, field, {"name": product.name, **written}))
