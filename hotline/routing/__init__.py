"""Rules: what a contact is about, how urgent, where, and which body acts."""
