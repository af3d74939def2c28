"""Training of the language model: development only, nothing of it runs in the product."""
