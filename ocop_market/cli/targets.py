"""`targets`: what plans ask for, and how it stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from ocop_market.cli.frame import Exit, emit, shared_options, speaks_plainly, table, tell
from ocop_market.cli.report import which_basis
from ocop_market.cli.speech import Day, SpeakingCommand, option
from ocop_market.growth.basis import Basis
from ocop_market.growth.target_standing import Course, TargetStanding
from ocop_market.growth.targets import EXAMPLES, FILE_NAME, read_targets
from ocop_market.language import N_, say, translate
from ocop_market.market import open_market
from ocop_market.places.units import GEOGRAPHY_WORDS

COURSES = {Course.REACHED: N_("reached"), Course.ON_COURSE: N_("on course"), Course.BEHIND: N_("behind"),
           Course.NOT_BEGUN: N_("not begun"), Course.NOT_KNOWN: N_("not known")}
AS_OF = N_("As of {day}, by the catalog and the ledger as they are now.")
ARE_EXAMPLES = N_("These are examples of four provinces' plans; the figures are those of this market alone. Copy {path} into the market's "
                  "folder and change it for your own.")


@click.command("targets", cls=SpeakingCommand, help=N_(
    "Shows the targets of plans as reached, on course or behind, with the arithmetic. They stand in targets.toml, or in a list."))
@option("--file", "path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
        help=N_("Targets to show (.toml, .xlsx, .csv; default: targets.toml in the market)."))
@option("--examples", is_flag=True, help=N_("The targets of Quảng Bình, Bắc Kạn, Bắc Giang and Ninh Bình, as examples."))
@option("--as-of", "day", type=Day(), help=N_("Day on which they are measured (default: yesterday)."))
@which_basis
@shared_options
@speaks_plainly
def targets(path: Path | None, examples: bool, day: datetime | None, basis: str, market_folder: Path, as_json: bool) -> Exit:
    """Shows how targets stand."""
    with open_market(market_folder) as market:
        rows = read_targets(EXAMPLES if examples else path or market_folder / FILE_NAME)
        on = day.date() if day else market.today - timedelta(days=1)
        found = market.targets(rows, on, basis=Basis(basis))
    if as_json:
        emit([_as_json(one) for one in found])
        return Exit.DONE
    tell(say(AS_OF, day=f"{on:%d/%m/%Y}"))
    table(translate(N_("Targets")), [translate(heading) for heading in (N_("Target"), N_("Stands"), N_("Arithmetic"), N_("Source"))], [
        (_named(one), translate(COURSES[one.course]), _arithmetic(one), one.target.source) for one in found])
    if examples:
        tell(say(ARE_EXAMPLES, path=str(EXAMPLES)))
    return Exit.DONE


def _named(one: TargetStanding) -> str:
    target = one.target
    units = f" ({translate(GEOGRAPHY_WORDS[target.geography])})" if target.province else ""
    return f"{target.name}\n{target.province}{units}" if target.province else target.name


def _arithmetic(one: TargetStanding) -> str:
    return "\n".join(problem.sentence() for problem in one.arithmetic)


def _as_json(one: TargetStanding) -> dict[str, Any]:
    target = one.target.model_dump(mode="json", exclude_none=True)
    return {"target": target, "as_of": one.on.isoformat(), "course": one.course.value, "needed": str(one.needed),
            "reached": None if one.reached is None else str(one.reached), "expected": None if one.expected is None else str(one.expected),
            "arithmetic": [{"code": problem.code, "message": problem.sentence()} for problem in one.arithmetic]}
