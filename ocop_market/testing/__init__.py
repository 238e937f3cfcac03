"""Contract tests that every connector passes, shipped with the library."""
