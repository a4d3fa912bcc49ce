#!/usr/bin/python3
"""A small real service in InvokeAI's place: answers HTTP on 9090, logs in colour, and logs more when told to.

GET /log?first=N&count=M prints M numbered lines; /traceback prints a Python traceback; anything else answers 200.
"""
import http.server, sys, traceback, urllib.parse


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlparse(self.path)
        query = dict(urllib.parse.parse_qsl(url.query))
        if url.path == "/log":
            first = int(query["first"])
            for n in range(first, first + int(query["count"])):
                print("numbered line %d" % n, flush=True)
        elif url.path == "/traceback":
            try:
                raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
            except RuntimeError:
                traceback.print_exc()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ok\n")

    def log_message(self, *_):
        pass


print("\033[36m[2026-11-22 10:00:00,000]::[InvokeAI]::INFO --> Uvicorn running on http://127.0.0.1:9090\033[0m", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", 9090), Handler).serve_forever()
