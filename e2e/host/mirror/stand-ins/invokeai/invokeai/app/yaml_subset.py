"""Reads and writes the part of YAML that an invokeai.yaml uses: mappings and lists by indentation, and plain values."""
import json


def load(text):
    """The document as dicts, lists and plain values; None when nothing but comments is in it."""
    lines = [(len(line) - len(line.lstrip()), line.strip()) for line in map(_without_comment, text.splitlines()) if line.strip()]
    lines = [line for line in lines if line[1] != "---"]
    if not lines:
        return None
    value, rest = _block(lines, lines[0][0])
    if rest:
        raise ValueError("did not expect %r here" % rest[0][1])
    return value


def dump(mapping):
    """One line a key; lists of plain values in several lines, as PyYAML writes them."""
    out = []
    for key, value in mapping.items():
        if isinstance(value, list) and value:
            out.append("%s:\n%s" % (key, "".join("- %s\n" % _plain(item) for item in value)))
        else:
            out.append("%s: %s\n" % (key, _plain(value)))
    return "".join(out)


def _plain(value):
    if value is None or isinstance(value, (bool, int, float, list, dict)):
        return json.dumps(value)
    is_plain = value and value[0] not in "*&!|>%@`'\"{}[]#,?:-" and ": " not in value and _scalar(value) == value
    return value if is_plain else "'%s'" % value.replace("'", "''")


def _without_comment(line):
    quote = None
    for index, char in enumerate(line):
        if quote is None and char in "'\"":
            quote = char
        elif char == quote:
            quote = None
        elif char == "#" and quote is None and (index == 0 or line[index - 1] in " \t"):
            return line[:index]
    return line


def _block(lines, indent):
    if lines[0][1].startswith("- ") or lines[0][1] == "-":
        return _sequence(lines, indent)
    mapping = {}
    while lines and lines[0][0] == indent:
        key, colon, value = lines[0][1].partition(":")
        if not colon or (value and not value.startswith(" ")):
            if len(lines) == 1 and not mapping:
                return _scalar(lines[0][1]), []
            raise ValueError("could not find expected ':' in %r" % lines[0][1])
        lines = lines[1:]
        if value.strip():
            mapping[_scalar(key)] = _scalar(value.strip())
        elif lines and (lines[0][0] > indent or (lines[0][0] == indent and lines[0][1].startswith("- "))):
            mapping[_scalar(key)], lines = _block(lines, lines[0][0])
        else:
            mapping[_scalar(key)] = None
    return mapping, lines


def _sequence(lines, indent):
    items = []
    while lines and lines[0][0] == indent and lines[0][1].startswith("-"):
        text = lines[0][1][1:].strip()
        if ": " in text and text[0] not in "'\"[{":
            inner = [(indent + 2, text)]
            lines = lines[1:]
            while lines and lines[0][0] > indent:
                inner.append((indent + 2, lines[0][1]))
                lines = lines[1:]
            items.append(_block(inner, indent + 2)[0])
        else:
            items.append(_scalar(text))
            lines = lines[1:]
    return items, lines


def _scalar(text):
    if text[:1] == "'" and text[-1:] == "'":
        return text[1:-1].replace("''", "'")
    if text[:1] == "[" and text[-1:] == "]":
        return [_scalar(part.strip()) for part in text[1:-1].split(",") if part.strip()]
    if text[:1] == '"' or text[:1] == "{":
        return json.loads(text)
    if text in ("", "~", "null", "Null"):
        return None
    if text.lower() in ("true", "yes", "on", "false", "no", "off"):
        return text.lower() in ("true", "yes", "on")
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text
