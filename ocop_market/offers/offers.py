"""The offer of each product on each account, and the steps that lead to it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ocop_market.language import N_
from ocop_market.model.money import vnd
from ocop_market.model.product import Product
from ocop_market.model.stock import Held, Offer, Reason
from ocop_market.offer_settings import AccountPrice, AccountStock, StockRule
from ocop_market.offers.division import Claim, divide, raised_only_as_freed
from ocop_market.offers.on_hand import OnHand
from ocop_market.offers.pricing import price_steps, priced
from ocop_market.offers.single import SingleOffer

OWN_PRICE = N_("{price} as said for this product")
LOCKED = N_("{locked} are locked by campaigns: {rest} to divide")
RESERVE = N_("{reserve} stay back: {rest}")
BELOW_THRESHOLD = N_("fewer than {threshold}: none here")
PERCENT = N_("{percent} % of {rest} = {part}")
FIXED = N_("at most {fixed} here: {part}")
DIVIDED = N_("divided among {accounts}: {part}")
MOST = N_("at most {most} of this product here: {part}")
LEFT = N_("what others leave: {part}")
LOCKED_HERE = N_("{locked} locked here come to it: {stock}")
STANDING = N_("{accounts} may sell {units} until told otherwise, so {stock} for now")
ORDERED = N_("{ordered} of open orders, which the platform counts too, come to it: {stock}")
SHORT = N_("the campaign has locked {short} more than are there: take them out of the campaign in the seller centre")
UNKNOWN = OnHand(0)


@dataclass(frozen=True)
class Seller:
    """An account that offers goods: its rules, whose products it sells (empty: all), and what is said of single products.

    A `file` is no offer that buyers could take up: what it shows beyond the stock is nothing sold twice.
    """

    account: str
    stock: AccountStock = field(default_factory=AccountStock)
    price: AccountPrice = field(default_factory=AccountPrice)
    owner: str = ""
    exclusive: bool = True
    file: bool = False
    single: Mapping[str, SingleOffer] = field(default_factory=dict)

    def sells(self, product: Product) -> bool:
        """Whether the product is the account's to sell."""
        return self.owner in ("", product.owner)

    def claim(self, sku: str = "", locked: int = 0) -> Claim:
        """What the account claims of a product; without a SKU, of one that nothing special is said of."""
        rule, single = self.stock, self.single.get(sku)
        return Claim(self.account, rule.rule, rule.percent or 0, rule.fixed or 0, rule.reserve, rule.threshold,
                     single.most if single else None, self.exclusive, locked)


