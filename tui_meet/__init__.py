"""tui-meet: video meetings in a terminal. `import tui_meet` loads this file alone; `tui_meet.join` loads the client."""

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tui_meet.api import Meeting, MeetingError, join
    from tui_meet.core.errors import CommandError, LinkError

__version__ = "0.1.0"
__all__ = ["CommandError", "LinkError", "Meeting", "MeetingError", "__version__", "join"]

_HOMES = {
    "join": "tui_meet.api",
    "Meeting": "tui_meet.api",
    "MeetingError": "tui_meet.api",
    "CommandError": "tui_meet.core.errors",
    "LinkError": "tui_meet.core.errors",
}


def __getattr__(name: str) -> object:
    """The Python API, loaded when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'tui_meet' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
