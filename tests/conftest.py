"""A real PBX for all tests here that ask for one."""

from tests.pbx.fixtures import asterisk, pytest_terminal_summary, rig

__all__ = ["asterisk", "pytest_terminal_summary", "rig"]
