"""Stands in for ComfyUI 0.3 in the tests: its command line, log and HTTP API as far as images go; standard library only."""
import argparse, http.server, importlib.metadata, json, os, re, socketserver, struct, sys, threading, time, traceback, urllib.parse, uuid, zlib
from comfyui_version import __version__

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
JOB_S = 0.2


class State:
    def __init__(self, args):
        self.models = os.path.join(args.base_directory or HERE, "models", "checkpoints")
        self.output = args.output_directory or os.path.join(args.base_directory or HERE, "output")
        for folder in (self.models, self.output):
            os.makedirs(folder, exist_ok=True)
        self.has_gpu = not args.cpu and torch.cuda.is_available()
        self.pending, self.running, self.history, self.number = [], [], {}, 0
        self.changed = threading.Condition()
        threading.Thread(target=self.work, daemon=True).start()

    def checkpoints(self):
        return sorted(name for name in os.listdir(self.models) if name.endswith((".safetensors", ".ckpt")))

    def remaining(self):
        return len(self.pending) + len(self.running)

    def enqueue(self, body):
        prompt = body.get("prompt")
        if not isinstance(prompt, dict):
            return 400, {"error": {"type": "no_prompt", "message": "No prompt provided", "details": "No prompt provided", "extra_info": {}}, "node_errors": {}}
        faults, names = {}, self.checkpoints()
        for node, content in prompt.items():
            wanted = content["inputs"].get("ckpt_name")
            if content["class_type"] == "CheckpointLoaderSimple" and wanted not in names:
                words = "ckpt_name: '%s' not in %r" % (wanted, names)
                print("Failed to validate prompt for output save:\n* CheckpointLoaderSimple %s:\n  - Value not in list: %s" % (node, words), flush=True)
                fault = {"type": "value_not_in_list", "message": "Value not in list", "details": words, "extra_info": {"input_name": "ckpt_name"}}
                faults[node] = {"errors": [fault], "dependent_outputs": ["save"], "class_type": "CheckpointLoaderSimple"}
        if faults:
            error = {"type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation", "details": "", "extra_info": {}}
            return 400, {"error": error, "node_errors": faults}
        with self.changed:
            self.number += 1
            job = [self.number, body.get("prompt_id") or str(uuid.uuid4()), prompt, body.get("extra_data") or {}, ["save"]]
            self.pending.append(job)
            self.changed.notify_all()
        print("got prompt", flush=True)
        return 200, {"prompt_id": job[1], "number": job[0], "node_errors": {}}

    def work(self):
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.pending)
                job = self.pending.pop(0)
                self.running.append(job)
            began = time.time()
            time.sleep(JOB_S)
            outputs = {node: self.save(node, content, job[2]) for node, content in job[2].items() if content["class_type"] in ("SaveImage", "PreviewImage")}
            with self.changed:
                if job in self.running:
                    self.running.remove(job)
                    self.finish(job, outputs, [["execution_success", {"prompt_id": job[1], "timestamp": int(time.time() * 1000)}]], True)
            print("Prompt executed in %.2f seconds" % (time.time() - began), flush=True)

    def finish(self, job, outputs, messages, is_success):
        status = {"status_str": "success" if is_success else "error", "completed": is_success, "messages": messages}
        self.history[job[1]] = {"prompt": job, "outputs": outputs, "status": status, "meta": {}}

    def interrupt(self, prompt_id):
        with self.changed:
            for job in [job for job in self.running if prompt_id in (None, job[1])]:
                self.running.remove(job)
                self.finish(job, {}, [["execution_interrupted", {"prompt_id": job[1]}]], False)

    def save(self, node, content, prompt):
        sizes = [entry["inputs"] for entry in prompt.values() if "width" in entry["inputs"]] or [{"width": 512, "height": 512}]
        seed = next((entry["inputs"]["seed"] for entry in prompt.values() if "seed" in entry["inputs"]), 0)
        prefix = re.sub(r"[^\w.-]", "_", str(content["inputs"].get("filename_prefix", "ComfyUI")))
        kind = "output" if content["class_type"] == "SaveImage" else "temp"
        folder = self.output if kind == "output" else os.path.join(self.output, "..", "temp")
        os.makedirs(folder, exist_ok=True)
        name = "%s_%05d_.png" % (prefix, len(os.listdir(folder)) + 1)
        with open(os.path.join(folder, name), "wb") as file:
            file.write(png(sizes[0]["width"], sizes[0]["height"], seed))
        return {"images": [{"filename": name, "subfolder": "", "type": kind}]}

    def view(self, query):
        folder = self.output if query.get("type", "output") == "output" else os.path.join(self.output, "..", "temp")
        try:
            with open(os.path.join(folder, os.path.basename(query["filename"])), "rb") as file:
                return file.read()
        except (KeyError, OSError):
            return None

    def system_stats(self):
        total = 46068 * 1048576 if self.has_gpu else 0
        names = ("cuda:0 %s : cudaMallocAsync" % torch.cuda.get_device_name(0), "cuda", 0) if self.has_gpu else ("cpu", "cpu", None)
        device = {"name": names[0], "type": names[1], "index": names[2], "vram_total": total, "vram_free": total, "torch_vram_total": 0, "torch_vram_free": 0}
        try:
            frontend = importlib.metadata.version("comfyui-frontend-package")
        except importlib.metadata.PackageNotFoundError:
            frontend = None
        system = {
            "os": os.name, "ram_total": 0, "ram_free": 0, "comfyui_version": __version__, "required_frontend_version": frontend,
            "installed_templates_version": None, "required_templates_version": None, "python_version": sys.version,
            "pytorch_version": torch.__version__, "embedded_python": False, "argv": sys.argv,
        }
        return {"system": system, "devices": [device]}

    def get(self, path, query):
        if path == "/system_stats":
            return self.system_stats()
        if path == "/prompt":
            return {"exec_info": {"queue_remaining": self.remaining()}}
        if path == "/queue":
            return {"queue_running": self.running, "queue_pending": self.pending}
        if path == "/history":
            return self.history
        if path.startswith("/history/"):
            name = path[len("/history/"):]
            return {name: self.history[name]} if name in self.history else {}
        if path == "/models":
            return ["checkpoints"]
        if path == "/models/checkpoints":
            return self.checkpoints()
        if path == "/object_info/CheckpointLoaderSimple":
            required = {"ckpt_name": [self.checkpoints(), {}]}
            return {"CheckpointLoaderSimple": {"input": {"required": required}, "output": ["MODEL", "CLIP", "VAE"], "name": "CheckpointLoaderSimple"}}
        if path.startswith("/object_info/"):
            return {}
        return None

    def post(self, path, body):
        if path == "/prompt":
            return self.enqueue(body)
        if path == "/queue":
            with self.changed:
                deleted = body.get("delete", [])
                self.pending = [job for job in self.pending if not body.get("clear") and job[1] not in deleted]
            return 200, {}
        if path == "/history":
            for name in list(self.history) if body.get("clear") else body.get("delete", []):
                self.history.pop(name, None)
            return 200, {}
        if path == "/interrupt":
            self.interrupt(body.get("prompt_id"))
            return 200, {}
        return (200, {}) if path == "/free" else (404, {})


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        pass


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urllib.parse.urlparse(self.path)
        path = url.path[4:] if url.path.startswith("/api/") else url.path
        query = dict(urllib.parse.parse_qsl(url.query))
        if path == "/":
            return self.answer(200, b"<!DOCTYPE html><title>ComfyUI</title>", "text/html")
        if path == "/view":
            content = self.server.state.view(query)
            return self.answer(404, b"", "text/plain") if content is None else self.answer(200, content, "image/png")
        reply = self.server.state.get(path, query)
        self.answer(404, b"404: Not Found", "text/plain") if reply is None else self.answer(200, json.dumps(reply).encode())

    def do_POST(self):
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            status, reply = self.server.state.post(urllib.parse.urlparse(self.path).path.replace("/api/", "/"), json.loads(raw) if raw else {})
        except (ValueError, KeyError, AttributeError):
            traceback.print_exc()
            return self.answer(500, b"500 Internal Server Error", "text/plain")
        self.answer(status, json.dumps(reply).encode())

    def answer(self, status, content, kind="application/json"):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


