"""The Pexip Infinity client API v2 (wire document): values, requests, events and error codes."""
