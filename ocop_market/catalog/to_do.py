"""Findings as things to do: one heading and one next step for all products that share them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ocop_market.errors import Problem
from ocop_market.language import N_, say

_IN_LIST = N_("Enter it in your list and import the list again: ocop-market import FILE")
_PAPER = N_("Enter number, issuer and dates in columns of your list (for example “Số GCN ATTP”, “Ngày hết hạn ATTP”), then: ocop-market "
            "import FILE")
_RENEW = N_("Have it renewed, enter the new number and dates, and import the list again: ocop-market import FILE")
_TEXT = N_("Change the text in your list and import it again: ocop-market import FILE")
_WITHOUT_STARS = N_("Have it rated again. To sell it as ordinary goods meanwhile: lapsed = \"without-stars\" under [publishing] in "
                    "market.toml")

_SPLIT = N_("Enter the packings as products of their own, or leave this channel out.")
_NOTHING_TO_DO = N_("Nothing has to be done; the channel cannot show them.")

INSTRUCTIONS: Mapping[str, tuple[str, str]] = {
    "tourism-service": (N_("Tourism services are no parcels"), N_("Nothing to enter: take bookings by another way.")),
    "medicine": (N_("Medicine"), N_("Leave it out of general platforms; if it is food or a cosmetic, enter its scoring set.")),
    "alcohol": (N_("Alcohol, where no age is checked"), N_("Sell it at your own counter, or on a channel that checks ages.")),
    "alcohol-paid-in-cash": (N_("Alcohol, where cash is paid at the door"), N_("Sell it on a channel that takes payment in advance only.")),
    "alcohol-percent-missing": (N_("Strength of alcohol unknown"), _IN_LIST),
    "alcohol-advertised": (N_("Strong alcohol that is advertised"), _TEXT),
    "living-goods": (N_("Living plants and animals"), N_("Enter the quarantine paper of plants; sell animals at a point of sale.")),
    "refused-by-channel": (N_("Refused by the channel's own policy"), N_("Sell it on another channel.")),
    "fresh-food": (N_("Fresh food: cooling and quick delivery"), N_("Ask the platform whether it takes fresh goods, or sell near by.")),
    "kind-in-doubt": (N_("May be health food"), N_("Enter the scoring set (1 to 26) in your list; 18 is health food.")),
    "kind-unknown": (N_("Kind of goods unknown"), N_("Enter the product group or the scoring set (1 to 26) in your list.")),
    "papers-missing": (N_("Missing: {paper!t}"), _PAPER),
    "paper-without-number": (N_("Number missing: {paper!t}"), _PAPER),
    "paper-ended": (N_("Ended: {paper!t}"), _RENEW),
    "paper-ends": (N_("Ends within 30 days: {paper!t}"), _RENEW),
    "certificate-lapsed": (N_("OCOP certificate lapsed"), _WITHOUT_STARS),
    "certificate-withdrawn": (N_("OCOP certificate withdrawn"), _WITHOUT_STARS),
    "certificate-missing": (N_("No OCOP certificate entered"), N_(
        "Enter stars, decision and dates in your list. To sell as ordinary goods: lapsed = \"without-stars\" under [publishing] in "
        "market.toml")),
    "certificate-potential": (N_("Only proposed for five stars"), N_(
        "Wait for the ministry's decision, or enter the certificate that holds now.")),
    "certificate-undated": (N_("OCOP certificate without date"), N_("Enter the date of the decision in your list.")),
    "certificate-extended": (N_("Certificate holds only while the re-rating is pending"), N_("Ask for the result of the re-rating.")),
    "certificate-ends": (N_("Certificate ends within 30 days"), N_("Check that the re-rating was applied for.")),
    "listed-without-stars": (N_("Sold as ordinary goods, without stars"), N_(
        "Enter the certificate's dates where it is in force, so that the stars may be shown.")),
    "star-in-text": (N_("A text claims OCOP or stars without right"), _TEXT),
    "shop-badge": (N_("A text gives OCOP to the whole shop"), _TEXT),
    "cure-claim": (N_("A text promises a cure"), _TEXT),
    "state-as-witness": (N_("A text calls the state as its witness"), _TEXT),
    "superlative": (N_("A text says “best”, “only”, “number one”"), N_("Take the words out, or keep the proof at hand.")),
    "origin-by-barcode": (N_("A text infers the origin from the barcode"), _TEXT),
    "label-unknown": (N_("Label data missing"), N_(
        "Enter what the label says in columns of your list (for example “Thành phần”, “Hướng dẫn sử dụng”), then: ocop-market import "
        "FILE")),
    "label-incomplete": (N_("Label incomplete"), N_("Enter what is missing, or add it to the next labels.")),
    "no-price": (N_("Price missing"), _IN_LIST), "no-stock": (N_("Stock missing"), _IN_LIST),
    "no-weight": (N_("Net weight missing"), _IN_LIST),
    "packings-one-barcode": (N_("One barcode at several packings"), _IN_LIST),
    "no-picture": (N_("Picture missing"), N_("Put a picture beside your list, or a link in it, and import the list again.")),
    "star-in-picture": (N_("All pictures show OCOP or stars without right"), N_("Add a picture without the mark to your list.")),
    "variants-not-carried": (N_("Packings that the channel does not know"), _SPLIT),
    "options-too-many": (N_("Packings differ in too many ways"), _SPLIT), "variants-too-many": (N_("Too many packings"), _SPLIT),
    "wholesale-not-carried": (N_("Wholesale prices are not shown there"), _NOTHING_TO_DO),
    "wholesale-too-many": (N_("Some wholesale prices are not shown there"), _NOTHING_TO_DO),
    "practice-values": (N_("Made-up practice values"), N_("Enter the real values before selling for real.")),
}
"""By a problem's code: heading and next step."""
OTHER = (N_("Other reasons"), N_("See the sentence beside each product."))
_ONE_OF = N_("Missing one of: {papers!t}")


@dataclass(frozen=True)
class Instruction:
    """A heading and a next step, not yet in any language; `values` fills the heading's places."""

    heading: str
    next_step: str
    values: tuple[tuple[str, str | tuple[str, ...]], ...] = ()

    def title(self, language: str | None = None) -> str:
        """What is wrong with all these products."""
        return say(self.heading, language, **{name: list(value) if isinstance(value, tuple) else value for name, value in self.values})

    def step(self, language: str | None = None) -> str:
        """What to do next."""
        return say(self.next_step, language)


def instruction_for(problem: Problem) -> Instruction:
    """What to do about a problem; the same object of equality for all products that need the same step."""
    heading, step = INSTRUCTIONS.get(problem.code, OTHER)
    if papers := problem.values.get("papers"):
        return Instruction(_ONE_OF, step, (("papers", tuple(papers) if isinstance(papers, list) else (str(papers),)),))
    if "paper" in problem.values:
        return Instruction(heading, step, (("paper", str(problem.values["paper"])),))
    return Instruction(heading, step)
