"""The robot's own program: commands in, reports out, and a journal that outlives a power cut. Pure."""
