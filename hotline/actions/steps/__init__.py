"""Steps that several use cases share. Each joins a transaction that is open already."""
