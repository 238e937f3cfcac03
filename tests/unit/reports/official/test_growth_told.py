"""The parts of growth and the targets as the official reports print them."""

from datetime import date
from decimal import Decimal

from ocop_market.growth.targets import Measure, Target
from ocop_market.model.product import ProducerKind
from ocop_market.reports.official.growth_told import PARTS, growth_parts, target_lines
from tests.unit.reports.official.conftest import AS_OF, ASKED


def test_the_parts_of_growth_add_up_to_the_revenue_of_the_report(finished, figures):
    with finished.store.reading() as connection:
        parts = growth_parts(connection, finished.products(), ASKED.period, ASKED.basis)
    same, entries, exits, outside = ((part.products, part.now, part.before) for part in parts)
    assert (same, entries, exits, outside) == ((2, 1_300_000, 1_000_000), (1, 700_000, 0), (0, 0, 0), (0, 0, 0))
    assert [part.name for part in parts] == list(PARTS.values())
    total = next(table for table in figures.tables if table.key == "doanh_thu_sao").rows[-1]
    assert (sum(part.now for part in parts), sum(part.before for part in parts)) == total[1:3]


def test_a_target_is_told_with_its_unit_and_how_it_stands(finished):
    share = Target(name="Hợp tác xã", measure=Measure.SUBJECT_SHARE, at_least=Decimal(40), kind=ProducerKind.COOPERATIVE,
                   begins=date(2026, 1, 1), ends=date(2026, 11, 1), source="85/KH-UBND")
    with finished.store.reading() as connection:
        line, = target_lines(connection, finished.products(), [share], AS_OF, ASKED.basis)
    assert (line.unit, line.wanted, line.paper, line.locality) == ("%", 40, "85/KH-UBND", "Toàn bộ danh mục")
    assert line.verdict in ("Đạt", "Chưa xác định được")
