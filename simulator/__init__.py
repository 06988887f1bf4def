"""The centre's hardware, people and demand, simulated: the other side of the robot contract.

Imports nothing of ours but `controller.protocol`, so that no rule is checked against itself.
"""
