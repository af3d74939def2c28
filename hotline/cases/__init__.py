"""The vocabulary: words that every other package uses. Imports the standard library only."""
