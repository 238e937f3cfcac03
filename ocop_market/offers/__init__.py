"""Offers: what there is of a product, divided among accounts by rule, at each account's price."""
