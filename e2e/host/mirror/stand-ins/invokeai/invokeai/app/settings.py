"""The settings of InvokeAI 6.13 and 6.14: invokeai.yaml read as strictly as the real one does, older ones migrated."""
import json, os, shutil
from pathlib import Path

from invokeai.app import yaml_subset
from invokeai.version import __version__

SCHEMA_VERSION = "4.0.3"
IS_614 = not __version__.startswith("6.13.")
LEVELS = ("debug", "info", "warning", "error", "critical")

# Key: (kind, default, allowed values or None). Paths are strings here.
KEYS = {
    "host": (str, "127.0.0.1", None), "port": (int, 9090, None), "allow_origins": (list, [], None),
    "allow_credentials": (bool, True, None), "allow_methods": (list, ["*"], None), "allow_headers": (list, ["*"], None),
    "ssl_certfile": (str, None, None), "ssl_keyfile": (str, None, None), "log_tokenization": (bool, False, None), "patchmatch": (bool, True, None),
    "models_dir": (str, "models", None), "convert_cache_dir": (str, "models/.convert_cache", None),
    "download_cache_dir": (str, "models/.download_cache", None), "legacy_conf_dir": (str, "configs", None), "db_dir": (str, "databases", None),
    "outputs_dir": (str, "outputs", None), "fonts_dir": (str, "fonts", None), "custom_nodes_dir": (str, "nodes", None),
    "image_subfolder_strategy": (str, "flat", ("flat", "type", "date", "hash")), "style_presets_dir": (str, "style_presets", None),
    "workflow_thumbnails_dir": (str, "workflow_thumbnails", None), "log_handlers": (list, ["console"], None),
    "log_format": (str, "color", ("plain", "color", "syslog", "legacy")), "log_level": (str, "info", LEVELS), "log_sql": (bool, False, None),
    "log_level_network": (str, "warning", LEVELS), "use_memory_db": (bool, False, None), "dev_reload": (bool, False, None),
    "profile_graphs": (bool, False, None), "profile_prefix": (str, None, None), "profiles_dir": (str, "profiles", None),
    "max_cache_ram_gb": (float, None, None), "max_cache_vram_gb": (float, None, None), "log_memory_usage": (bool, False, None),
    "model_cache_keep_alive_min": (float, 0, None), "device_working_mem_gb": (float, 3, None), "enable_partial_loading": (bool, True, None),
    "keep_ram_copy_of_weights": (bool, True, None), "ram": (float, None, None), "vram": (float, None, None), "lazy_offload": (bool, True, None),
    "pytorch_cuda_alloc_conf": (str, None, None), "device": (str, "auto", None),
    "precision": (str, "auto", ("auto", "float16", "bfloat16", "float32")), "sequential_guidance": (bool, False, None),
    "attention_type": (str, "auto", ("auto", "normal", "xformers", "sliced", "torch-sdp")),
    "attention_slice_size": (object, "auto", ("auto", "balanced", "max", 1, 2, 3, 4, 5, 6, 7, 8)), "force_tiled_decode": (bool, False, None),
    "pil_compress_level": (int, 1, None), "max_queue_size": (int, 10000, None), "clear_queue_on_startup": (bool, False, None),
    "max_queue_history": (int, None, None), "allow_nodes": (list, None, None), "deny_nodes": (list, None, None), "node_cache_size": (int, 512, None),
    "hashing_algorithm": (str, "blake3_single", None), "remote_api_tokens": (list, None, None), "scan_models_on_startup": (bool, False, None),
    "allow_private_download_urls": (bool, False, None), "download_proxy": (str, None, None), "unsafe_disable_picklescan": (bool, False, None),
    "allow_unknown_models": (bool, True, None), "multiuser": (bool, False, None), "strict_password_checking": (bool, False, None),
}
if IS_614:
    KEYS.update({
        "base_url": (str, None, None), "forwarded_allow_ips": (str, "127.0.0.1", None), "http_compression_level": (int, 9, None),
        "generation_devices": (object, "auto", None), "offload_text_encoders_to_idle_gpus": (bool, True, None),
        "wan_memory_optimization": (bool, False, None), "pid_memory_optimization": (bool, False, None),
        "session_queue_mode": (str, "round_robin", ("FIFO", "round_robin")),
    })

DEFAULTS = {key: default for key, (_, default, _) in KEYS.items()}
TYPE_WORDS = {int: "integer", float: "number", bool: "boolean", str: "string", list: "list"}


class Settings:
    """`values`: every key, `set_keys`: those of file and environment."""

    def __init__(self, root, config_file, values, set_keys):
        self.root, self.config_file, self.values, self.set_keys = root, config_file, values, set_keys

    def __getitem__(self, key):
        return self.values[key]

    def path(self, key):
        return (self.root / self.values[key]).resolve()


def find_root():
    if os.environ.get("INVOKEAI_ROOT"):
        return Path(os.environ["INVOKEAI_ROOT"])
    if os.environ.get("VIRTUAL_ENV"):
        return Path(os.environ["VIRTUAL_ENV"]).parent.resolve()
    return Path("~/invokeai").expanduser().resolve()


