"""Rules that hold for every channel."""
