"""Named small centres and days that can be played again."""

from pathlib import Path

SMALL_SITE = Path(__file__).parent / "small_site"
"""The site folder that the program brings along."""

FAULT_PLANS = {path.stem: path for path in sorted((Path(__file__).parent / "faults").glob("*.json"))}
"""Fault plans by name."""
