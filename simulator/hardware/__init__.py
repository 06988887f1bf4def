"""The machine: racks, gantry, gripper, belts and input loader. Pure: what moves, how long it takes, what is where."""
