"""Lets open a market."""
