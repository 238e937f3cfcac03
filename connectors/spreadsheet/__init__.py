"""The spreadsheet connector."""
