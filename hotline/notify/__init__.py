"""Ways out of the service: how a person on duty is woken. One file a provider."""
