"""Talking to platforms: what a connector is, how it is found, and the HTTP that all of them share."""
