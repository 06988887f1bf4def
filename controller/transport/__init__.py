"""The only MQTT code of the controller: `mqtt` joins the engine to the robots, `translation` to their words."""