@dataclass(frozen=True)
class Offers:
    """What accounts that share goods offer.

    `there` is what there is by SKU; `held` and `standing` are by account and SKU: what the platform has set aside, and how
    many may still be sold there under the offer that stands. The order of `sellers` decides who comes first.
    """

    products: Mapping[str, Product]
    sellers: Sequence[Seller]
    there: Mapping[str, OnHand]
    held: Mapping[tuple[str, str], Held] = field(default_factory=dict)
    standing: Mapping[tuple[str, str], int] = field(default_factory=dict)
    _ordinary: dict[str, tuple[Claim, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _divided: dict[tuple[int, tuple[Claim, ...]], dict[str, int]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def offer(self, sku: str, account: str) -> Offer:
        """Price and absolute stock of a product on an account; KeyError for a product or account unknown here."""
        there, claim, claims, part = self._part(sku, account)
        stock = self._raised(sku, there, part, claim, claims) + self._ordered(sku, there, account)
        short = max(0, claim.locked - max(0, there.there - sum(one.locked for one in claims if one is not claim)))
        return Offer(sku, account, self._price(self.products[sku], self._seller[account]), stock, short)

    def reasons(self, sku: str, account: str) -> Iterator[Reason]:
        """The steps that lead to the offer: first those to its price, then those to its stock."""
        there, claim, claims, part = self._part(sku, account)
        made, single = self.offer(sku, account), self._seller[account].single.get(sku)
        if single is not None and single.price is not None:
            yield Reason(OWN_PRICE, {"price": vnd(single.price)})
        elif (price := self.products[sku].price) is not None:
            yield from price_steps(price, self._seller[account].price)
        yield from there.reasons()
        yield from _steps(there.there, claim, claims, part)
        ordered = self._ordered(sku, there, account)
        if made.stock - ordered < part:
            others = {one.account: self.standing.get((one.account, sku), 0) for one in claims if one.exclusive and one is not claim}
            yield Reason(STANDING, {"accounts": ", ".join(name for name, units in others.items() if units),
                                    "units": sum(others.values()), "stock": made.stock - ordered})
        if ordered:
            yield Reason(ORDERED, {"ordered": ordered, "stock": made.stock})
        if made.short:
            yield Reason(SHORT, {"short": made.short})

    def of(self, account: str) -> Iterator[Offer]:
        """The account's offers of all products that it sells, by SKU."""
        seller = self._seller[account]
        return (self.offer(sku, account) for sku, product in sorted(self.products.items()) if seller.sells(product))

    def most_beyond(self, sku: str) -> int:
        """How many units more than there are the accounts offer together: what may be sold twice while none knows of the others."""
        product = self.products[sku]
        offered = sum(self.offer(sku, one.account).stock for one in self.sellers if one.sells(product) and not one.file)
        return max(0, offered - self.there.get(sku, UNKNOWN).there)

    @cached_property
    def _seller(self) -> dict[str, Seller]:
        return {seller.account: seller for seller in self.sellers}

    @cached_property
    def _special(self) -> set[str]:
        """Products that an account has a word or a lock of its own for."""
        return {sku for _, sku in self.held} | {sku for seller in self.sellers for sku in seller.single}

    def _part(self, sku: str, account: str) -> tuple[OnHand, Claim, tuple[Claim, ...], int]:
        there, claims = self.there.get(sku, UNKNOWN), self._claims(self.products[sku])
        parts = self._divided.get((there.there, claims))
        if parts is None:
            parts = self._divided[there.there, claims] = divide(there.there, claims)
        return there, next(one for one in claims if one.account == account), claims, parts[account]

    def _claims(self, product: Product) -> tuple[Claim, ...]:
        """One claim of each account that sells the product; the same for all ordinary products of an owner."""
        if product.sku in self._special:
            return tuple(seller.claim(product.sku, self.held.get((seller.account, product.sku), Held()).campaign)
                         for seller in self.sellers if seller.sells(product))
        if product.owner not in self._ordinary:
            self._ordinary[product.owner] = tuple(seller.claim() for seller in self.sellers if seller.sells(product))
        return self._ordinary[product.owner]

    def _raised(self, sku: str, there: OnHand, part: int, claim: Claim, claims: Sequence[Claim]) -> int:
        standing = {one.account: self.standing.get((one.account, sku), 0) for one in claims} if self.standing else {}
        return raised_only_as_freed(there.there, part, claim, claims, standing)

    def _ordered(self, sku: str, there: OnHand, account: str) -> int:
        """Units that the platform holds for orders known here: its own number has them in it."""
        held = self.held.get((account, sku))
        return min(held.ordered, int(there.open.get(account, 0))) if held else 0

    def _price(self, product: Product, seller: Seller) -> int | None:
        single = seller.single.get(product.sku)
        if single is not None and single.price is not None:
            return single.price
        return None if product.price is None else priced(product.price, seller.price)


def _steps(there: int, claim: Claim, claims: Sequence[Claim], part: int) -> Iterator[Reason]:
    """From what there is to the account's part."""
    own = part - claim.locked
    locked = sum(one.locked for one in claims)
    rest = max(0, there - locked)
    if locked:
        yield Reason(LOCKED, {"locked": locked, "rest": rest})
    if claim.reserve and rest:
        rest = max(0, rest - claim.reserve)
        yield Reason(RESERVE, {"reserve": claim.reserve, "rest": rest})
    others = [one.account for one in claims if one.exclusive and one is not claim]
    if rest < claim.threshold:
        yield Reason(BELOW_THRESHOLD, {"threshold": claim.threshold})
    elif claim.rule is StockRule.PERCENT:
        asked = rest * claim.percent // 100
        yield Reason(PERCENT, {"percent": claim.percent, "rest": rest, "part": asked})
        if own < asked:
            yield _cut(claim, own)
    elif claim.rule is StockRule.FIXED:
        yield Reason(FIXED, {"fixed": claim.fixed, "part": own})
    elif claim.most is not None and own == max(0, claim.most - claim.locked) < rest:
        yield _cut(claim, own)
    elif claim.exclusive and others and own < rest:
        yield Reason(DIVIDED, {"accounts": ", ".join([claim.account, *others]), "part": own})
    if claim.locked:
        yield Reason(LOCKED_HERE, {"locked": claim.locked, "stock": part})


def _cut(claim: Claim, own: int) -> Reason:
    if claim.most is not None and own == max(0, claim.most - claim.locked):
        return Reason(MOST, {"most": claim.most, "part": own})
    return Reason(LEFT, {"part": own})


__all__ = ["Offers", "Seller"]
