"""Install jobs: a path on the host, one file by its URL, or a repository of $HF_ENDPOINT."""
import hashlib, ipaddress, json, os, shutil, socket, threading, urllib.parse, urllib.request, uuid
from pathlib import Path

from invokeai.app import log

CHUNK = 65536
ENDED = ("completed", "error", "cancelled")


class UnsafeDownloadURLException(Exception):
    pass


class InvalidModelConfigException(Exception):
    pass


class ChunkedEncodingError(Exception):
    pass


class DuplicateModelException(Exception):
    pass


class Installs:
    def __init__(self, settings, database, emit):
        self._settings, self._database, self._emit = settings, database, emit
        self._folder = settings.path("models_dir")
        self._jobs, self._lock = [], threading.Lock()

    def all(self):
        with self._lock:
            return [dict(job) for job in self._jobs if job is not None]

    def get(self, number, status_if_unknown):
        from invokeai.app.server import Refusal

        with self._lock:
            if number >= len(self._jobs) or self._jobs[number] is None:
                raise Refusal(status_if_unknown, "No job with id %d known" % number)
            return dict(self._jobs[number])

    def prune(self):
        with self._lock:
            self._jobs = [None if job is not None and job["status"] in ENDED else job for job in self._jobs]

    def cancel(self, number):
        self.get(number, 415)
        with self._lock:
            if self._jobs[number]["status"] not in ENDED:
                self._jobs[number]["status"] = "cancelled"

    def delete_files(self, model):
        path = self._folder / model["path"]
        if Path(model["path"]).is_absolute() or not path.exists():
            return
        shutil.rmtree(path if path.is_dir() else path.parent, ignore_errors=True)

    def begin(self, query, body):
        from invokeai.app.server import Refusal

        source = query.get("source")
        if source is None or body is None:
            raise Refusal(422, [{"type": "missing", "loc": ["query", "source"] if source is None else ["body"], "msg": "Field required", "input": None}])
        is_in_place = query.get("inplace") == "true"
        if os.path.exists(source):
            described = {"type": "local", "path": source, "inplace": is_in_place}
            files = []
        elif source.startswith(("http://", "https://")):
            described = {"type": "url", "url": source, "access_token": query.get("access_token")}
            files = [(source, urllib.parse.unquote(urllib.parse.urlparse(source).path).rsplit("/", 1)[-1])]
        elif source.count("/") == 1 and not source.startswith("/"):
            repo, _, variant = source.partition(":")
            described = {"type": "hf", "repo_id": repo, "variant": variant or None, "subfolder": None, "access_token": query.get("access_token")}
            # Without a hub that answers, this fails as the real one does: 500 in plain words.
            files = _repository_files(repo)
        else:
            raise Refusal(409, "Unsupported model source: '%s'" % source)
        with self._lock:
            for job in self._jobs:
                if job is not None and job["source"] == described and job["status"] not in ENDED:
                    log.warning("There is already an active install job for %s. Not enqueuing." % source, "ModelInstallService")
                    return dict(job)
            job = {
                "id": len(self._jobs), "status": "waiting", "source": described, "inplace": is_in_place, "local_path": source, "bytes": 0,
                "total_bytes": 0, "error": None, "error_reason": None, "error_traceback": None, "config_in": body, "config_out": None,
                "source_metadata": None, "download_parts": [],
            }
            self._jobs.append(job)
        if files:
            log.info("Queueing model install: %s (%d file%s)" % (source, len(files), "" if len(files) == 1 else "s"), "ModelInstallService")
        threading.Thread(target=self._work, args=(job, source, files), daemon=True).start()
        return dict(job)

    def _work(self, job, source, files):
        try:
            path = self._fetch(job, source, files) if files else Path(source)
            if job["status"] == "cancelled":
                return
            job["status"] = "running"
            self._emit("model_install_started", {"id": job["id"], "source": job["source"]})
            log.info("Model install started: %s" % source, "ModelInstallService")
            config = self._register(job, source, path)
            self._database.put_model(config)
            job["config_out"], job["status"] = config, "completed"
            log.info("Model install complete: %s" % source, "ModelInstallService")
            done = {"id": job["id"], "source": job["source"], "key": config["key"], "total_bytes": job["total_bytes"], "config": config}
            self._emit("model_install_complete", done)
        except Exception as cause:
            reason = type(cause).__name__
            job.update(error=str(cause), error_reason=reason, error_traceback="Traceback (most recent call last):\n%s: %s" % (reason, cause), status="error")
            self._emit("model_install_error", {"id": job["id"], "source": job["source"], "error_type": reason, "error": str(cause)})
            log.error("Model install error: %s\n%s: %s" % (source, reason, cause), "ModelInstallService")

    def _fetch(self, job, source, files):
        folder = self._folder / ("tmpinstall_%s" % uuid.uuid4().hex[:8])
        try:
            return self._fetch_into(folder, job, source, files)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _fetch_into(self, folder, job, source, files):
        job.update(status="downloading", local_path=str(folder))
        for url, name in files:
            if not self._settings["allow_private_download_urls"]:
                _refuse_private(url)
            request = urllib.request.Request(url, headers={"user-agent": "InvokeAI"})
            with urllib.request.urlopen(request, timeout=30) as reply:
                total = int(reply.headers.get("content-length") or 0)
                job["total_bytes"] += total
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                free = shutil.disk_usage(folder).free
                if free < total:
                    raise RuntimeError("Free disk space %.2f GB is not enough for download of %.2f GB." % (free / 1024**3, total / 1024**3))
                part = {
                    "id": len(job["download_parts"]), "source": url, "dest": str(target), "download_path": str(target), "status": "running",
                    "bytes": 0, "total_bytes": total, "error": None, "error_type": None, "resume_required": False, "resume_message": None,
                    "resume_from_scratch": False, "etag": None, "priority": 10, "access_token": None,
                }
                job["download_parts"].append(part)
                with open(target, "wb") as out:
                    while True:
                        chunk = reply.read(CHUNK)
                        if job["status"] == "cancelled":
                            shutil.rmtree(folder, ignore_errors=True)
                            return folder
                        if not chunk:
                            break
                        out.write(chunk)
                        part["bytes"] += len(chunk)
                        job["bytes"] += len(chunk)
                        self._emit("model_install_download_progress", _progress(job))
                if part["bytes"] < total:
                    part.update(status="error", error_type="ChunkedEncodingError", error="Connection broken")
                    raise ChunkedEncodingError("Connection broken: IncompleteRead(%d bytes read, %d more expected)" % (part["bytes"], total - part["bytes"]))
                part["status"] = "completed"
        job["status"] = "downloads_done"
        self._emit("model_install_downloads_complete", {"id": job["id"], "source": job["source"]})
        log.info("Model download complete: %s" % source, "ModelInstallService")
        return folder / files[0][1] if len(files) == 1 else folder

    def _register(self, job, source, path):
        is_folder = path.is_dir()
        if is_folder and not (path / "model_index.json").exists():
            raise ValueError("No model found in %s" % path)
        if any(model["path"] == str(path) for model in self._database.models()):
            raise DuplicateModelException("A model with path '%s' is already installed" % path)
        key = str(uuid.uuid4())
        kind = _kind_of(path)
        if kind is None and not self._settings["allow_unknown_models"]:
            raise InvalidModelConfigException("Could not identify model for %s" % path)
        place = path
        if not job["inplace"]:
            (self._folder / key).mkdir(parents=True)
            for entry in list(path.iterdir()) if is_folder else [path]:
                shutil.move(str(entry), str(self._folder / key / entry.name))
            place = self._folder / key if is_folder else self._folder / key / path.name
            if path.parent.name.startswith("tmpinstall_"):
                shutil.rmtree(path.parent, ignore_errors=True)
            elif path.name.startswith("tmpinstall_"):
                shutil.rmtree(path, ignore_errors=True)
        size = sum(entry.stat().st_size for entry in place.rglob("*") if entry.is_file()) if is_folder else place.stat().st_size
        name = source.rstrip("/").rsplit("/", 1)[-1].rsplit(".", 1)[0] if kind is None or not is_folder else source.rsplit("/", 1)[-1]
        side = 1024 if kind == "sdxl" else 512
        settings = {"vae": None, "vae_precision": None, "scheduler": None, "steps": None, "cfg_scale": None, "width": side, "height": side}
        config = {
            "key": key, "hash": "blake3:%s" % hashlib.sha256(str(size).encode()).hexdigest(), "path": str(place if job["inplace"] else place.relative_to(self._folder)),
            "file_size": size, "name": name, "description": None, "source": source, "source_type": {"local": "path", "url": "url", "hf": "hf_repo_id"}[job["source"]["type"]],
            "source_url": None, "source_api_response": None, "cover_image": None, "type": "unknown" if kind is None else "main", "base": kind or "unknown",
            "format": "unknown" if kind is None else "diffusers" if is_folder else "checkpoint",
        }
        if kind is not None:
            config.update(variant="normal", prediction_type="epsilon", trigger_phrases=None, default_settings=settings)
        return {**config, **{name: value for name, value in job["config_in"].items() if value is not None}}


