"""What went wrong and what we do about it: the catalogue, alarms, the recovery policy, diagnosis.

So far the rules stand where they act: what keeps a robot from new tours in engine/turn.py, what becomes of a pack
after a failed task in engine/fates.py. The catalogue and the policy will gather here.
"""
