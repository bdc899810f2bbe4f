"""PagerDuty's part in the webhooks' bench, in a process of its own: signed events over kept connections, each timed."""

import asyncio
import hashlib
import hmac
import json
import sys
import time

HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    "X-PagerDuty-Signature: v1={signature}\r\nContent-Length: {length}\r\n\r\n"
)
ACCEPTED = b"HTTP/1.1 202"


def request(path: str, secret: str, name: str) -> bytes:
    """One delivery: an event of an incident of its own."""
    event = {
        "id": name,
        "event_type": "incident.acknowledged",
        "occurred_at": "2026-11-21T12:00:01.250Z",
        "agent": {"id": "PUANA", "type": "user_reference", "summary": "Ana"},
        "data": {"id": f"Q{name}", "type": "incident", "title": "checkout is down", "incident_key": name},
    }
    raw = json.dumps({"event": event}).encode()
    signature = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return HEAD.format(path=path, signature=signature, length=len(raw)).encode() + raw


async def one_connection(port: int, requests: list[bytes], ms: list[float]) -> None:
    """Send them one after the other. Raises RuntimeError for one that is not accepted."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for each in requests:
        began_s = time.perf_counter()
        writer.write(each)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(ACCEPTED):
            raise RuntimeError(head.decode())
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        ms.append((time.perf_counter() - began_s) * 1000)
    writer.close()
    await writer.wait_closed()


async def main(port: int, path: str, secret: str, connections: int, each: int) -> None:
    """Print how long all took, and each."""
    made = [
        [request(path, secret, f"{path}-{place}-{n}") for n in range(each)] for place in range(connections)
    ]
    ms: list[float] = []
    began_s = time.perf_counter()
    await asyncio.gather(*(one_connection(port, requests, ms) for requests in made))
    print(json.dumps({"all_ms": (time.perf_counter() - began_s) * 1000, "ms": sorted(ms)}))


if __name__ == "__main__":
    _, port, path, secret, connections, each = sys.argv
    asyncio.run(main(int(port), path, secret, int(connections), int(each)))
