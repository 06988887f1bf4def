"""Named small centres and days that can be played again."""

from pathlib import Path

SMALL_SITE = Path(__file__).parent / "small_site"
"""The site folder that the program brings along."""
