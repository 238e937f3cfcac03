"""What the law and the programme let a listing say, and which products may be listed at all.

Facts: Decision 26/2026/QĐ-TTg (the mark and the stars may be shown only while a certificate is in force), read 2026-11; papers, texts
and alcohol: `paper_checks`, `claims`, `ocop_market.rules`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ocop_market.catalog.findings import Finding, forbidden, missing, warning
from ocop_market.catalog.goods import may_be_health_food
from ocop_market.catalog.on_day import OnDay
from ocop_market.catalog.packing_checks import packing_findings
from ocop_market.catalog.paper_checks import KIND_NAMES
from ocop_market.catalog.standing import CertificateState, Standing, StarClaim, end_of, states
from ocop_market.channels.profile import ChannelProfile
from ocop_market.codes.label import FACT_WORDS, check_label
from ocop_market.errors import Problem
from ocop_market.language import N_
from ocop_market.model.goods import GoodsKind
from ocop_market.model.product import Picture, Product
from ocop_market.rules.alcohol import AlcoholDuty, alcohol_duties
from ocop_market.rules.dated import NoRule
from ocop_market.settings import PublishingSettings, StarPolicy

OFF_SALE = frozenset({
    "tourism-service", "alcohol", "alcohol-paid-in-cash", "alcohol-advertised", "alcohol-percent-missing", "papers-missing", "paper-ended",
    "paper-without-number", "medicine", "living-goods", "refused-by-channel", "certificate-lapsed", "certificate-withdrawn",
    "certificate-missing", "certificate-potential", "certificate-undated", "star-in-text", "star-in-picture", "shop-badge",
    "cure-claim", "practice-values"})
"""Problems for which a product may not be on sale, and a listing of it is withdrawn; others only keep it from being sent."""
SOON = timedelta(days=30)

TOURISM = N_("Tourism is a service, not a parcel: {name} cannot be listed as goods. Leave it out of this channel.")
NO_AGE = N_("{name} is alcohol: the law asks for an age check and payment without cash, which {channel} does not "
            "guarantee. Sell it through a channel that checks ages.")
CASH = N_("{name} is alcohol and may not be paid in cash at the door, which {channel} allows. Sell it through a channel that takes payment "
          "in advance only.")
NO_PERCENT = N_("The strength of {name} is not known. Enter the per cent of alcohol by volume.")
MEDICINE = N_("{name} counts as medicine, which general platforms may not sell. Leave it out; if it is food or a cosmetic, enter its "
              "scoring set.")
LIVING = N_("{name} is a living plant or animal: {channel} takes no such parcels without quarantine papers.")
LIVING_ANIMAL = N_("{name} is a living animal, and {channel} is not known to take any. Sell it at a point of sale.")
REFUSED = N_("{channel} takes no goods of this kind: {kind!t}. Leave {name} out of this channel.")
FRESH = N_("{name} is fresh food: it needs cooling and quick delivery, and no page of {channel} promises either. Ask the platform, or sell "
           "it near by.")
IN_DOUBT = N_("{name} may be health food, which needs papers of its own. Enter its scoring set (18 is health food) so that this is "
              "settled.")
NO_KIND = N_("Neither group nor scoring set of {name} is known, so it cannot be told which papers it needs. Enter one of them.")
LAPSED = N_("The OCOP certificate of {name} ended on {day}. Have it rated again, or allow listings without stars in "
            "market.toml (publishing.lapsed).")
WITHDRAWN = N_("The OCOP certificate of {name} was withdrawn. Leave it out, or allow listings without stars in market.toml "
               "(publishing.lapsed).")
POTENTIAL = N_("{name} is only proposed for five stars: until the ministry has decided it shows none. Enter the certificate that it has, "
               "or allow listings without stars in market.toml (publishing.lapsed).")
NO_STAR = N_("No star is known for {name}. Enter its certificate, or allow listings without stars in market.toml (publishing.lapsed).")
NO_DATE = N_("The date of the certificate of {name} is not known, so it cannot be told whether it is in force. Enter the date.")
AS_ORDINARY = N_("{name} is listed as ordinary goods, without star and without OCOP: no certificate is in force.")
EXTENDED = N_("The OCOP certificate of {name} ran out on {day} and holds on only while its application for re-rating is pending. Follow it "
              "up.")
ENDS = N_("The OCOP certificate of {name} ends on {day}; its stars go from the listing then. Check that it is being rated again.")
NO_LABEL = N_("Nothing of the label of {name} is entered. Enter address, ingredients, use and what else stands on it.")
LABEL = N_("As far as it is entered, the label of {name} does not say: {what!t}. Enter it, or add it to the next labels.")
NO_PRICE = N_("{name} has no price. Enter one in đồng.")
NO_STOCK = N_("The stock of {name} is not known. Enter it.")
NO_WEIGHT = N_("The net weight of {name} is not known. Enter it in grams.")
NO_PICTURE = N_("{name} has no picture that {channel} can take. Add one.")
NO_FILE = N_("{name} has pictures, but no file of one that {channel} could be sent. Put a file beside your list and name it there.")
NO_LINK = N_("{name} has pictures, but no link to one: {channel} fetches pictures from public addresses (https://…). Enter one in your "
             "list.")
NO_PACKING_PRICE = N_("Packings of {name} have no price: {packings}. Enter each in đồng.")
NO_PACKING_STOCK = N_("The stock of packings of {name} is not known: {packings}. Enter it.")
NO_PACKING_WEIGHT = N_("The net weight of packings of {name} is not known: {packings}. Enter it in grams.")
PACKINGS_ALIKE = N_("{name} has one barcode at several packings ({gtin}: {packings}). Each packing has a number of its own; check them.")
PRACTICE = N_("{name} carries made-up practice values ({fields!t}). Enter the real ones before selling for real.")


def pictures_for(product: Product, profile: ChannelProfile) -> tuple[Picture, ...]:
    """The pictures that a channel can take: files where it takes uploads, public links where it fetches them itself."""
    usable = tuple(p for p in product.pictures if (p.url if profile.picture_by == "link" else p.path))
    return usable[:profile.picture_limit] if profile.picture_limit else usable


def findings(product: Product, profile: ChannelProfile, policy: PublishingSettings, day: date, *, practice: bool) -> list[Finding]:
    """Everything to be said about a product on a channel on `day`, what weighs most in law first; empty when all is well.

    `practice` is whether the account is one for practice, which made-up values may go to.
    """
    today = OnDay(product, day)
    return [*_by_kind(today, profile, policy), *_by_certificate(today, policy), *today.texts, *_by_label(product, today.kind, day),
            *_by_data(product, today.kind, profile, practice=practice), *packing_findings(product, profile)]


def withheld_because(product: Product, profile: ChannelProfile, policy: PublishingSettings, day: date, *,
                     practice: bool) -> list[Problem]:
    """Why a product may not be listed on a channel on `day`; empty when it may. All reasons at once."""
    return reasons_to_withhold(OnDay(product, day), profile, policy, practice=practice)


def reasons_to_withhold(today: OnDay, profile: ChannelProfile, policy: PublishingSettings, *, practice: bool) -> list[Problem]:
    """As `withheld_because`, of a product that was judged already. What a label lacks never withholds."""
    found = (*_by_kind(today, profile, policy), *_by_certificate(today, policy), *today.texts,
             *_by_data(today.product, today.kind, profile, practice=practice), *packing_findings(today.product, profile))
    return [finding.problem for finding in found if finding.withholds]


def _by_kind(today: OnDay, profile: ChannelProfile, policy: PublishingSettings) -> Iterator[Finding]:
    """What no paper can mend comes alone; papers are asked for only where the goods may be sold with them."""
    product, kind = today.product, today.kind
    name, here = {"name": product.name}, {"name": product.name, "channel": profile.title}
    duties = alcohol_duties(product.alcohol_percent, today.day) if kind is GoodsKind.ALCOHOL else frozenset()
    if kind in profile.refuses:
        yield forbidden("refused-by-channel", REFUSED, "group", **here, kind=KIND_NAMES[kind])
    elif kind is GoodsKind.TOURISM:
        yield forbidden("tourism-service", TOURISM, "group", **name)
    elif kind is GoodsKind.MEDICINE:
        yield forbidden("medicine", MEDICINE, "group", **name)
    elif AlcoholDuty.AGE_CHECK in duties and not profile.gates_age:
        yield forbidden("alcohol", NO_AGE, "group", **here)
    elif AlcoholDuty.NO_CASH in duties and profile.cash_on_delivery:
        yield forbidden("alcohol-paid-in-cash", CASH, "group", **here)
    elif kind is GoodsKind.ANIMAL and not profile.takes_living and not profile.point_of_sale and _quarantined(today, policy):
        yield forbidden("living-goods", LIVING_ANIMAL, "group", **here)
    elif kind in (GoodsKind.ANIMAL, GoodsKind.PLANT) and not _quarantined(today, policy):
        yield forbidden("living-goods", LIVING, "group", **here)
    else:
        if kind is GoodsKind.ALCOHOL and product.alcohol_percent is None:
            yield missing("alcohol-percent-missing", NO_PERCENT, "alcohol_percent", **name)
        if kind is GoodsKind.FRESH_FOOD and not profile.point_of_sale:
            yield warning("fresh-food", FRESH, "group", **here)
        if may_be_health_food(product):
            yield warning("kind-in-doubt", IN_DOUBT, "product_set", **name)
        elif kind is GoodsKind.UNKNOWN:
            yield warning("kind-unknown", NO_KIND, "product_set", **name)
        yield from today.papers(policy.food_papers)


def _quarantined(today: OnDay, policy: PublishingSettings) -> bool:
    """Whether no paper that a living thing needs is missing on the day."""
    return not any(found.withholds for found in today.papers(policy.food_papers))


def _by_certificate(today: OnDay, policy: PublishingSettings) -> Iterator[Finding]:
    product, claim, day = today.product, today.claim, today.day
    name, ended = {"name": product.name}, end_of(claim.certificate) if claim.certificate else None
    withhold = policy.undated if claim.standing is Standing.UNDATED else policy.lapsed
    if claim.stars is not None:
        if ended is not None and ended <= day:
            yield warning("certificate-extended", EXTENDED, "certificate", **name, day=f"{ended:%d/%m/%Y}")
        elif ended is not None and ended <= day + SOON:
            yield warning("certificate-ends", ENDS, "certificate", **name, day=f"{ended:%d/%m/%Y}")
    elif withhold is StarPolicy.WITHOUT_STARS:
        yield warning("listed-without-stars", AS_ORDINARY, "certificate", **name)
    else:
        yield _withheld_by_certificate(product, claim, day, {**name, "day": f"{ended:%d/%m/%Y}" if ended else "?"})


def _withheld_by_certificate(product: Product, claim: StarClaim, day: date, shown: dict[str, str]) -> Finding:
    name = {"name": product.name}
    match claim.standing:
        case Standing.LAPSED:
            return forbidden("certificate-lapsed", LAPSED, "certificate", **shown)
        case Standing.WITHDRAWN:
            return forbidden("certificate-withdrawn", WITHDRAWN, "certificate", **name)
        case Standing.UNDATED:
            return missing("certificate-undated", NO_DATE, "certificate", **name)
    if any(state is CertificateState.POTENTIAL for _, state in states(product, day)):
        return missing("certificate-potential", POTENTIAL, "certificate", **name)
    return missing("certificate-missing", NO_STAR, "certificate", **name)


def _by_label(product: Product, kind: GoodsKind, day: date) -> Iterator[Finding]:
    """Whether the catalog knows what the label has to say: a listing is to show it, and an inspector looks at the goods."""
    if kind in (GoodsKind.TOURISM, GoodsKind.MEDICINE):
        return
    if not product.label:
        yield warning("label-unknown", NO_LABEL, "label", name=product.name)
        return
    try:
        lacking = check_label(product, kind, day).missing
    except NoRule:  # a day before the first decree that is known
        return
    if lacking:
        yield warning("label-incomplete", LABEL, "label", name=product.name, what=[FACT_WORDS[fact] for fact in lacking])


def _by_data(product: Product, kind: GoodsKind, profile: ChannelProfile, *, practice: bool) -> Iterator[Finding]:
    name = {"name": product.name}
    if product.variants:
        yield from _by_packings(product)
    elif not product.price:
        yield missing("no-price", NO_PRICE, "price", **name)
    if not product.variants and product.stock is None and kind is not GoodsKind.TOURISM:
        yield missing("no-stock", NO_STOCK, "stock", **name)
    if not product.variants and not product.weight_g and kind is not GoodsKind.TOURISM:
        yield missing("no-weight", NO_WEIGHT, "weight_g", **name)
    if profile.picture_by != "none" and not pictures_for(product, profile):
        other = NO_LINK if profile.picture_by == "link" else NO_FILE
        yield missing("no-picture", other if product.pictures else NO_PICTURE, "pictures", **name, channel=profile.title)
    if product.practice and not practice:
        yield forbidden("practice-values", PRACTICE, "practice", **name, fields=sorted(product.practice))


def _by_packings(product: Product) -> Iterator[Finding]:
    """Each packing is sold by itself, so each needs what an ordinary product needs."""
    lacking: dict[str, list[str]] = {"price": [], "stock": [], "weight_g": []}
    by_gtin: dict[str, list[str]] = {}
    for variant in product.variants:
        words = " / ".join(variant.values)
        lacks = {"price": not variant.price, "stock": variant.stock is None, "weight_g": not variant.weight_g}
        for name in (name for name, lacks_it in lacks.items() if lacks_it):
            lacking[name].append(words)
        if variant.gtin:
            by_gtin.setdefault(variant.gtin, []).append(words)
    for code, message, field in (("no-price", NO_PACKING_PRICE, "price"), ("no-stock", NO_PACKING_STOCK, "stock"),
                                 ("no-weight", NO_PACKING_WEIGHT, "weight_g")):
        if lacking[field]:
            yield missing(code, message, field, name=product.name, packings="; ".join(lacking[field]))
    for gtin, packings in by_gtin.items():
        if len(packings) > 1:
            yield missing("packings-one-barcode", PACKINGS_ALIKE, "gtin", name=product.name, gtin=gtin, packings="; ".join(packings))
