"""How the tables came to be: one file a step, run in order, each in one transaction."""
