"""The embedded meeting server: pure rules, running conferences, HTTP, forwarded video, mixed audio."""
