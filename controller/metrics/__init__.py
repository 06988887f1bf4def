"""The only prometheus-client: which figures there are, and where they come from."""
