"""A real telephone exchange for tests: Asterisk 22, desk phones (baresip) and a carrier (SIPp)."""
