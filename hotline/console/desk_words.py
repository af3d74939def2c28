"""Words of the form of the desk: msgid by code."""

DESK = {
    "consent": {
        "yes": "Yes, the name may be passed on",
        "lead": "Only to who will help",
        "no": "No, not the name",
    },
    "answer": {"yes": "Yes", "no": "No"},
    "postponed_for": {
        "callback_agreed": "We agreed that I call back",
        "waits_for_caller": "The caller is finding something out",
        "asked_colleague": "I asked a colleague",
        "interpreter": "An interpreter is needed",
    },
    "dropped_for": {
        "mistake": "Opened by mistake",
        "duplicate": "Logged already",
        "caller_left": "The caller hung up without a word",
        "logged_elsewhere": "A colleague has logged it",
        "test": "Test",
    },
}
