"""Socket.IO 5 over Engine.IO 4, by long polling and by WebSocket, as far as events from the server go; none changes to the other."""
import base64, hashlib, json, struct, threading, time, uuid

PATH = "/ws/socket.io/"
PING_S = 25
MAX_MESSAGE_BYTES = 1_000_000
TEXT, CLOSE = 1, 8


class Session:
    def __init__(self, changed):
        self.sid, self.packets, self.is_connected, self.is_open = uuid.uuid4().hex, [], False, True
        self._changed = changed

    def hello(self):
        return "0" + json.dumps({"sid": self.sid, "upgrades": [], "pingInterval": PING_S * 1000, "pingTimeout": 20000, "maxPayload": MAX_MESSAGE_BYTES})

    def send(self, packet):
        with self._changed:
            self.packets.append(packet)
            self._changed.notify_all()

    def close(self):
        with self._changed:
            self.is_open = False
            self._changed.notify_all()

    def take(self):
        """Waits for packets, a ping at the latest; None once the session has ended."""
        with self._changed:
            self._changed.wait_for(lambda: self.packets or not self.is_open, PING_S)
            if not self.is_open:
                return None
            packets, self.packets = self.packets or ["2"], []
            return packets

    def receive(self, packet):
        if packet.startswith("40"):
            self.is_connected = True
            self.send("40" + json.dumps({"sid": uuid.uuid4().hex}))
        elif packet in ("1", "41"):
            self.close()


class Events:
    def __init__(self):
        self._changed, self._sessions = threading.Condition(), {}

    def emit(self, name, payload):
        packet = "42" + json.dumps([name, {"timestamp": int(time.time()), **payload}])
        with self._changed:
            for session in self._sessions.values():
                if session.is_connected:
                    session.packets.append(packet)
            self._changed.notify_all()

    def answer(self, handler, query, body):
        """Answers a request for PATH."""
        session = self._sessions.get(query.get("sid", ""))
        if handler.headers.get("upgrade", "").lower() == "websocket":
            return self._web_socket(handler)
        if "sid" not in query:
            return handler.answer(200, self._open().hello().encode(), "text/plain; charset=UTF-8")
        if session is None:
            return handler.answer(400, b'{"code":1,"message":"Session ID unknown"}')
        if handler.command == "POST":
            for packet in body.decode().split("\x1e"):
                session.receive(packet)
            return handler.answer(200, b"OK", "text/html")
        packets = session.take()
        if packets is None:
            self._sessions.pop(session.sid, None)
        handler.answer(200, "\x1e".join(packets or ["1"]).encode(), "text/plain; charset=UTF-8")

    def _open(self):
        session = Session(self._changed)
        with self._changed:
            self._sessions[session.sid] = session
        return session

    def _web_socket(self, handler):
        key = handler.headers.get("sec-websocket-key", "") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key.encode()).digest()).decode()
        handler.close_connection = True
        handler.wfile.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n" % accept).encode())
        session = self._open()
        session.packets.append(session.hello())
        writer = threading.Thread(target=self._write, args=(handler, session), daemon=True)
        writer.start()
        try:
            for packet in _messages(handler.rfile):
                session.receive(packet)
        finally:
            session.close()
            writer.join()
            self._sessions.pop(session.sid, None)

    def _write(self, handler, session):
        try:
            while True:
                packets = session.take()
                if packets is None:
                    return
                for packet in packets:
                    content = packet.encode()
                    size = len(content)
                    head = bytes([size]) if size < 126 else b"\x7e" + struct.pack(">H", size) if size < 65536 else b"\x7f" + struct.pack(">Q", size)
                    handler.wfile.write(bytes([0x80 | TEXT]) + head + content)
        except OSError:
            session.close()


def _messages(stream):
    """The text messages of a client, whose frames are masked (RFC 6455), until it ends."""
    while True:
        head = stream.read(2)
        if len(head) < 2 or head[0] & 15 == CLOSE:
            return
        size = head[1] & 127
        if size > 125:
            size = int.from_bytes(stream.read(2 if size == 126 else 8), "big")
        if size > MAX_MESSAGE_BYTES:
            return
        mask = stream.read(4)
        content = bytes(byte ^ mask[index % 4] for index, byte in enumerate(stream.read(size)))
        if head[0] & 15 == TEXT:
            yield content.decode()
