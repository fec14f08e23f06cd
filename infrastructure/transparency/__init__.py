"""What lets anyone check the log without trusting its database: a Merkle tree, and signatures."""
