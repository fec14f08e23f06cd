"""Where people and processes come in, and the one place where adapters are chosen."""
