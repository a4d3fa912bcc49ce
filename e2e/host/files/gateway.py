"""Stands in for the image gateway in the tests: its settings are read once, at its start; standard library only."""
import http.server, json, os, re, sys, threading

APP = "/var/lib/gateway/app"
IMAGE_SETTINGS = ("IMAGES_BACKEND", "IMAGES_BACKEND_CLASS", "IMAGES_HTTP_BASE_URL", "IMAGES_OPENAI_MODEL")


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
URL, LIMIT = image_class(ENV["IMAGES_BACKEND_CLASS"])


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
    def do_GET(self):
        if self.headers.get("authorization") != "Bearer " + ENV["GATEWAY_BEARER_TOKEN"]:
            return self.reply(401, {"detail": "Invalid bearer token"})
        shown = {key: ENV.get(key) for key in IMAGE_SETTINGS}
        folder = ENV.get("UI_IMAGE_DIR", "/var/lib/gateway/data/ui_images")
        self.reply(200, {"settings": shown, "health_url": URL, "limit": LIMIT, "can_save": os.access(folder, os.W_OK)})


servers = [http.server.ThreadingHTTPServer(("127.0.0.1", port), kind) for port, kind in ((8801, Observability), (8800, Gateway))]
threading.Thread(target=servers[0].serve_forever, daemon=True).start()
sys.exit(servers[1].serve_forever())