def png(width, height, seed):
    """A slanted gradient whose colours depend on the seed."""
    row = b"".join(bytes(((x + seed) % 256, (2 * x + seed // 256) % 256, (3 * x + seed // 65536) % 256)) for x in range(width))
    rows = b"".join(b"\0" + row[y * 3 % len(row):] + row[:y * 3 % len(row)] for y in range(height))

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", nargs="?", const="0.0.0.0", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8188)
    parser.add_argument("--base-directory")
    parser.add_argument("--output-directory")
    parser.add_argument("--database-url")
    parser.add_argument("--extra-model-paths-config")
    parser.add_argument("--preview-method", default="none")
    parser.add_argument("--reserve-vram", type=float)
    parser.add_argument("--enable-cors-header", nargs="?", const="*")
    for flag in ("cpu", "lowvram", "novram", "highvram", "log-stdout", "disable-auto-launch"):
        parser.add_argument("--" + flag, action="store_true")
    args = parser.parse_args()
    state = State(args)
    print("pytorch version: %s" % torch.__version__)
    print("Device: %s" % ("cuda:0 %s : cudaMallocAsync" % torch.cuda.get_device_name(0) if state.has_gpu else "cpu"))
    print("ComfyUI version: %s" % __version__, flush=True)
    server = Server((args.listen, args.port), Handler)
    server.state = state
    print("Starting server\n\nTo see the GUI go to: http://%s:%d" % (args.listen, args.port), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("\nStopped server", flush=True)


if __name__ == "__main__":
    main()
