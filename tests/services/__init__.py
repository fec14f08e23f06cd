"""Real servers for the tests, each private to one test run."""
