"""A market to practise with: a real list of recognised products, practice shops, and the export of a till that never was."""
