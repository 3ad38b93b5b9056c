"""When somebody must be called: rules over what probes, fills and tests tell, judged as a state machine. Pure."""
