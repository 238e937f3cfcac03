"""Is all well: facts gathered once, checks that are pure, alerts that are told once."""
