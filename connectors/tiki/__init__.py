"""The tiki connector."""
