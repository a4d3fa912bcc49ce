"""The session queue: one job at a time, each of which paints an image of the size its graph names."""
import struct, threading, time, uuid, zlib

JOB_S = 0.2
ENDED = ("completed", "failed", "canceled")


def _now():
    now = time.time()
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now)) + ".%03d" % (now % 1 * 1000)


class Jobs:
    def __init__(self, settings, database, device, emit):
        self._emit = emit
        self._folder = settings.path("outputs_dir") / "images"
        self._database, self._device = database, "cpu" if device is None else "cuda:0"
        self._items, self._is_started, self._is_ending = [], True, False
        self._changed = threading.Condition()
        threading.Thread(target=self._work, daemon=True).start()

    def stop(self):
        with self._changed:
            self._is_ending = True
            self._changed.notify_all()

    def status(self):
        with self._changed:
            count = {state: sum(item["status"] == state for item in self._items) for state in ("pending", "in_progress", "waiting") + ENDED}
            current = next((item for item in self._items if item["status"] == "in_progress"), {})
            names = {name: current.get(name) for name in ("item_id", "batch_id", "session_id")}
            queue = {"queue_id": "default", **names, **count, "total": len(self._items), "user_pending": count["pending"], "user_in_progress": count["in_progress"]}
            return {"queue": queue, "processor": {"is_started": self._is_started, "is_processing": count["in_progress"] > 0}}

    def set_started(self, is_started):
        with self._changed:
            self._is_started = is_started
            self._changed.notify_all()
        return self.status()["processor"]

    def enqueue(self, body):
        batch = body["batch"]
        graph, runs = batch["graph"], batch["runs"]
        batch_id = batch.get("batch_id") or str(uuid.uuid4())
        with self._changed:
            added = []
            for _ in range(runs):
                item = {
                    "item_id": len(self._items) + 1, "status": "pending", "status_sequence": 1, "priority": 0, "batch_id": batch_id,
                    "origin": batch.get("origin"), "destination": batch.get("destination"), "session_id": str(uuid.uuid4()), "queue_id": "default",
                    "user_id": "system", "created_at": _now(), "updated_at": _now(), "graph": graph, "prepared": {}, "results": {},
                }
                self._items.append(item)
                added.append(item["item_id"])
                self._report(item)
            self._changed.notify_all()
        return {
            "queue_id": "default", "enqueued": runs, "requested": runs, "priority": 0, "item_ids": added[::-1],
            "batch": {**batch, "batch_id": batch_id},
        }

    def item(self, number):
        with self._changed:
            return self._described(self._items[number - 1])

    def current(self):
        return self._first("in_progress")

    def next(self):
        return self._first("pending")

    def _first(self, status):
        with self._changed:
            return next((self._described(item) for item in self._items if item["status"] == status), None)

    def ids(self):
        with self._changed:
            return {"item_ids": [item["item_id"] for item in self._items][::-1], "total_count": len(self._items)}

    def cancel(self, is_meant):
        with self._changed:
            meant = [item for item in self._items if item["status"] not in ENDED and is_meant(item)]
            for item in meant:
                self._end(item, "canceled")
        return {"canceled": len(meant)}

    def cancel_item(self, number):
        self.cancel(lambda item: item["item_id"] == number)
        return self.item(number)

    def image(self, name):
        try:
            return (self._folder / name).read_bytes()
        except OSError:
            return None

    def delete_image(self, name):
        (self._folder / name).unlink(missing_ok=True)
        return {"deleted_images": [name], "affected_boards": []}

    def _described(self, item):
        prepared, results = item["prepared"], item["results"]
        session = {
            "id": item["session_id"], "graph": item["graph"], "results": results, "errors": {}, "executed": list(results),
            "source_prepared_mapping": {node: [name] for node, name in prepared.items()},
            "prepared_source_mapping": {name: node for node, name in prepared.items()},
        }
        shown = {key: value for key, value in item.items() if value is not None and key not in ("graph", "prepared", "results")}
        return {**shown, "session": session}

    def _report(self, item):
        names = ("item_id", "batch_id", "session_id", "origin", "destination", "user_id", "status", "status_sequence", "created_at", "updated_at")
        more = ("started_at", "completed_at", "error_type", "error_message", "error_traceback")
        self._emit("queue_item_status_changed", {"queue_id": "default", **{name: item.get(name) for name in names + more}})

    def _end(self, item, status):
        item.update(status=status, completed_at=_now(), updated_at=_now(), status_sequence=item["status_sequence"] + 1)
        self._report(item)
        self._changed.notify_all()

    def _work(self):
        from invokeai.app import log

        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_ending or (self._is_started and any(item["status"] == "pending" for item in self._items)))
                if self._is_ending:
                    return
                item = next(item for item in self._items if item["status"] == "pending")
                item.update(status="in_progress", started_at=_now(), updated_at=_now(), status_sequence=2, device=self._device)
                self._report(item)
            log.info("Executing queue item %d, session %s on %s" % (item["item_id"], item["session_id"], self._device))
            failure = self._run(item)
            with self._changed:
                if item["status"] != "in_progress":
                    continue
                if failure is not None:
                    item.update(error_type=failure[0], error_message=failure[1], error_traceback="Traceback\n%s: %s" % failure)
                self._end(item, "completed" if failure is None else "failed")

    def _run(self, item):
        """None, or the class and the words of what went wrong."""
        nodes = item["graph"]["nodes"]
        key = next((node["model"]["key"] for node in nodes.values() if isinstance(node.get("model"), dict)), None)
        if key is not None and all(model["key"] != key for model in self._database.models()):
            return "UnknownModelException", "Unknown model %s" % key
        time.sleep(JOB_S)
        size = next(((node["width"], node["height"]) for node in nodes.values() if "width" in node and "height" in node), (512, 512))
        seed = next((node["seed"] for node in nodes.values() if "seed" in node), item["item_id"])
        output = next((node["id"] for node in nodes.values() if node["type"] in ("l2i", "blank_image")), None)
        if output is None:
            return None
        name = "%s.png" % uuid.uuid4()
        try:
            (self._folder / name).write_bytes(png(size[0], size[1], seed))
        except OSError as cause:
            return "OSError", str(cause)
        for node in nodes:
            item["prepared"][node] = str(uuid.uuid4())
        result = {"type": "image_output", "image": {"image_name": name}, "width": size[0], "height": size[1]}
        item["results"][item["prepared"][output]] = result
        names = {name: item[name] for name in ("item_id", "batch_id", "session_id", "origin", "destination", "user_id", "queue_id")}
        self._emit("invocation_complete", {**names, "invocation": nodes[output], "invocation_source_id": output, "result": result})
        return None


def png(width, height, seed):
    """A slanted gradient whose colours depend on the seed."""
    red, green, blue = seed % 251, seed // 251 % 251, seed // 63001 % 251
    row = b"".join(bytes(((x + red) % 256, (2 * x + green) % 256, (3 * x + blue) % 256)) for x in range(width))
    rows = b"".join(b"\0" + row[y * 3 % len(row):] + row[:y * 3 % len(row)] for y in range(height))

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")
