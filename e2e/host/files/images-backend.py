"""Stands in for nginx and the images shim in the tests: a striped PNG of the requested size, or one of 1 x 1 while STUB is there; standard library only."""
import base64, http.server, json, os, struct, zlib

PORT = 7860
STUB = "/run/ada-tests-stub"


def png(width, height):
    """RGB with 8 bits a channel, unfiltered (PNG specification, 5 to 11)."""
    rows = b"".join(b"\0" + bytes((x * 3 + y) % 256 for x in range(width) for _ in range(3)) for y in range(height))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Backend(http.server.BaseHTTPRequestHandler):
    def reply(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        self.reply(200 if self.path in ("/healthz", "/readyz") else 404, {})

    def do_POST(self):
        fields = json.loads(self.rfile.read(int(self.headers["content-length"])))
        width, height = (1, 1) if os.path.exists(STUB) else map(int, fields["size"].split("x"))
        self.reply(200, {"created": 1, "data": [{"b64_json": base64.b64encode(png(width, height)).decode()}]})


http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Backend).serve_forever()
