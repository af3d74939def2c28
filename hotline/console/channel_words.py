"""Codes of channels and the msgids of their names."""

TABLES = {
    "sign": {
        "ok": "well",
        "silent": "silent",
        "failing": "fails",
        "expiring": "token ends soon",
        "expired": "token has ended",
        "unknown": "not known yet",
    },
    "partner_may": {
        "report": "pass reports on",
        "status": "ask for the state of its own",
        "calls": "tell of calls",
        "hooks": "be told at an address",
    },
    "stage": {
        "received": "Received",
        "read": "Read",
        "in_work": "In work",
        "ended": "Ended",
    },
    "delivery": {
        "queued": "waits",
        "sent": "taken",
        "failed": "refused",
        "dead": "given up",
    },
    "queue": {
        "urgent": "Urgent work",
        "bulk": "Other work",
        "outward": "Work that waits for providers",
    },
}
