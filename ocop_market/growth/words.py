"""Words for the parts of a change and for what is left out of it."""

from __future__ import annotations

from ocop_market.growth.before_after import Event, Left
from ocop_market.growth.movement import Part, Reason
from ocop_market.growth.periods import Pair
from ocop_market.language import N_, say

PARTS = {Part.SAME: N_("Same products"), Part.ENTRY: N_("Entries"), Part.EXIT: N_("Exits"), Part.OUTSIDE: N_("Goods without recognition")}
REASONS = {
    Reason.SAME: N_("recognised and sold in both periods"), Reason.NEWLY_RECOGNISED: N_("newly recognised"),
    Reason.FIRST_SOLD: N_("recognised before, sold now only"), Reason.LAPSED: N_("certificate lapsed"),
    Reason.WITHDRAWN: N_("certificate withdrawn"), Reason.NOT_SOLD: N_("still recognised, no longer sold"),
    Reason.NOT_RECOGNISED: N_("recognised in neither period"), Reason.UNDATED: N_("certificate without dates"),
    Reason.NOT_IN_CATALOG: N_("goods not in the catalog")}
PANEL_SAME, PANEL_ADDED, PANEL_GONE = (
    N_("Same sellers ({count})"), N_("Added, or not known through both periods ({count})"), N_("No longer selling ({count})"))
EFFECTS = {"price": N_("Price"), "volume": N_("Volume"), "mix": N_("Mix of goods"), "new": N_("Goods sold now only"),
           "dropped": N_("Goods sold before only"), "unmeasured": N_("Goods without a quantity")}
EVENTS = {Event.RECOGNITION: N_("Before and after recognition"), Event.UPGRADE: N_("Before and after an upgrade of stars")}
LEFTS = {Left.TOO_RECENT: N_("the time after is not over"), Left.NO_HISTORY: N_("sales are not known from so early on"),
         Left.OTHER_CHANGE: N_("the certificate changed again"), Left.NO_SALES: N_("nothing sold before or after")}

PARTLY = N_("The period {start} – {end} is not over: its part up to {last} is held against the like part of the other.")
UNLIKE = N_("Of the four weeks before Tết {now} days lie in the period and {before} in the other: growth tells of the calendar as well. "
            "Compare with --against tet, or over twelve months.")


def pair_notes(pair: Pair) -> list[str]:
    """What a reader must know of the two periods, in the language in use."""
    notes = []
    if pair.partial:
        notes.append(say(PARTLY, start=f"{pair.whole.start:%d/%m/%Y}", end=f"{pair.whole.end:%d/%m/%Y}", last=f"{pair.now.end:%d/%m/%Y}"))
    if pair.unlike_feast:
        notes.append(say(UNLIKE, now=pair.feast_now, before=pair.feast_before))
    return notes
