"""Lines of InvokeAI's shape on stderr."""
import sys, time

_COLOURS = {"INFO": "\x1b[38;20m", "WARNING": "\x1b[33;20m", "ERROR": "\x1b[31;20m"}
_format = "color"


def use_format(name):
    global _format
    _format = name


def write(level, message, name="InvokeAI"):
    now = time.time()
    stamp = "%s,%03d" % (time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now)), now % 1 * 1000)
    line = "[%s]::[%s]::%s --> %s" % (stamp, name, level, message)
    if _format == "color":
        line = "%s%s\x1b[0m" % (_COLOURS[level], line)
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def info(message, name="InvokeAI"):
    write("INFO", message, name)


def warning(message, name="InvokeAI"):
    write("WARNING", message, name)


def error(message, name="InvokeAI"):
    write("ERROR", message, name)
