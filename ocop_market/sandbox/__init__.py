"""Practice servers: a platform imitated on this machine, as strict as its documents, with simulated buyers."""
