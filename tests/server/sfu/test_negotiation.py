"""What each line of an offer is used for, and that nothing but SdpRefused ever comes of bad text."""

import random

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.sfu.offers import BROWSER, FINGERPRINT, H264, OURS, audio, offer, section, video
from tests.server.sfu.peers import conference
from tui_meet.server.sfu.candidates import read_candidate
from tui_meet.server.sfu.errors import SdpRefused
from tui_meet.server.sfu.negotiation import Plan, offer_for_aiortc, read_offer

TWO_CODECS = section("audio", "0", "sendrecv", "0", "rtpmap:0 PCMU/8000")
NO_VIDEO_CODEC = section("video", "1", "sendrecv", "98", "rtpmap:98 VP9/90000")
ONLY_H264 = section("video", "1", "sendrecv", "102", *H264)
DATA = section("application", "9", "sendrecv", "webrtc-datachannel")


def roles(plan: Plan) -> list[str]:
    return [line.role for line in plan.lines]


@pytest.mark.parametrize(
    ("sdp", "slot_mids", "expected", "receive"),
    [
        (OURS, ["2", "3"], ["audio", "camera", "slot", "slot"], ("2", "3")),
        (BROWSER, [], ["audio", "main", "slides"], ("1",)),
        (offer(audio()), [], ["audio"], ()),
        (offer(audio(), NO_VIDEO_CODEC), [], ["audio", "rejected"], ()),
        (offer(audio(), ONLY_H264), [], ["audio", "main"], ("1",)),
        (offer(TWO_CODECS, video("1", "sendrecv")), [], ["rejected", "main"], ("1",)),
        (offer(audio(), DATA, video("1", "recvonly")), [], ["audio", "rejected", "main"], ("1",)),
        (offer(audio(), video("1", "sendonly")), [], ["audio", "main"], ()),
        (offer(audio(), video("1", "sendrecv", port=0)), [], ["audio", "rejected"], ()),
        (offer(audio(), video("1", "sendrecv", "bundle-only", port=0)), [], ["audio", "main"], ("1",)),
        (offer(audio(), audio("7"), video("1", "recvonly")), ["1"], ["audio", "rejected", "slot"], ("1",)),
    ],
)
def test_each_line_gets_its_role(sdp: str, slot_mids: list[str], expected: list[str], receive: tuple[str, ...]) -> None:
    plan = read_offer(sdp, slot_mids)
    assert roles(plan) == expected
    assert plan.receive_mids == receive


def test_vp8_is_kept_where_it_is_offered_even_when_h264_stands_first() -> None:
    lines = read_offer(BROWSER).lines
    assert [line.codec.name if line.codec else None for line in lines] == ["opus", "VP8", "VP8"]
    assert lines[1].codec is not None
    assert lines[1].codec.payload_types == (96, 97)
    assert lines[1].sources == ("ssrc:5 cname:client", "ssrc:6 cname:client")


def test_renegotiation_keeps_roles_and_takes_new_receive_only_lines_as_slots() -> None:
    first = read_offer(OURS, ["2", "3"])
    more = offer(
        audio(), video("1", "sendonly"), video("2", "inactive"), video("3", "recvonly"), video("4", "recvonly")
    )
    second = read_offer(more, (), first)
    assert roles(second) == ["audio", "camera", "slot", "slot", "slot"]
    assert second.receive_mids == ("3", "4")
    stopped = offer(
        audio(), video("1", "sendonly", port=0), video("2", "recvonly"), video("3", "recvonly"), bundle="0 2 3"
    )
    third = read_offer(stopped, (), first)
    assert third.lines[1].closed
    assert "a=mid:1\r\na=inactive" in offer_for_aiortc(third)
    for changed in (
        offer(audio(), video("1", "sendonly")),
        offer(audio(), video("x", "sendonly"), *[video("2", "recvonly")] * 2),
    ):
        with pytest.raises(SdpRefused):
            read_offer(changed, (), first)


async def test_the_answer_has_all_lines_in_their_places_and_a_real_peer_takes_it() -> None:
    client = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    client.addTransceiver("audio")
    client.createDataChannel("chat")
    client.addTransceiver("video", "recvonly")
    await client.setLocalDescription(await client.createOffer())
    async with conference() as held:
        answer = await held.room.connect("a", client.localDescription.sdp, [])
        kinds = [line.split()[0:2] for line in answer.split("\r\n") if line.startswith("m=")]
        assert [kind for kind, _ in kinds] == ["m=audio", "m=video", "m=application"]
        assert [port == "0" for _, port in kinds] == [False, False, True]
        assert "a=group:BUNDLE 0 1\r\n" in answer
        assert answer.count("a=candidate:") > 0
        await client.close()
        browser = await held.room.connect("b", BROWSER, [])
        assert "VP8" in browser
        assert "H264" not in browser
        assert "a=content:slides" in browser
        RTCSessionDescription(browser, "answer")


