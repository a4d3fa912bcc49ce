"""InvokeAI's HTTP API as far as health, models, installs and images go. Every other GET answers the user interface with 200."""
import http.server, json, re, socketserver, urllib.parse

from invokeai.app import events, log
from invokeai.app.installs import Installs
from invokeai.app.jobs import Jobs
from invokeai.app.settings import DEFAULTS, IS_614, KEYS
from invokeai.version import __version__

PAGE = b"<!DOCTYPE html><html><head><title>Invoke - Community Edition</title></head><body><div id=\"root\"></div></body></html>"
STARTERS = [
    {"name": "Stable Diffusion XL", "source": "stabilityai/stable-diffusion-xl-base-1.0", "base": "sdxl", "description": "SDXL base. ~7GB"},
    {"name": "Stable Diffusion 1.5", "source": "stable-diffusion-v1-5/stable-diffusion-v1-5", "base": "sd-1", "description": "SD 1.5. ~4GB"},
]


class Refusal(Exception):
    """`body` None = the plain words of a failure that nobody caught."""

    def __init__(self, status, detail):
        super().__init__(detail)
        self.status, self.detail = status, detail


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, settings, database, device, address):
        super().__init__(address, Handler)
        self.settings, self.database, self.device = settings, database, device
        self.events = events.Events()
        self.installs = Installs(settings, database, self.events.emit)
        self.jobs = Jobs(settings, database, device, self.events.emit)

    def stop(self):
        self.jobs.stop()
        self.server_close()

    def handle_error(self, request, client_address):
        # A client that went away is nobody's concern.
        pass

    def starters(self):
        installed = {model["source"] for model in self.database.models()}
        common = {"type": "main", "format": None, "variant": None, "previous_names": [], "dependencies": None}
        models = [{**common, **starter, "is_installed": starter["source"] in installed} for starter in STARTERS]
        bundles = {model["base"]: {"name": model["name"], "models": [model]} for model in models}
        return {"starter_models": models, "starter_bundles": bundles}

    def runtime_config(self):
        return {"set_fields": self.settings.set_keys, "config": {"schema_version": "4.0.3", **self.settings.values}}

    def openapi(self):
        properties = {key: {"title": key, "default": DEFAULTS[key]} for key in KEYS}
        schemas = {"InvokeAIAppConfig": {"type": "object", "additionalProperties": False, "properties": properties}}
        info = {"title": "Invoke - Community Edition", "version": "1.0.0"}
        return {"openapi": "3.1.0", "info": info, "paths": {"/api/v1/app/version": {"get": {}}}, "components": {"schemas": schemas}}

    def missing(self):
        folder = self.settings.path("models_dir")
        return [model for model in self.database.models() if not (folder / model["path"]).exists()]

    def remove_model(self, key):
        found = [model for model in self.database.models() if model["key"] == key]
        if not found:
            raise Refusal(404, "Unknown model")
        self.installs.delete_files(found[0])
        self.database.delete_model(key)


def _deps(server):
    from invokeai.app.run_app import dependencies

    return dependencies()


def _devices(server):
    return [{"device": "cpu", "name": "CPU"}] if server.device is None else [{"device": "cuda:0", "name": server.device}]


def _models(server, query):
    wanted = query.get("model_type")
    return {"models": [model for model in server.database.models() if wanted is None or model["type"] == wanted]}


