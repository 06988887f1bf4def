"""The present state run ahead of the clock: the same core, light models of robots, people and wards."""
