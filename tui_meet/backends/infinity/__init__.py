"""Pexip Infinity and our own server: client API v2 over HTTP (wire document), the extension where announced."""
