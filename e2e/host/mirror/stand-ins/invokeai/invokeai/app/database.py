"""The SQLite file of models, with InvokeAI's migrations: a backup before each, and refused by a program that is older than the file."""
import json, sqlite3, threading, time
from contextlib import closing

from invokeai.app import log
from invokeai.app.settings import IS_614

KNOWN = 32 if IS_614 else 31


class MigrationError(RuntimeError):
    pass


class Database:
    def __init__(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "invokeai.db"
        log.info("Initializing database at %s" % path)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(str(path), check_same_thread=False)
        with self._lock, self._connection:
            self._connection.execute("CREATE TABLE IF NOT EXISTS migrations (version INTEGER PRIMARY KEY)")
            applied = {row[0] for row in self._connection.execute("SELECT version FROM migrations")}
            unknown = sorted(version for version in applied if version > KNOWN)
            if unknown:
                raise MigrationError("Database contains unknown applied migration IDs: %s" % {"migration_%d" % version for version in unknown})
            if KNOWN not in applied:
                log.info("Database update needed")
                if applied:
                    self._back_up(folder)
                self._connection.execute("CREATE TABLE IF NOT EXISTS models (id TEXT PRIMARY KEY, config TEXT NOT NULL)")
                self._connection.executemany("INSERT OR IGNORE INTO migrations VALUES (?)", [(version,) for version in range(1, KNOWN + 1)])
                log.info("Database updated successfully")

    def _back_up(self, folder):
        backup = folder / time.strftime("invokeai_backup_%Y%m%d-%H%M%S.db")
        log.info("Backing up database to %s" % backup)
        with closing(sqlite3.connect(str(backup))) as copy:
            self._connection.backup(copy)

    def models(self):
        with self._lock:
            return [json.loads(row[0]) for row in self._connection.execute("SELECT config FROM models ORDER BY rowid")]

    def put_model(self, config):
        with self._lock, self._connection:
            self._connection.execute("INSERT OR REPLACE INTO models VALUES (?, ?)", (config["key"], json.dumps(config)))

    def delete_model(self, key):
        with self._lock, self._connection:
            self._connection.execute("DELETE FROM models WHERE id = ?", (key,))
