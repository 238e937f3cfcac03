"""Places in time: a unit as published, on 30/6/2025 and today."""
