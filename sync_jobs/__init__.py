"""Scheduled work on a market: jobs, their runner and the clock that starts them."""
