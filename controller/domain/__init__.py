"""The nouns of the centre, one file each, with their rules and life cycles.

Pure: standard library only. Times are seconds since the Unix epoch, UTC ("site time"), in names ending `_at`.
"""
