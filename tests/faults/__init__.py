"""Faults: processes killed, servers away, hostile input; afterwards the register must say what really happened."""
