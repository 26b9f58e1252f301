"""`python -m tui_meet`: the same as the `tui-meet` command."""

from tui_meet.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
