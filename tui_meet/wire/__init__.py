"""What goes over the network, both ways, without sockets: shared by the client and the embedded server.

`infinity` is the Pexip Infinity client API v2; `meet` is the small extension for what that API lacks.
"""
