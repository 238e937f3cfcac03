"""From a product and a channel's map to a listing draft."""
