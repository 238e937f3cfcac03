"""What the texts of a product may not say: of its own fields, and of a listing that is on sale already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from ocop_market.catalog.claims import Claim, claims_in, own_texts, stars_named
from ocop_market.catalog.findings import Finding, forbidden, warning
from ocop_market.catalog.standing import StarClaim
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.goods import GoodsKind
from ocop_market.model.product import Product
from ocop_market.rules.alcohol import AlcoholDuty, alcohol_duties

FIELDS = (N_("title"), N_("description"), N_("producer"), N_("place"), N_("label"))
"""Names of the texts, as sentences call them."""

STARS_FORBIDDEN = N_("The text of {name} speaks of OCOP or stars, which the certificate does not allow now. Change the {field!t}.")
CURE = N_("The text of {name} promises a cure (“{words}”), which only medicine may do. Take it out of the {field!t}.")
SHOP_BADGE = N_("The text of {name} gives OCOP to a whole shop (“{words}”); a certificate holds for one product. Take it out of the "
                "{field!t}.")
STATE = N_("The text of {name} calls the state as its witness (“{words}”). Name the paper and its number in the {field!t} instead, "
           "or take it out.")
SUPERLATIVE = N_("The text of {name} says “{words}” ({field!t}): the advertising law asks for proof. Take it out, or keep the proof at "
                 "hand.")
BY_BARCODE = N_("The text of {name} infers its origin from the barcode (“{words}”): 893 names who numbered it, not where it was made. "
                "Change the {field!t}.")
ADVERTISED = N_("The text of {name} advertises alcohol of 15 per cent or more (“{words}”), which is banned. Take it out of the {field!t}.")


def text_findings(product: Product, kind: GoodsKind, claim: StarClaim, day: date) -> Iterator[Finding]:
    """What the product's own texts may not say on `day`; `claim` is how its certificates stand then."""
    told: set[tuple[str, str]] = set()
    advertised = kind is not GoodsKind.ALCOHOL or AlcoholDuty.NO_ADVERTISING not in alcohol_duties(product.alcohol_percent, day)
    lawful = _lawful(claim)
    for field, text in own_texts(product):
        claims = claims_in(text)
        found = [] if stars_named(text) <= lawful else [_unlawful_stars(product, field)]
        if claims:
            found += _claims(product, field, claims, advertised=advertised)
        for finding in found:
            if (key := (finding.problem.code, field)) not in told:
                told.add(key)
                yield finding


def star_problems(product: Product, claim: StarClaim, *texts: tuple[str, str]) -> list[Problem]:
    """Texts (each with its field) that claim another star than the certificate's, or any without a certificate in force."""
    lawful = _lawful(claim)
    return [_unlawful_stars(product, field).problem for field, text in texts if not stars_named(text) <= lawful]


def _lawful(claim: StarClaim) -> frozenset[int]:
    """What a text may claim, in the words of `stars_named`."""
    return frozenset({0, claim.stars}) if claim.stars else frozenset()


def _unlawful_stars(product: Product, field: str) -> Finding:
    return forbidden("star-in-text", STARS_FORBIDDEN, field, name=product.name, field=field)


def _claims(product: Product, field: str, claims: Mapping[Claim, str], *, advertised: bool) -> Iterator[Finding]:
    """`advertised` is whether goods of this kind may be advertised at all."""
    for claim, words in claims.items():
        named = {"name": product.name, "words": words, "field": field}
        match claim:
            case Claim.CURE:
                yield forbidden("cure-claim", CURE, field, **named)
            case Claim.SHOP_BADGE:
                yield forbidden("shop-badge", SHOP_BADGE, field, **named)
            case Claim.STATE:
                yield warning("state-as-witness", STATE, field, **named)
            case Claim.ORIGIN_BY_BARCODE:
                yield warning("origin-by-barcode", BY_BARCODE, field, **named)
            case Claim.SUPERLATIVE | Claim.PROMOTION if not advertised:
                yield forbidden("alcohol-advertised", ADVERTISED, field, **named)
            case Claim.SUPERLATIVE:
                yield warning("superlative", SUPERLATIVE, field, **named)
            case Claim.PROMOTION:
                pass