def _progress(job):
    parts = [
        {"url": part["source"], "local_path": part["dest"], "bytes": part["bytes"], "total_bytes": part["total_bytes"]} for part in job["download_parts"]
    ]
    return {**{name: job[name] for name in ("id", "source", "local_path", "bytes", "total_bytes")}, "parts": parts}


def _kind_of(path):
    """The base of a model, None when it is none: read from the header of its file, or the pipeline of its folder."""
    if path.is_dir():
        pipeline = json.loads((path / "model_index.json").read_text()).get("_class_name", "")
        return "sdxl" if "XL" in pipeline else "sd-1"
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= 100_000_000:
            return None
        try:
            header = json.loads(file.read(length))
        except ValueError:
            return None
    return "sdxl" if "conditioner.embedders.0.transformer.text_model.final_layer_norm.weight" in header else "sd-1"


def _refuse_private(url):
    host = urllib.parse.urlparse(url).hostname or ""
    for found in socket.getaddrinfo(host, None):
        if not ipaddress.ip_address(found[4][0]).is_global:
            raise UnsafeDownloadURLException("Refusing to download from non-public address %s" % found[4][0])


def _repository_files(repo):
    hub = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    with urllib.request.urlopen("%s/api/models/%s" % (hub, repo), timeout=30) as reply:
        names = [sibling["rfilename"] for sibling in json.load(reply)["siblings"]]
    return [("%s/%s/resolve/main/%s" % (hub, repo, name), name) for name in names]
