"""The centre and its simulated robots in one process on virtual time: `nightshift day`, forecasts, system tests."""
