"""What each granian worker process loads: the application, and settings of the process itself."""

import sys

import phonenumbers.geocoder  # noqa: F401 - loaded now, so that the first card need not wait four seconds for it

from callwright.config.asgi import application
from callwright.config.parent_death import end_this_process_with_parent
from callwright.desk import drawing as desk
from callwright.kit.collecting import collect_seldom
from callwright.kit.drawing import load_all
from callwright.registration import drawing as registration

__all__ = ["application"]

end_this_process_with_parent()
load_all(desk.TEMPLATES)
load_all(registration.TEMPLATES)
# The event loop, which hands on that a phone rings, waits at most this long for a thread that works on a request; by
# default 5 ms, and that for each thread.
sys.setswitchinterval(0.0005)
# What was loaded until now stays: without this, collections over it make the slowest of 1 000 streams 15 times slower.
collect_seldom()
