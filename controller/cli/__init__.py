"""The command line: each command a file. What goes wrong is one clear line with what to do about it."""
