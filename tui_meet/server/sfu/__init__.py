"""Selective forwarding: encoded pictures go from their sender to the slots of others, never transcoded.

`errors`, `sections`, `candidates`, `negotiation`, `assembler`, `keyframes`, `slot` and `watch` are pure; `tracks`,
`link` and `forwarder` sit on aiortc's public face; `aiortc_bridge` is the only file that knows its private names;
`room` wires all of it up with the mixer and is the only face of this package.
"""
