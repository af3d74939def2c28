"""Pages of the console, one file each."""
