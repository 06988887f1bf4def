"""The scheduling bench: `make bench-scheduling` plays whole days on a small plant, with many policies and bounds."""
