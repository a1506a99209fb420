"""A small press of the sandbox's own: invented papers that can be opened where no network is."""
