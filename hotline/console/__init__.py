"""Door for people at 111 and in the receiving bodies: pages."""
