"""The client's brain: standard library only, no clock, no loop, no I/O.

Facts come in (`events`), wishes come in (`commands`), orders go out (`effects`); `Session.handle(item, now)` joins
them, and `state.MeetingState` is the one frozen picture that every face shows.
"""
