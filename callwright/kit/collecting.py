"""How often a process that answers at once looks for objects that only refer to each other."""

import gc

_THRESHOLDS = (700, 10, 200)
"""The third is how many lesser collections lie between two of everything; Python's own 10 had them every 12 s with 500
desks, 40 to 60 ms of the processor each, in which no phone rings.
"""


def collect_seldom() -> None:
    """What is loaded until now is never looked at again; what is made from now on seldom as a whole."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
