"""Packages of third parties: their tests run where they are installed (see tests/flows/test_third_party_connector.py)."""

collect_ignore = ["acme_ocop"]
