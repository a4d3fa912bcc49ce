"""Stands in for InvokeAI in the tests: its command line, settings, log, HTTP API and files, made of the standard library only.

Left out: accounts, boards, workflows, and installs that survive a restart.
"""
import argparse, importlib.metadata, os, socket, subprocess, sys
from pathlib import Path

from invokeai.version import __version__

# A release that fails at its start, for those who must go back to the one before.
IS_BROKEN = __version__ == "6.14.9"


def run_app():
    parser = argparse.ArgumentParser(description="Invoke Studio")
    parser.add_argument("--root", type=str, help="Path to the runtime root directory.")
    parser.add_argument("--config", dest="config_file", type=str, help="Path to the invokeai.yaml configuration file.")
    parser.add_argument("--version", action="version", version=__version__, help="Displays the version and exits.")
    args = parser.parse_args()

    from invokeai.app import log, settings as settings_module
    from invokeai.app.database import Database
    from invokeai.app.server import Server

    settings = settings_module.load(args.root, args.config_file)
    log.use_format(settings["log_format"])
    if IS_BROKEN:
        raise ImportError("cannot import name 'cached_download' from 'huggingface_hub'")
    device = gpu_name() if settings["device"] != "cpu" else None
    log.info("Using torch device: %s" % (device or "CPU"))
    port = open_port(settings["port"])
    if port != settings["port"]:
        log.warning("Port %d is already in use. Using port %d." % (settings["port"], port))
    if device is not None:
        log.info("cuDNN version: 90701")
    log.info("Patchmatch initialized")
    log.info("InvokeAI version %s" % __version__)
    log.info("Root directory = %s" % settings.root)
    for key in ("models_dir", "custom_nodes_dir", "style_presets_dir", "workflow_thumbnails_dir"):
        settings.path(key).mkdir(parents=True, exist_ok=True)
    for name in ("images/thumbnails", "tensors", "conditioning"):
        (settings.path("outputs_dir") / name).mkdir(parents=True, exist_ok=True)
    database = Database(settings.path("db_dir"))
    log.info("JWT secret loaded from database")
    ram = settings["max_cache_ram_gb"]
    log.info("Calculated model RAM cache size: 4096.00 MB. Heuristics applied: [1]." if ram is None else "Using user-defined RAM cache size: %s GB." % ram)
    for model in database.models():
        if not (settings.path("models_dir") / model["path"]).exists():
            log.warning("Missing model file: %s at %s" % (model["name"], model["path"]), "ModelInstallService")
    # The real one announces itself before its port is bound.
    log.info("Invoke running on http://%s:%d (Press CTRL+C to quit)" % (settings["host"], port))
    try:
        server = Server(settings, database, device, (settings["host"], port))
    except OSError as cause:
        words = "[Errno %s] error while attempting to bind on address ('%s', %d): %s"
        log.error(words % (cause.errno, settings["host"], port, os.strerror(cause.errno).lower()), "uvicorn.error")
        sys.exit(1)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        log.info("InvokeAI shutting down...")
        server.stop()


def gpu_name():
    """None = torch sees no GPU."""
    try:
        import torch
        if torch.version.cuda is None:
            return None
        found = subprocess.run(["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"], capture_output=True, text=True, timeout=10)
        return found.stdout.strip().splitlines()[0] if found.returncode == 0 else None
    except (ImportError, OSError, subprocess.TimeoutExpired, IndexError):
        return None


def open_port(port):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return open_port(port + 1) if probe.connect_ex(("localhost", port)) == 0 else port


def dependencies():
    """Of /app_deps."""
    found = {}
    for name in ("torch", "torchvision"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            pass
    try:
        import torch
        found["torch"], found["CUDA"] = torch.__version__, torch.version.cuda or "N/A"
    except ImportError:
        found["CUDA"] = "N/A"
    return found


if __name__ == "__main__":
    run_app()
