"""Stands in for the image gateway in the tests: settings are read once, at its start; replies as gevanoff/gateway e14b838; standard library only."""
import http.server, json, os, re, sys, threading, time, urllib.request

APP = "/var/lib/gateway/app"
IMAGE_SETTINGS = ("IMAGES_BACKEND", "IMAGES_BACKEND_CLASS", "IMAGES_HTTP_BASE_URL", "IMAGES_OPENAI_MODEL")
CHECK_INTERVAL_S = 30
CHECK_TIMEOUT_S = 5
IMAGE_TIMEOUT_S = 120


def settings():
    with open(APP + "/.env") as file:
        lines = [line.strip() for line in file]
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def image_class(name):
    """Address and limit of a class, of a file in the layout of backends_config.yaml."""
    with open(APP + "/app/backends_config.yaml") as file:
        part = file.read().split("class: %s\n" % name, 1)[1]
    return re.search(r"base_url: (\S+)", part).group(1), int(re.search(r"images: (\d+)", part).group(1))


ENV = settings()
CLASS = ENV["IMAGES_BACKEND_CLASS"]
URL, LIMIT = image_class(CLASS)
FOLDER = ENV.get("UI_IMAGE_DIR", "/var/lib/gateway/data/ui_images")
health = {}
slots = threading.Semaphore(LIMIT)
in_use = 0


def probe(path):
    try:
        with urllib.request.urlopen(URL + path, timeout=CHECK_TIMEOUT_S) as reply:
            return reply.status == 200, None
    except urllib.error.HTTPError:
        return False, None
    except OSError as cause:
        return False, "ConnectError: %s" % cause


def check_backend():
    while True:
        healthy, error = probe("/healthz")
        ready = False
        if healthy:
            ready, error = probe("/readyz")
        health[CLASS] = {"healthy": healthy, "ready": ready, "last_check": time.time(), "error": error}
        time.sleep(CHECK_INTERVAL_S)


def generate(fields):
    """Status and body of a request for images, in the order in which the gateway decides."""
    global in_use
    if not str(fields.get("prompt", "")).strip():
        return 400, {"detail": "prompt must be a non-empty string"}
    known = health.get(CLASS)
    if known is not None and not (known["healthy"] and known["ready"]):
        detail = {"error": "backend_not_ready", "backend_class": CLASS, "message": "Backend %s is not ready" % CLASS}
        return 503, {"detail": detail}
    if not slots.acquire(blocking=False):
        detail = {"error": "backend_overloaded", "backend_class": CLASS, "route_kind": "images", "message": "Backend %s is at capacity" % CLASS}
        return 429, {"detail": detail}
    in_use += 1
    try:
        wanted = json.dumps({**fields, "response_format": "b64_json"}).encode()
        url = ENV["IMAGES_HTTP_BASE_URL"] + "/v1/images/generations"
        request = urllib.request.Request(url, data=wanted, headers={"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=IMAGE_TIMEOUT_S) as reply:
            images = json.load(reply)["data"]
        print("images: %d from %s" % (len(images), url), flush=True)
        return 200, {"created": int(time.time()), "data": images, "_gateway": {"backend": ENV["IMAGES_BACKEND"], "mime": "image/png"}}
    except (OSError, ValueError, KeyError) as cause:
        return 502, {"detail": "image backend error: %s: %s" % (type(cause).__name__, cause)}
    finally:
        in_use -= 1
        slots.release()


class Handler(http.server.BaseHTTPRequestHandler):
    def reply(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


class Observability(Handler):
    def do_GET(self):
        self.reply(200, {"ok": True}) if self.path == "/health" else self.reply(404, {"detail": "Not Found"})


class Gateway(Handler):
    def is_refused(self):
        given = self.headers.get("authorization", "")
        if given == "Bearer " + ENV["GATEWAY_BEARER_TOKEN"]:
            return False
        self.reply(403 if given.startswith("Bearer ") else 401, {"detail": "Invalid bearer token" if given else "Missing bearer token"})
        return True

    def do_GET(self):
        # No part of the gateway: what it runs with.
        if self.path == "/test/settings":
            shown = {key: ENV.get(key) for key in IMAGE_SETTINGS}
            return self.reply(200, {"settings": shown, "health_url": URL, "limit": LIMIT, "can_save": os.access(FOLDER, os.W_OK)})
        if self.is_refused():
            return
        if self.path != "/v1/gateway/status":
            return self.reply(404, {"detail": "Not Found"})
        row = {"limit": LIMIT, "available": LIMIT - in_use, "inflight": in_use}
        self.reply(200, {"admission_control": {CLASS + ".images": row}, "backend_health": dict(health)})

    def do_POST(self):
        fields = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if not self.is_refused():
            self.reply(*generate(fields))


servers = [http.server.ThreadingHTTPServer(("127.0.0.1", port), kind) for port, kind in ((8801, Observability), (8800, Gateway))]
threading.Thread(target=check_backend, daemon=True).start()
threading.Thread(target=servers[0].serve_forever, daemon=True).start()
sys.exit(servers[1].serve_forever())
