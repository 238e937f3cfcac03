"""Acme as a channel of ocop-market."""
