"""Is every committed event delivered once and in order, whatever writers, servers and power do?"""
