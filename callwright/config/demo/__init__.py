"""Demonstration data: invented people and firms, and only numbers that are reserved for fiction or lead nowhere."""
