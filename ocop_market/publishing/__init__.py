"""Plan, apply, follow up: the engine that writes to platforms."""
