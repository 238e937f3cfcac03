"""The command line: the composition root; nothing imports it."""
