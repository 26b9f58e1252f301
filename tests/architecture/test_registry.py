"""The registry is whole: everything that is made from it can rely on these."""

from __future__ import annotations

from collections import defaultdict

from tui_meet.core.registry import COMMANDS, find
from tui_meet.core.specs import Kind


def test_names_are_unique_and_found() -> None:
    assert len({spec.name for spec in COMMANDS}) == len(COMMANDS)
    for spec in COMMANDS:
        assert find(spec.name) is spec


def test_every_command_has_one_line_of_help() -> None:
    for spec in COMMANDS:
        assert spec.help.strip(), spec.name
        assert "\n" not in spec.help, spec.name
        assert len(spec.help) <= 76, spec.name
        assert not spec.help.endswith("."), f"{spec.name}: help is a phrase, not a sentence"


def test_a_part_of_the_server_comes_with_the_reason_where_it_lacks() -> None:
    for spec in COMMANDS:
        assert bool(spec.part) is bool(spec.lacking), spec.name
        assert not spec.lacking or spec.lacking.endswith("."), spec.name


def test_commands_share_a_key_only_to_toggle() -> None:
    by_key = defaultdict(list)
    for spec in COMMANDS:
        if spec.key:
            by_key[spec.key].append(spec)
    for key, specs in by_key.items():
        assert len(specs) <= 2, f"{key}: {[spec.name for spec in specs]}"
        if len(specs) == 2:
            first, second = specs
            assert first.group is second.group, key
            assert first.moderator is second.moderator, key
            assert first.about_person is second.about_person, key


def test_a_key_about_a_person_needs_no_more_than_the_person() -> None:
    who = {Kind.WHO, Kind.WHO_MANY, Kind.WHO_OR_ALL, Kind.WHO_MANY_OR_ALL}
    for spec in COMMANDS:
        if spec.about_person:
            assert spec.arguments, spec.name
            assert spec.arguments[0].kind in who, spec.name


def test_what_follows_the_rest_of_the_line_is_nothing() -> None:
    whole = {Kind.TEXT, Kind.JSON, Kind.WHO_MANY, Kind.WHO_MANY_OR_ALL, Kind.USERS}
    for spec in COMMANDS:
        assert not any(argument.kind in whole for argument in spec.arguments[:-1]), spec.name
