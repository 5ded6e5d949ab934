"""A PBX that exists only in memory and speaks AMI over TCP: for the demo, tests, benchmarks and fault tests."""

from callwright.telephony.fake.pbx import FakePbx as FakePbx
