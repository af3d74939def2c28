"""What long work can do: a file for each kind, all of them listed in `kinds`."""