NUMBER, NAME = r"(\d+)", r"([\w.-]+)"
QUEUE, INSTALL = "/api/v1/queue/default", "/api/v2/models/install"
# Method, pattern, status, handler(server, parts, query, body).
ROUTES = [(method, re.compile(pattern + "$"), status, handler) for method, pattern, status, handler in [
    ("GET", "/api/v1/app/version", 200, lambda s, p, q, b: {"version": __version__}),
    ("GET", "/api/v1/app/app_deps", 200, lambda s, p, q, b: _deps(s)),
    ("GET", "/api/v1/app/runtime_config", 200, lambda s, p, q, b: s.runtime_config()),
    ("GET", "/api/v1/app/logging", 200, lambda s, p, q, b: 20),
    ("GET", "/api/v1/auth/status", 200, lambda s, p, q, b: {"setup_required": False, "multiuser_enabled": False, "strict_password_checking": False}),
    ("GET", "/openapi.json", 200, lambda s, p, q, b: s.openapi()),
    ("GET", "/api/v2/models/", 200, lambda s, p, q, b: _models(s, q)),
    ("GET", "/api/v2/models/missing", 200, lambda s, p, q, b: {"models": s.missing()}),
    ("GET", "/api/v2/models/starter_models", 200, lambda s, p, q, b: s.starters()),
    ("GET", "/api/v2/models/stats", 200, lambda s, p, q, b: None),
    ("POST", "/api/v2/models/empty_model_cache", 200, lambda s, p, q, b: None),
    ("GET", "/api/v2/models/hf_login", 200, lambda s, p, q, b: "invalid"),
    ("DELETE", "/api/v2/models/i/" + NAME, 204, lambda s, p, q, b: s.remove_model(p[0])),
    ("GET", INSTALL, 200, lambda s, p, q, b: s.installs.all()),
    ("POST", INSTALL, 201, lambda s, p, q, b: s.installs.begin(q, b)),
    ("DELETE", INSTALL, 204, lambda s, p, q, b: s.installs.prune()),
    ("GET", INSTALL + "/" + NUMBER, 200, lambda s, p, q, b: s.installs.get(int(p[0]), 404)),
    ("DELETE", INSTALL + "/" + NUMBER, 201, lambda s, p, q, b: s.installs.cancel(int(p[0]))),
    ("POST", INSTALL + "/" + NUMBER + "/(?:pause|resume|restart_failed|restart_file)", 201, lambda s, p, q, b: s.installs.get(int(p[0]), 415)),
    ("GET", QUEUE + "/status", 200, lambda s, p, q, b: s.jobs.status()),
    ("GET", QUEUE + "/current", 200, lambda s, p, q, b: s.jobs.current()),
    ("GET", QUEUE + "/next", 200, lambda s, p, q, b: s.jobs.next()),
    ("POST", QUEUE + "/enqueue_batch", 201, lambda s, p, q, b: s.jobs.enqueue(b)),
    ("PUT", QUEUE + "/processor/(pause|resume)", 200, lambda s, p, q, b: s.jobs.set_started(p[0] == "resume")),
    ("PUT", QUEUE + "/cancel_by_batch_ids", 200, lambda s, p, q, b: s.jobs.cancel(lambda item: item["batch_id"] in b["batch_ids"])),
    ("PUT", QUEUE + "/cancel_by_destination", 200, lambda s, p, q, b: s.jobs.cancel(lambda item: item["destination"] == q.get("destination"))),
    ("GET", QUEUE + "/item_ids", 200, lambda s, p, q, b: s.jobs.ids()),
    ("POST", QUEUE + "/items_by_ids", 200, lambda s, p, q, b: [s.jobs.item(number) for number in b["item_ids"]]),
    ("GET", QUEUE + "/i/" + NUMBER, 200, lambda s, p, q, b: s.jobs.item(int(p[0]))),
    ("PUT", QUEUE + "/i/" + NUMBER + "/cancel", 200, lambda s, p, q, b: s.jobs.cancel_item(int(p[0]))),
    ("DELETE", "/api/v1/images/i/" + NAME, 200, lambda s, p, q, b: s.jobs.delete_image(p[0])),
]]
if IS_614:
    ROUTES.append(("GET", re.compile("/api/v1/app/generation_device_options$"), 200, lambda s, p, q, b: _devices(s)))
IMAGE = re.compile("/api/v1/images/i/" + NAME + "/full$")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_any(self):
        url = urllib.parse.urlparse(self.path)
        length = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(length)
        if url.path == events.PATH:
            return self.server.events.answer(self, dict(urllib.parse.parse_qsl(url.query)), raw)
        image = IMAGE.match(url.path)
        if image is not None and self.command in ("GET", "HEAD"):
            content = self.server.jobs.image(image.group(1))
            return self.answer(404, b'{"detail":"Not Found"}') if content is None else self.answer(200, content, "image/png")
        for method, pattern, status, handler in ROUTES:
            match = pattern.match(url.path)
            if match is None or method != self.command:
                continue
            try:
                query = dict(urllib.parse.parse_qsl(url.query))
                body = json.loads(raw) if raw else None
                reply = handler(self.server, match.groups(), query, body)
                return self.answer(status, b"" if status == 204 else json.dumps(reply).encode())
            except (Refusal, LookupError) as cause:
                status = cause.status if isinstance(cause, Refusal) else 404
                detail = cause.detail if isinstance(cause, Refusal) else "Not Found"
                return self.answer(status, json.dumps({"detail": detail}).encode())
            except Exception as cause:
                log.error("%s: %s" % (type(cause).__name__, cause), "uvicorn.error")
                return self.answer(500, b"Internal Server Error", "text/plain; charset=utf-8")
        if self.command in ("GET", "HEAD"):
            return self.answer(200, PAGE, "text/html; charset=utf-8")
        self.answer(405, b'{"detail":"Method Not Allowed"}')

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_any

    def answer(self, status, content, kind="application/json"):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_):
        pass
