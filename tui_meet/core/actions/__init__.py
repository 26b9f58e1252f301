"""What each command comes to: a row of the registry and its values to a `Plan`."""
