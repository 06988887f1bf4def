"""What went wrong and what we do about it: the catalogue, alarms, the recovery policy, procedures, diagnosis.

Pure: what happens to the centre because of it is decided in `controller.engine`, which asks this room.
"""
