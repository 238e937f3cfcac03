"""Connectors and practice servers, found through entry points: built-in ones like anyone else's.

Nothing is imported before it is asked for, and nothing is ever imported from the current folder by name.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from functools import lru_cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from typing import TYPE_CHECKING

from ocop_market.errors import SettingsError
from ocop_market.language import N_

if TYPE_CHECKING:
    from ocop_market.channels.api import Connector
    from ocop_market.sandbox.app import Sandbox

CONNECTORS = "ocop_market.connectors"
SANDBOXES = "ocop_market.sandboxes"

NONE_INSTALLED = N_("No connector is installed. Install the program itself: pip install . (developers: pip install -e .).")
UNKNOWN_CHANNEL = N_("There is no channel called '{name}'. Known: {known}.")
DOES_NOT_LOAD = N_("The connector '{name}' ({target}) cannot be loaded: {reason}. Reinstall its package.")
HIDDEN = N_("A folder named 'connectors' hides our own: {path}. Run the program from another folder, or rename that one.")
NO_SANDBOX = N_("The channel '{name}' has no practice server. Those that have one: {known}.")


def installed(group: str) -> EntryPoints:
    """The entry points of a group, looked for once on every search path that Python has in this process."""
    return _found_on(tuple(sys.path), group)


@lru_cache(maxsize=8)
def _found_on(_path: tuple[str, ...], group: str) -> EntryPoints:
    """Opens a file of every installed package, tens of milliseconds each time."""
    return entry_points(group=group)


def connector_names() -> list[str]:
    """Keys of all installed connectors, sorted."""
    return sorted(installed(CONNECTORS).names)


def sandbox_names() -> list[str]:
    """Keys of all channels that ship a practice server, sorted."""
    return sorted(installed(SANDBOXES).names)


def load_connector(name: str) -> type[Connector]:
    """The connector class for a channel key; SettingsError with a sentence when there is none or it fails to load."""
    from ocop_market.channels.api import Connector

    found = _load(CONNECTORS, name, UNKNOWN_CHANNEL)
    if not (isinstance(found, type) and issubclass(found, Connector)):
        raise SettingsError(DOES_NOT_LOAD, code="connector-broken", name=name, target=repr(found), reason="not a Connector")
    return found


def load_sandbox(name: str) -> type[Sandbox]:
    """The practice server class for a channel key; SettingsError when there is none."""
    from ocop_market.sandbox.app import Sandbox

    found = _load(SANDBOXES, name, NO_SANDBOX)
    if not (isinstance(found, type) and issubclass(found, Sandbox)):
        raise SettingsError(DOES_NOT_LOAD, code="connector-broken", name=name, target=repr(found), reason="not a Sandbox")
    return found


def _load(group: str, name: str, unknown: str) -> object:
    known = installed(group)
    if not known:
        raise SettingsError(NONE_INSTALLED, code="no-connectors")
    match = [point for point in known if point.name == name]
    if not match:
        raise SettingsError(unknown, code="unknown-channel", name=name, known=", ".join(sorted(known.names)))
    try:
        return match[0].load()
    except Exception as error:
        raise _broken(match[0], error) from error


def _broken(point: EntryPoint, error: Exception) -> SettingsError:
    if point.value.startswith("connectors."):
        path = _hiding()
        if path:
            return SettingsError(HIDDEN, code="connectors-hidden", path=path)
    return SettingsError(DOES_NOT_LOAD, code="connector-broken", name=point.name, target=point.value,
                         reason=f"{type(error).__name__}: {error}")


def _hiding() -> str:
    """Where something else called `connectors` lies that is found before ours; empty when there is none."""
    try:
        connectors = importlib.import_module("connectors")
    except Exception:  # another's module may fail in any way; it is named by its place then
        spec = importlib.util.find_spec("connectors")
        return (spec.origin or "?") if spec else ""
    if getattr(connectors, "OCOP_MARKET", False):
        return ""
    return getattr(connectors, "__file__", None) or str(next(iter(getattr(connectors, "__path__", ["?"]))))
