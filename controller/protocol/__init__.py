"""The robot contract, version 1: what travels between the controller and a robot over MQTT.

Pure: standard library and msgspec only. The controller and the simulator share this package and nothing
else, so a rule that both need is either written here (because it is part of the contract) or twice.
"""

CONTRACT_VERSION = "1.4.0"
"""Full version, named in each factsheet; its first number is in every topic (RC-26)."""
