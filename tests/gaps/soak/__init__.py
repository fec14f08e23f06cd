"""Kills processes at random for minutes, while millions of events are written, and then checks."""
