"""The tables inside `vietnamadminunits` (MIT), read as files.

The package is not imported: that loads shapely and geopy and opens its JSON in the encoding of the machine, which fails on
Windows. Its parser guesses where we want to be told; only its lists of units and of successions are used.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from ocop_market.places.gazetteer import Gazetteer, OldCommune, PresentCommune, all_districts

log = logging.getLogger(__name__)
OldKey = tuple[str, str, str]
"""Province, district and commune as the package writes them: `tinhyenbai`, `huyenlucyen`, `xatanlinh`."""
NewKey = tuple[str, str]
OLD_UNITS = "select provinceKey, districtKey, wardKey, provinceCode, districtCode, wardCode, ward, wardAlias from admin_units_legacy"
PRESENT_UNITS = "select provinceKey, wardKey, provinceCode, wardCode, ward from admin_units"


def read_package() -> Gazetteer | None:
    """The complete lists, or None where the extra is not installed or its tables have another form."""
    spec = find_spec("vietnamadminunits")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "data"
    try:
        return _gazetteer(folder)
    except (OSError, sqlite3.Error, KeyError, ValueError, TypeError) as error:
        log.warning("The tables of vietnamadminunits cannot be used (%s): places are told by province only.", type(error).__name__)
        return None


def true_targets(targets: Mapping[OldKey, tuple[NewKey, ...]]) -> dict[OldKey, tuple[NewKey, ...]]:
    """Successions without those that namesakes brought in.

    The package found parts of divided communes by name within the merged province, so two namesakes share their targets
    (Long Phú of Hậu Giang and of Sóc Trăng, Phường 4 of Tân An and of Tây Ninh). A target is dropped when a namesake has it
    too and whole communes show that it lies elsewhere: all of them in other old provinces, or some in a namesake's
    district and none in this one's. Without a namesake nothing is dropped.
    """
    homes: dict[NewKey, set[tuple[str, str]]] = defaultdict(set)
    claims: dict[tuple[NewKey, str], list[OldKey]] = defaultdict(list)
    for old, news in targets.items():
        for new in news:
            claims[new, old[2]].append(old)
            if len(news) == 1:
                homes[new].add(old[:2])
    return {old: tuple(new for new in news if not _elsewhere(old, homes[new], claims[new, old[2]])) if len(news) > 1 else news
            for old, news in targets.items()}


def _elsewhere(old: OldKey, homes: set[tuple[str, str]], claimants: list[OldKey]) -> bool:
    namesakes = {other[:2] for other in claimants if other != old}
    if not namesakes or not homes or old[:2] in homes:
        return False
    return old[0] not in {province for province, _ in homes} or bool(namesakes & homes)


def _gazetteer(folder: Path) -> Gazetteer:
    old: dict[OldKey, OldCommune] = {}
    present: dict[NewKey, PresentCommune] = {}
    with closing(sqlite3.connect(f"{(folder / 'dataset.db').as_uri()}?mode=ro&immutable=1", uri=True)) as tables:
        for province, district, ward, province_code, district_code, code, name, alias in tables.execute(OLD_UNITS):
            old[province, district, ward or ""] = OldCommune(
                code or district_code, name or "", district_code, province_code, frozenset(json.loads(alias)) if alias else frozenset())
        for province, ward, province_code, code, name in tables.execute(PRESENT_UNITS):
            present[province, ward] = PresentCommune(code, name, province_code)
    became = true_targets(_successions(json.loads((folder / "converter_2025.json").read_text(encoding="utf-8"))))
    return Gazetteer(True, all_districts(), {unit.code: unit for unit in old.values()},
                     {unit.code: unit for unit in present.values()},
                     {old[key].code: tuple(present[new].code for new in news) for key, news in became.items()})


def _successions(converter: Mapping[str, Mapping[str, Mapping[str, list[object]]]]) -> dict[OldKey, tuple[NewKey, ...]]:
    found: dict[OldKey, tuple[NewKey, ...]] = {}
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, olds in wards.items():
            for old in olds:
                found[_old_key(str(old))] = ((province, ward),)
    for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, parts in divided.items():
            found[_old_key(key)] = tuple((province, part["newWardKey"]) for part in parts if isinstance(part, dict))
    return found


def _old_key(text: str) -> OldKey:
    province, district, ward = text.split("_")
    return province, district, ward
