"""Values that the whole project speaks in: products, listings, changes, sales, money. No I/O."""
