"""The kiotviet connector."""
