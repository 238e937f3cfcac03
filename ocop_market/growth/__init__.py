"""Comparison of periods."""
