"""The shopee connector."""
