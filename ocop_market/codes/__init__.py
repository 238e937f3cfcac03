"""Codes on packs and what labels must say: GTIN, GS1 Digital Link, QR, trace codes, label fields."""
