"""The connectors that come with ocop_market. They are found through entry points; nobody imports this by hand."""

OCOP_MARKET = True
"""Marker by which the registry knows this package from a stranger's folder of the same name."""
