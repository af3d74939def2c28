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
    "queue": {
        "urgent": "Urgent work",
        "bulk": "Other work",
        "outward": "Work that waits for providers",
    },
}
