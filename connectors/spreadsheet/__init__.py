"""The spreadsheet connector: one listing sheet out, exported sales files in, no network."""
