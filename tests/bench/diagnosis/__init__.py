"""How good the diagnosis and the early warnings are, on simulated robots with causes that are known."""
