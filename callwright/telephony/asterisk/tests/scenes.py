"""Event sets that an administrator may let through."""

# A strict filter seen in use: no hang-up requests, no device states. Calls must come out the same.
CARRIER_LEAN = frozenset(
    {
        *("Newchannel", "NewCallerid", "DialBegin", "DialEnd", "BridgeEnter", "BridgeLeave", "Hangup"),
        *("BlindTransfer", "AttendedTransfer", "Hold", "Unhold", "OriginateResponse", "FullyBooted", "Shutdown"),
        *("QueueCallerJoin", "QueueCallerLeave", "QueueCallerAbandon"),
        *("AgentConnect", "AgentComplete", "AgentRingNoAnswer", "Cdr"),
    }
)
