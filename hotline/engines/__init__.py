"""The parts of the embedded PostgreSQL and Redis; `hotline.embedded` puts them together."""
