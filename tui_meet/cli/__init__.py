"""The `tui-meet` command. One module per command; whatever is heavy is imported inside functions, when it is needed."""
