"""Offers as text, made of parts, for the tests of negotiation."""

FINGERPRINT = "sha-256 " + ":".join(["AB"] * 32)


def section(kind: str, mid: str, direction: str, formats: str, *attributes: str, port: int = 9) -> str:
    lines = [f"m={kind} {port} UDP/TLS/RTP/SAVPF {formats}", "c=IN IP4 0.0.0.0", f"a=mid:{mid}", f"a={direction}"]
    lines += ["a=rtcp-mux", "a=ice-ufrag:abcd", "a=ice-pwd:0123456789abcdef012345", "a=setup:actpass"]
    lines += [f"a=fingerprint:{FINGERPRINT}", *(f"a={attribute}" for attribute in attributes)]
    return "\r\n".join(lines) + "\r\n"


def audio(mid: str = "0", direction: str = "sendrecv") -> str:
    return section("audio", mid, direction, "111 0", "rtpmap:111 opus/48000/2", "rtpmap:0 PCMU/8000", "ssrc:1 cname:x")


H264 = ("rtpmap:102 H264/90000", "fmtp:102 profile-level-id=42001f;packetization-mode=1")
VP8 = ("rtpmap:96 VP8/90000", "rtcp-fb:96 nack pli", "rtpmap:97 rtx/90000", "fmtp:97 apt=96")


def video(mid: str, direction: str, *extra: str, port: int = 9) -> str:
    return section("video", mid, direction, "102 96 97", *H264, *VP8, *extra, port=port)


def offer(*sections: str, bundle: str | None = None) -> str:
    mids = bundle if bundle is not None else " ".join(part.split("a=mid:")[1].split("\r\n")[0] for part in sections)
    return f"v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {mids}\r\n" + "".join(sections)


BROWSER = offer(
    audio(),
    video("1", "sendrecv", "content:main", "ssrc-group:FID 5 6", "ssrc:5 cname:x", "ssrc:6 cname:x"),
    video("2", "inactive", "content:slides"),
)
"""The shape of wire document section 4.3."""
OURS = offer(audio(), video("1", "sendonly"), video("2", "recvonly"), video("3", "recvonly"))
"""A client with slots 2 and 3."""