BAD = {
    "nothing": "",
    "no description": "hello",
    "no media": "v=0\r\ns=-\r\n",
    "unreadable media line": "v=0\r\nm=audio x y z\r\n",
    "no fingerprint": BROWSER.replace(f"a=fingerprint:{FINGERPRINT}", "a=x"),
    "odd fingerprint": BROWSER.replace(FINGERPRINT, "sha-256 zz"),
    "no ice": BROWSER.replace("a=ice-ufrag:abcd", "a=x"),
    "no setup": BROWSER.replace("a=setup:actpass", "a=setup:nonsense"),
    "no mux": BROWSER.replace("a=rtcp-mux", "a=x"),
    "no bundle": BROWSER.replace("a=group:BUNDLE 0 1 2", "a=x"),
    "part of the bundle": BROWSER.replace("a=group:BUNDLE 0 1 2", "a=group:BUNDLE 0 1"),
    "no mid": BROWSER.replace("a=mid:1", "a=x"),
    "mid twice": BROWSER.replace("a=mid:1", "a=mid:0"),
    "nothing in common": offer(TWO_CODECS, NO_VIDEO_CODEC),
    "huge": BROWSER + "a=x\r\n" * 60_000,
    "many lines": offer(audio(), *(video(f"v{n}", "recvonly") for n in range(60))),
    "ssrc out of range": BROWSER.replace("FID 5 6", "FID 5 99999999999"),
    "ssrc of many digits": BROWSER.replace("FID 5 6", "FID 5 " + "9" * 5000),
    "empty ssrc group": BROWSER.replace("ssrc-group:FID 5 6", "ssrc-group:").replace("ssrc:5 ", "ssrc: "),
    "bad candidate": BROWSER + "a=candidate:x\r\n",
    "payload type of a fixed kind": offer(section("audio", "0", "sendrecv", "5", "rtpmap:5 opus/48000/2")),
    "H.264 level that does not exist": offer(
        section(
            "video",
            "1",
            "sendrecv",
            "102",
            "rtpmap:102 H264/90000",
            "fmtp:102 profile-level-id=4200ff;packetization-mode=1",
        )
    ),
}


@pytest.mark.parametrize("name", BAD)
async def test_an_unusable_offer_is_refused_with_a_sentence(name: str) -> None:
    async with conference() as held:
        with pytest.raises(SdpRefused, match=r"^[A-Z].*\.$"):
            await held.room.connect("a", BAD[name], [])
        assert held.room.receive_mids("a") == ()


async def test_slots_that_are_not_in_the_offer_are_refused_and_the_call_before_goes_on() -> None:
    async with conference() as held:
        b = await held.join("b", colour=None)
        before = held.room.receive_mids("b")
        for sdp, mids in ((OURS, ["0"]), (OURS, ["nowhere"]), ("rubbish", [])):
            with pytest.raises(SdpRefused):
                await held.room.connect("b", sdp, mids)
        with pytest.raises(SdpRefused):
            await held.room.update("b", "rubbish")
        assert held.room.receive_mids("b") == before
        assert b.connection.connectionState != "closed"


SEPARATORS = "\x0b\x0c\x1c\x85\u2028 \r\n:=/;"


@settings(max_examples=300, deadline=None)
@given(st.integers(), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), st.text(SEPARATORS + "09az", max_size=6))))
def test_damaged_offers_give_a_plan_or_a_refusal(seed: int, damage: list[tuple[float, int, str]]) -> None:
    text = random.Random(seed).choice([BROWSER, OURS])
    for where, length, with_what in damage:
        position = int(where * len(text))
        text = text[:position] + with_what + text[position + length :]
    try:
        plan = read_offer(text, ["2"] if seed % 2 else [])
    except SdpRefused:
        return
    clean = offer_for_aiortc(plan)
    assert all(line.isprintable() for line in clean.split("\r\n"))
    assert clean.isascii(), "nothing of the client's text passes unread"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(BROWSER.split("\r\n")), st.integers(0, 60)), max_size=6), st.data())
async def test_shuffled_and_cut_offers_never_raise_anything_else(
    moves: list[tuple[str, int]], data: st.DataObject
) -> None:
    lines = BROWSER.split("\r\n")
    for line, position in moves:
        lines.insert(min(position, len(lines)), line)
    for _ in range(data.draw(st.integers(0, 4))):
        del lines[data.draw(st.integers(0, len(lines) - 1))]
    async with conference() as held:
        try:
            answer = await held.room.connect("a", "\r\n".join(lines), [])
        except SdpRefused:
            return
        assert answer.startswith("v=0")


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        ("candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host", True),
        ("a=candidate:1 1 UDP 2130706431 fd00::2 5000 typ srflx raddr 0.0.0.0 rport 0 generation 0", True),
        ("candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype active", False),
        ("candidate:1 2 udp 1 192.0.2.1 5000 typ host", False),
        ("candidate:1 1 udp 1 4f1d.local 5000 typ host", False),
        ("candidate:1 1 udp 1 0.0.0.0 5000 typ host", False),
    ],
)
def test_candidates_of_use(text: str, usable: bool) -> None:
    assert (read_candidate(text) is not None) == usable


@given(
    st.text(max_size=80) | st.from_regex(r"candidate:\w{1,5} \d udp \d{1,12} \S{1,20} \d{1,7} typ host", fullmatch=True)
)
def test_unreadable_candidates_are_refused(text: str) -> None:
    try:
        candidate = read_candidate(text)
    except SdpRefused:
        return
    assert candidate is None or candidate.text.isascii()


def test_clients_with_slots_get_no_retransmission_streams_and_keep_it_so() -> None:
    first = read_offer(OURS, ["2", "3"])
    assert [line.codec.payload_types for line in first.lines[1:] if line.codec] == [(96,)] * 3
    again = read_offer(OURS.replace("o=- 1 2", "o=- 1 3"), (), first)
    assert [line.codec.payload_types for line in again.lines[1:] if line.codec] == [(96,)] * 3
    assert "rtx" not in offer_for_aiortc(again)
    assert "rtx" in offer_for_aiortc(read_offer(BROWSER))
