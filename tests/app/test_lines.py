"""The `:` line, slash commands, chat, the palette and the overlays."""

from __future__ import annotations

from textual import events

from tests.app.conftest import Running, feed, until
from tui_meet.app.app import MeetApp
from tui_meet.app.screens.devices import DevicesScreen
from tui_meet.app.screens.help import HelpScreen
from tui_meet.app.widgets.command_bar import CommandBar
from tui_meet.app.widgets.line_input import LineInput
from tui_meet.backends.fake import scenes
from tui_meet.core import effects as order
from tui_meet.core.registry import COMMANDS


def _line(app: MeetApp) -> str:
    return app.screen.query_one("CommandBar LineInput", LineInput).value


async def test_tab_walks_through_completions_and_enter_runs(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("colon", *"hand")
        await until(pilot, lambda: "Raise your hand" in desk.lines("Suggestions"))
        await pilot.press("tab")
        first = _line(desk.app)
        assert first.startswith("hand")
        await pilot.press("tab")
        assert _line(desk.app) != first
        await pilot.press("shift+tab")
        assert _line(desk.app) == first
        await pilot.press("ctrl+u", *"hand up", "enter")
        await until(pilot, lambda: any(isinstance(request, order.RaiseHand) for request in desk.requests()))
        assert not desk.app.screen.query_one(CommandBar).is_open


async def test_a_wrong_line_is_answered_in_its_place_and_history_brings_it_back(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("colon", *"dorp x", "enter")
        await until(pilot, lambda: "dorp" in desk.lines("Hints"))
        assert not desk.app.screen.query_one(CommandBar).is_open
        await pilot.press("colon")
        assert _line(desk.app) == ""
        await pilot.press("up")
        assert _line(desk.app) == "dorp x"
        await pilot.press("down")
        assert _line(desk.app) == ""


async def test_lines_that_come_in_one_go_stay_apart_and_in_order(running: Running) -> None:
    async with running() as (desk, _pilot):

        def burst(text: str) -> None:
            for character in text:
                key = {"\n": "enter", ":": "colon", " ": "space"}.get(character, character)
                desk.app.post_message(events.Key(key, None if key == "enter" else character))

        def said() -> list[str]:
            return [request.text for request in desk.requests() if isinstance(request, order.SendMessage)]

        burst(":say one a\n:say one b\n")
        await until(_pilot, lambda: said() == ["one a", "one b"])
        await until(_pilot, lambda: not desk.app.screen.query_one(CommandBar).is_open)
        burst("ctwo a\ntwo b\n")
        await until(_pilot, lambda: said()[2:] == ["two a", "two b"])


async def test_chat_goes_to_everybody_and_slash_is_a_command(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("c", *"hello all", "enter")
        await until(pilot, lambda: "hello all" in desk.lines("#chat-log"))
        assert any(isinstance(r, order.SendMessage) and r.to is None and r.text == "hello all" for r in desk.requests())
        await pilot.press(*"/lock", "enter")
        await until(pilot, lambda: desk.state.status.locked)
        await pilot.press(*"//not a command", "enter")
        await until(pilot, lambda: "/not a command" in desk.lines("#chat-log"))
        await pilot.press(*"/frobnicate", "enter")
        await until(pilot, lambda: "frobnicate" in desk.lines("#chat-answer"))


async def test_enter_on_a_person_writes_to_them_alone(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("2", *"gjj", "enter", *"psst", "enter")
        await until(pilot, lambda: any(isinstance(r, order.SendMessage) for r in desk.requests()))
        sent = next(r for r in desk.requests() if isinstance(r, order.SendMessage))
        assert (sent.to, sent.text) == (scenes.BORIS, "psst")
        await until(pilot, lambda: "you to Boris Petrov, private" in desk.lines("#chat-log"))
        await pilot.press("escape", *"to all", "enter")
        await until(pilot, lambda: any(isinstance(r, order.SendMessage) and r.to is None for r in desk.requests()))


async def test_what_others_write_is_never_markup_nor_steers_the_terminal(running: Running) -> None:
    meeting = scenes.planning()
    hostile = "[red]x[/] \x1b]0;owned\x07[@click=app.quit]y"
    meeting.people[scenes.CHIARA] = scenes.person(scenes.CHIARA, hostile, 3.0)
    async with running(meeting) as (desk, pilot):
        feed(desk, meeting.say(scenes.CHIARA, "[bold]not bold[/bold] \x1b[31m[/nothing]"))
        await until(pilot, lambda: "not bold" in desk.lines("#chat-log"))
        await pilot.press("2", *"gjjjj")
        await pilot.press("D")
        await until(pilot, lambda: "Throw" in desk.text())
        shown = desk.text()
        assert "[red]x[/]" in shown
        assert "\x1b" not in shown
        assert "\x07" not in shown
        await pilot.press("escape")
        assert "[bold]not bold[/bold]" in desk.text()
        await pilot.press("n")
        await pilot.pause(0.05)
        assert "[red]x[/]" in desk.text()


async def test_unread_lines_are_counted_until_the_chat_is_looked_at(running: Running) -> None:
    async with running(size=(80, 24)) as (desk, pilot):
        await pilot.press("2")
        feed(desk, desk.meeting.say(scenes.ALICE, "one"))
        feed(desk, desk.meeting.say(scenes.ALICE, "two"))
        await until(pilot, lambda: "3 Chat (2 new)" in desk.text())
        await pilot.press("3")
        await until(pilot, lambda: "new)" not in desk.text() and "two" in desk.text())


async def test_palette_lists_everything_and_says_what_is_not_possible(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("ctrl+p")
        await until(pilot, lambda: "Mute your microphone" in desk.text())
        await pilot.press(*"unlock")
        await until(pilot, lambda: "Not now: The meeting is not locked." in desk.text())
        await pilot.press("enter")
        await until(pilot, lambda: "The meeting is not locked." in desk.toasts())
        await pilot.press("ctrl+p", *"raise your hand")
        await until(pilot, lambda: "hand up" in desk.text())
        await pilot.press("enter")
        await until(pilot, lambda: any(isinstance(request, order.RaiseHand) for request in desk.requests()))


async def test_help_has_every_command_and_its_reason(running: Running) -> None:
    async with running(scenes.planning(moderator=False)) as (desk, pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(desk.app.screen, HelpScreen) and "Keys" in desk.text())
        shown = desk.lines("#help")
        assert [spec.name for spec in COMMANDS if spec.usage not in shown] == []
        assert "Only a moderator can use “lock”." in shown
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(desk.app.screen, HelpScreen))


async def test_a_device_is_chosen_from_the_list(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("colon", *"devices", "enter")
        await until(pilot, lambda: isinstance(desk.app.screen, DevicesScreen) and "A tone of 440 Hz" in desk.text())
        await pilot.press("j", "enter")
        await until(pilot, lambda: ("microphone", "tone:440") in desk.media.told)


async def test_theme_is_changed_by_command_and_an_unknown_one_is_refused(running: Running) -> None:
    async with running() as (desk, pilot):
        await pilot.press("colon", *"theme paper", "enter")
        await until(pilot, lambda: desk.app.theme == "paper")
        await pilot.press("colon", *"theme mud", "enter")
        await until(pilot, lambda: "There is no theme" in desk.lines("Hints"))
        assert desk.app.theme == "paper"
