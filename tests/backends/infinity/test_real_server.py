"""The backend and the server of this package, over loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from tests.backends.infinity.probe import Probe, probing
from tui_meet.core import effects as fx
from tui_meet.core import events as ev
from tui_meet.core.ids import ParticipantId
from tui_meet.core.model import MeetingLink, Participant, Role
from tui_meet.server.api import token
from tui_meet.server.main import RunningServer, running
from tui_meet.server.rooms import lobby, rules
from tui_meet.server.rooms.model import RoomSettings
from tui_meet.server.settings import ServerSettings

ROOMS = {
    "open": RoomSettings("open", "Open room", host_pin="2468"),
    "closed": RoomSettings("closed", host_pin="2468", guest_pin="1357"),
    "knock": RoomSettings("knock", host_pin="2468", knock=True),
    "small": RoomSettings("small", host_pin="2468", capacity=1),
}

pytestmark = pytest.mark.may_block  # the server under the backend starts its media parts, whose imports take time


class Table:
    """A running server and people who join it."""

    def __init__(self, server: RunningServer, stack: AsyncExitStack) -> None:
        self.server = server
        self._stack = stack
        self.ids: dict[str, ParticipantId] = {}

    def link(self, alias: str = "open") -> MeetingLink:
        return MeetingLink(self.server.url, alias)

    async def probe(self) -> Probe:
        return await self._stack.enter_async_context(probing())

    async def join(self, name: str, pin: str = "none", alias: str = "open") -> Probe:
        """Somebody who is in (or waits), with the roster there."""
        probe = await self.probe()
        accepted = await probe.join(self.link(alias), name, pin)
        self.ids[name] = accepted.participant
        await probe.next(ev.RosterSynced)
        return probe


@pytest.fixture
async def table() -> AsyncIterator[Table]:
    async with running(ServerSettings(ROOMS, port=0)) as server, AsyncExitStack() as stack:
        yield Table(server, stack)


async def _sees(probe: Probe, name: str, **fields: object) -> Participant:
    """The next update of somebody by that name with those fields."""
    found = await probe.next(
        ev.ParticipantUpdated,
        lambda event: (
            event.participant.display_name == name
            and all(getattr(event.participant, field) == value for field, value in fields.items())
        ),
    )
    return found.participant


@pytest.mark.parametrize(
    ("alias", "pin", "kind"),
    [
        ("open", "", ev.PinNeeded),
        ("open", "none", ev.JoinAccepted),
        ("open", "2468", ev.JoinAccepted),
        ("closed", "", ev.PinNeeded),
        ("closed", "none", ev.PinNeeded),
        ("closed", "1357", ev.JoinAccepted),
        ("closed", "9999", ev.JoinRefused),
        ("closed", "schlüssel", ev.JoinRefused),
        ("nowhere", "", ev.JoinRefused),
        ("no where/../x?y#z", "", ev.JoinRefused),
    ],
)
async def test_the_door(table: Table, alias: str, pin: str, kind: type[ev.Event]) -> None:
    probe = await table.probe()
    await probe.backend.perform(fx.RequestToken(table.link(alias), "Ada", pin=pin))
    await probe.next(kind)
    assert len(probe.events) == 1


async def test_what_a_refusal_says(table: Table) -> None:
    probe = await table.probe()
    await probe.backend.perform(fx.RequestToken(table.link("closed"), "Ada", pin="1"))
    assert (await probe.next(ev.JoinRefused)).error == "Invalid PIN"
    await probe.backend.perform(fx.RequestToken(table.link("nowhere"), "Ada"))
    assert (await probe.next(ev.JoinRefused)).code == "#pex154"
    await table.join("Ada", "2468", alias="small")
    await probe.backend.perform(fx.RequestToken(table.link("small"), "Grace", pin="none"))
    assert (await probe.next(ev.JoinRefused)).error == "Participant limit reached"


async def test_chat_both_ways_in_private_and_by_programs(table: Table) -> None:
    ada, grace = await table.join("Ada", "2468"), await table.join("Grace")
    assert (await ada.ask(fx.SendMessage(ada.ticket(), "Grüße, “all”\u2028!"))).ok
    heard = await grace.next(ev.MessageArrived)
    assert (heard.text, heard.origin, heard.sender, heard.direct) == (
        "Grüße, “all”\u2028!", "Ada", table.ids["Ada"], False,
    )  # fmt: skip
    assert (await grace.ask(fx.SendMessage(grace.ticket(), "hi", table.ids["Ada"]))).ok
    private = await ada.next(ev.MessageArrived, lambda event: event.direct)
    assert (private.text, private.sender) == ("hi", table.ids["Grace"])
    assert (await ada.ask(fx.SendApplicationMessage(ada.ticket(), {"poll": [1, {"a": None}]}))).ok
    sent = await grace.next(ev.ApplicationMessageArrived)
    assert sent.message == {"poll": [1, {"a": None}]}
    gone = await ada.ask(fx.SendMessage(ada.ticket(), "hi", ParticipantId("nobody")))
    assert not gone.ok
    assert gone.message


async def test_hands_mutes_names_and_spotlight(table: Table) -> None:
    ada, grace = await table.join("Ada", "2468"), await table.join("Grace")
    grace_id = table.ids["Grace"]
    assert (await grace.ask(fx.RaiseHand(grace.ticket(), grace_id, True))).ok
    assert (await _sees(ada, "Grace", hand_raised=True)).hand_raised_at > 1e9
    assert (await ada.ask(fx.LowerAllHands(ada.ticket()))).ok
    await _sees(grace, "Grace", hand_raised=False)
    assert (await ada.ask(fx.MuteParticipant(ada.ticket(), grace_id, True))).ok
    await _sees(grace, "Grace", is_muted=True)
    muted = await grace.next(ev.ActionReported)
    assert (muted.action, muted.by, muted.target) == ("mute", table.ids["Ada"], grace_id)
    assert (await ada.ask(fx.Spotlight(ada.ticket(), grace_id, True))).ok
    await _sees(grace, "Grace", is_spotlighted=True)
    assert (await grace.ask(fx.ReportClientMute(grace.ticket(), True))).ok
    await _sees(ada, "Grace", is_client_muted=True)
    assert (await ada.ask(fx.Rename(ada.ticket(), grace_id, "Rear Admiral"))).ok
    await _sees(grace, "Rear Admiral")


async def test_locking_has_its_codes(table: Table) -> None:
    ada, grace = await table.join("Ada", "2468"), await table.join("Grace")
    refused = await grace.ask(fx.SetLock(grace.ticket(), True))
    assert (refused.ok, refused.code) == (False, 4101)
    assert refused.message
    assert (await ada.ask(fx.SetLock(ada.ticket(), True))).ok
    await grace.next(ev.StatusChanged, lambda event: event.status.locked)
    again = await ada.ask(fx.SetLock(ada.ticket(), True))
    assert (again.ok, again.code) == (False, 4121)


async def test_waiting_and_being_let_in_or_turned_away(table: Table) -> None:
    ada = await table.join("Ada", "2468", alias="knock")
    grace, alan = await table.join("Grace", alias="knock"), await table.join("Alan", alias="knock")
    assert any(isinstance(event, ev.JoinAccepted) and event.service_type == "waiting_room" for event in grace.events)
    await ada.next(ev.ParticipantCreated, lambda event: event.participant.is_waiting)
    assert (await ada.ask(fx.Admit(ada.ticket(), table.ids["Grace"]))).ok
    await _sees(grace, "Grace", service_type="conference")
    assert (await ada.ask(fx.Drop(ada.ticket(), table.ids["Alan"]))).ok
    assert (await alan.next(ev.Disconnected)).error == "Call rejected"


async def test_roles_change_hands(table: Table) -> None:
    ada, grace = await table.join("Ada", "2468"), await table.join("Grace")
    assert (await ada.ask(fx.SetRole(ada.ticket(), table.ids["Grace"], True))).ok
    assert (await grace.next(ev.RoleChanged)).role is Role.MODERATOR
    assert (await grace.ask(fx.SetRole(grace.ticket(), table.ids["Ada"], False))).ok
    assert (await ada.next(ev.RoleChanged)).role is Role.PARTICIPANT


async def test_dropping_and_ending(table: Table) -> None:
    ada, grace, alan = await table.join("Ada", "2468"), await table.join("Grace"), await table.join("Alan")
    assert (await ada.ask(fx.Drop(ada.ticket(), table.ids["Grace"]))).ok
    assert (await grace.next(ev.Disconnected)).code == "#pex124"
    await ada.next(ev.ParticipantDeleted, lambda event: event.participant == table.ids["Grace"])
    assert (await ada.ask(fx.EndMeeting(ada.ticket()))).ok
    assert (await alan.next(ev.Disconnected)).code == "#pex125"


async def test_leaving_is_seen_at_once_and_one_can_come_back(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lobby, "STREAM_GAP_SECONDS", 3600)  # it is no time that takes somebody off the roster
    ada, grace = await table.join("Ada", "2468"), await table.join("Grace")
    first = table.ids["Grace"]
    await grace.backend.perform(fx.Leave("User initiated disconnect"))
    await ada.next(ev.ParticipantDeleted, lambda event: event.participant == first)
    accepted = await grace.join(table.link(), "Grace", "none")
    await ada.next(ev.ParticipantCreated, lambda event: event.participant.id == accepted.participant)


async def test_a_token_of_three_seconds_lives_on_by_refreshes(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (lobby, rules, token):
        monkeypatch.setattr(module, "TOKEN_SECONDS", 3.0)
    monkeypatch.setattr(lobby, "TOKEN_GRACE_SECONDS", 0.2)
    ada = await table.join("Ada", "2468")
    await asyncio.sleep(3.6)
    assert (await ada.ask(fx.SendMessage(ada.ticket(), "still here"))).ok
    await ada.backend.perform(fx.OpenStream())
    await ada.next(ev.StreamOpened)
    await ada.next(ev.RosterSynced)
    assert not ada.has(ev.TokenLost)
    assert not ada.has(ev.StreamLost)
    assert not ada.has(ev.Disconnected)


async def test_a_server_that_goes_down_says_so_and_is_then_unreachable() -> None:
    async with AsyncExitStack() as stack:
        async with running(ServerSettings(ROOMS, port=0)) as server:
            table = Table(server, stack)
            ada = await table.join("Ada", "2468")
        assert (await ada.next(ev.Disconnected)).code == "#pex129"
        await ada.backend.perform(fx.RequestToken(table.link(), "Ada"))
        assert "Nothing answers" in (await ada.next(ev.ServerUnreachable)).sentence
