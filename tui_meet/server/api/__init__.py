"""The HTTP face of the server: the Infinity client API v2 and the extension, routes by noun."""
