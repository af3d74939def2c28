"""Rules: normalising and recognising Kazakh and Russian text."""
