"""Lists in, products out: reading spreadsheets, checking what the law asks."""