def load(root, config_file):
    """Reads the file, or writes one without settings where there is none; the environment wins over the file."""
    root = Path(root).expanduser().absolute() if root else find_root()
    path = Path(config_file).absolute() if config_file else root / "invokeai.yaml"
    root.mkdir(parents=True, exist_ok=True)
    example = {key: value for key, value in DEFAULTS.items() if value is not None}
    _write(path.with_suffix(".example.yaml"), example, "# This is an example file with default and example settings.\n\n")
    (root / DEFAULTS["legacy_conf_dir"]).mkdir(exist_ok=True)
    if path.exists():
        found = _load_and_migrate(path)
    else:
        found = {}
        _write(path, {})
    for key in KEYS:
        given = os.environ.get("INVOKEAI_" + key.upper())
        if given is not None:
            found.update(_validated({key: _from_environment(key, given)}))
    return Settings(root, path, {**DEFAULTS, **found}, sorted(found))


def _from_environment(key, text):
    try:
        return text if KEYS[key][0] is str else json.loads(text)
    except ValueError:
        return text


def _load_and_migrate(path):
    found = yaml_subset.load(path.read_text())
    assert isinstance(found, dict)
    is_older = "InvokeAI" in found
    if is_older:
        found = _flat(found)
    if found["schema_version"] in ("4.0.0", "4.0.1", "4.0.2"):
        is_older = True
        if found.get("precision") == "autocast":
            found["precision"] = "auto"
        found.pop("convert_cache", None)
        found["schema_version"] = SCHEMA_VERSION
    if is_older:
        backup = path.with_suffix(".yaml.bak")
        shutil.copy(path, backup)
        try:
            settings = _validated(found)
            _write(path, {key: value for key, value in settings.items() if value != DEFAULTS[key]})
        except Exception as cause:
            shutil.copy(backup, path)
            raise RuntimeError("Failed to load and migrate v3 config file %s: %s" % (path, cause)) from cause
    try:
        settings = _validated(found)
        version = found["schema_version"]
        assert version == SCHEMA_VERSION, "Invalid schema version, expected %s: %s" % (SCHEMA_VERSION, version)
        return settings
    except Exception as cause:
        raise RuntimeError("Failed to load config file %s: %s" % (path, cause)) from cause


def _flat(found):
    flat = {}
    for category in found["InvokeAI"].values():
        for key, value in (category or {}).items():
            if key == "outdir":
                flat["outputs_dir"] = value
            elif key == "max_cache_size" and "ram" not in category:
                flat["ram"] = value
            elif key == "max_vram_cache_size" and "vram" not in category:
                flat["vram"] = value
            elif key == "legacy_conf_dir":
                if not str(value).endswith("stable-diffusion"):
                    flat[key] = value
            elif key in KEYS:
                flat[key] = value
    return {**flat, "schema_version": "4.0.0"}


def _validated(found):
    """The settings without `schema_version`; ValueError in the words of pydantic."""
    faults, values = [], {}
    for key, value in found.items():
        if key in ("schema_version", "legacy_models_yaml_path"):
            continue
        if key not in KEYS:
            faults.append((key, "Extra inputs are not permitted", "extra_forbidden", value))
            continue
        kind, default, allowed = KEYS[key]
        if value is None and default is None:
            values[key] = None
            continue
        converted = _converted(kind, value)
        if converted is None:
            faults.append((key, "Input should be a valid %s" % TYPE_WORDS[kind], TYPE_WORDS[kind] + "_type", value))
        elif allowed is not None and converted not in allowed:
            words = ["'%s'" % word if isinstance(word, str) else str(word) for word in allowed]
            faults.append((key, "Input should be %s or %s" % (", ".join(words[:-1]), words[-1]), "literal_error", value))
        else:
            values[key] = converted
    if faults:
        lines = ["%d validation error%s for InvokeAIAppConfig" % (len(faults), "" if len(faults) == 1 else "s")]
        for key, words, name, value in faults:
            lines.append("%s\n  %s [type=%s, input_value=%r, input_type=%s]" % (key, words, name, value, type(value).__name__))
            lines.append("    For further information visit https://errors.pydantic.dev/2.13/v/%s" % name)
        raise ValueError("\n".join(lines))
    return values


def _converted(kind, value):
    if kind is object:
        return value
    if kind is bool:
        return value if isinstance(value, bool) else None
    if kind is float:
        return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    if kind is int and isinstance(value, str) and value.isdigit():
        return int(value)
    return value if isinstance(value, kind) and not (kind is int and isinstance(value, bool)) else None


def _write(path, values, heading=""):
    text = heading + "# Internal metadata - do not edit:\nschema_version: %s\n\n" % SCHEMA_VERSION
    path.write_text(text + "# Put user settings here - see https://invoke.ai/configuration/invokeai-yaml/:\n" + yaml_subset.dump(values))
