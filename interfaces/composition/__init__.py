"""The composition root: chooses the adapters and wires the application.

Who needs one part imports its module alone, and waits for no other.
"""
