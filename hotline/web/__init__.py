"""What the doors share: bodies, problem documents, pages, headers, metrics."""
