"""Processes killed, disks full, clocks wrong: what was promised is still there afterwards."""
