#!/usr/bin/env python3
"""Uploads a large file to a running server, breaks the connection off at random places, and says what came of it.

    bench/upload.py --server http://127.0.0.1:5080 --pid PID [--bytes 2000000000] [--breaks 10]

The file is made up as it is sent (blocks from a counter, hashed), so that neither disk nor memory is needed for it here.
PID is the server's process: its resident memory is read from /proc before, during and after. Run it alone.
"""
import argparse, base64, hashlib, json, random, socket, struct, time, urllib.parse, urllib.request

BLOCK = 1 << 20


def block(index, size):
    return hashlib.shake_128(index.to_bytes(8, "little")).digest(size)


def content(offset, end):
    """The file's bytes from offset to end, in pieces."""
    while offset < end:
        index, skip = divmod(offset, BLOCK)
        piece = block(index, BLOCK)[skip:skip + min(BLOCK - skip, end - offset)]
        yield piece
        offset += len(piece)


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def call(server, method, path, headers=None):
    request = urllib.request.Request(server + path, method=method, headers={"Tus-Resumable": "1.0.0", **(headers or {})})
    with urllib.request.urlopen(request) as response:
        return response.headers, response.read()


def send(server, upload, offset, end, total, reset):
    """Sends offset to end of a body that promises the whole rest; then ends the connection, or waits for the answer."""
    address = urllib.parse.urlparse(server)
    connection = socket.create_connection((address.hostname, address.port))
    connection.sendall(f"PATCH {upload} HTTP/1.1\r\nHost: {address.netloc}\r\nTus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n"
                       f"Upload-Offset: {offset}\r\nContent-Length: {total - offset}\r\n\r\n".encode())
    for piece in content(offset, end):
        connection.sendall(piece)
        yield
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    else:
        answer = connection.recv(4096).decode().split("\r\n")[0]
        assert " 204 " in answer, answer
    connection.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", default="http://127.0.0.1:5080")
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--bytes", type=int, default=2_000_000_000)
    parser.add_argument("--breaks", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    total, chance = options.bytes, random.Random(options.seed)

    headers, _ = call(options.server, "POST", "/api/v1/uploads", {"Upload-Length": str(total), "Upload-Metadata": "filename " + base64.b64encode(b"large.bin").decode()})
    upload = headers["Location"]
    before = peak = resident(options.pid)
    started, sent = time.time(), 0
    places = sorted(chance.randrange(total) for _ in range(options.breaks)) + [total]
    offset = 0
    for end in places:
        if end <= offset:
            continue
        for count, _ in enumerate(send(options.server, upload, offset, end, total, reset=end < total)):
            if count % 32 == 0:
                peak = max(peak, resident(options.pid))
        sent += end - offset
        time.sleep(0.5)
        there = int(call(options.server, "HEAD", upload)[0]["Upload-Offset"])
        print(f"sent to {end:>13,}, the server has {there:>13,}, resident {resident(options.pid):.0f} MiB")
        offset = there
    seconds = time.time() - started

    expected = hashlib.sha256()
    for piece in content(0, total):
        expected.update(piece)
    view = json.loads(call(options.server, "GET", upload)[1])
    print(f"{total:,} bytes in {seconds:.0f} s, {sent:,} sent, {options.breaks} breaks")
    print(f"hash {'is right' if view['sha256'] == expected.hexdigest() else 'IS WRONG: ' + str(view['sha256'])}")
    print(f"resident before {before:.0f} MiB, at most {peak:.0f} MiB")
    call(options.server, "DELETE", upload)


if __name__ == "__main__":
    main()
