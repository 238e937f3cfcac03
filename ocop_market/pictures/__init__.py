"""Pictures of products: what they are, whether a channel takes them, copies that it takes, and the same one found again."""
