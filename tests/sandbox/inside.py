"""What a snippet can find of its own jail, as code to put before an attack."""

CHANNEL = "__import__('json').loads(__import__('sys').argv[1])['channel']"
"""An expression: the socket to the host."""

OPEN_FILES = """
import os, stat
def _is_file(number):
    try:
        return stat.S_ISREG(os.fstat(number).st_mode)
    except OSError:
        return False
TABLE, RESULT, ROWS, ANSWER = [number for number in range(64) if _is_file(number)][:4]
"""
"""Statements: the descriptors of the job's files, the one to read and those to write."""
