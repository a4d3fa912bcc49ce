/**
 * Bytes of a request log that are read at once. An answer holds up to two of these, that of PATH.1 and that of PATH, with a `=` before each line,
 * and must fit into the 32 MiB of readHost also where every line is empty.
 */
export const REQUEST_CHUNK_BYTES = 7 * 1024 * 1024;
/** How far back from its end a log is read that was not read before. */
export const REQUEST_START_BYTES = 64 * 1024 * 1024;
export const MAX_REQUEST_LINE_CHARS = 1_000;

/**
 * Goes through whole lines and prints `=LINE` of each that is no poll of the status and not older than `since` (a time in ISO 8601 is compared by the panel), `#first TIME` of the first of any
 * kind, and `#end OFFSET`: the end of the last whole line. A line that is being written ends without its brace and is left for the next time.
 */
const LINES = [
  'function v(k, i, s) { i = index($0, "\\"" k "\\":"); if (!i) return ""; s = substr($0, i + length(k) + 3, 40); sub(/[,}].*/, "", s); gsub(/[" ]/, "", s); return s }',
  'function flush() { if (p != "") print p; p = "" }',
  '{ flush(); d = n; n += length($0) + 1; whole = /}[ \\t\\r]*$/; t = v("ts"); if (NR == 1) printf "#first %.40s\\n", t',
  'u = t ~ /^[0-9.]+$/ ? t + 0 : 0; if (u > 100000000000) u = u / 1000; if (index($0, "\\"/v1/gateway/status\\"") || (u > 0 && u < since)) p = ""',
  `else p = "=" substr($0, 1, ${MAX_REQUEST_LINE_CHARS}) }`,
  'END { if (whole) { flush(); d = n } if (d == 0 && n >= len) d = len; printf "#end %.0f\\n", from + d }',
].join('\n');

/**
 * Shell functions for the request `requests PATH ID OFFSET MINUTES` of hostRead: the lines of a gateway's request log behind an offset, at most
 * REQUEST_CHUNK_BYTES of it. ID is what `#id` told last, 0 at the beginning; a log that was rotated or truncated has another one: then the rest of
 * PATH.1 comes first, where it is the one that was read, and `#new` before the lines of the new file; `#lost` where it is not. `#size` is the size of the file.
 */
export const READ_REQUESTS = [
  'lid() { head -c 400 -- "$1" 2>/dev/null | head -n 1 | cksum | cut -d " " -f 1; }',
  'lsize() { n=$(wc -c <"$1"); echo $((n)); }',
  `chunk() { tail -c "+$(($2 + 1))" -- "$1" | head -c ${REQUEST_CHUNK_BYTES} | awk -v "since=$since" -v "from=$2" -v "len=${REQUEST_CHUNK_BYTES}" '${LINES}' | tr -d "\\036"; }`,
  'rlog() { f=$1; o=$3; since=$(($(date +%s) - $4 * 60)); id=$(lid "$f"); size=$(lsize "$f")',
  `if [ "$2" = 0 ]; then o=0; if [ "$size" -gt ${REQUEST_START_BYTES} ]; then o=$((size - ${REQUEST_START_BYTES})); elif [ -f "$f.1" ] && [ -r "$f.1" ]; then m=$(lsize "$f.1"); b=$((m - ${REQUEST_CHUNK_BYTES})); [ "$b" -gt 0 ] || b=0; chunk "$f.1" "$b"; echo "#new"; fi`,
  'elif [ "$2" != "$id" ] || [ "$o" -gt $((size + 1)) ]; then if [ -f "$f.1" ] && [ -r "$f.1" ] && [ "$(lid "$f.1")" = "$2" ]; then chunk "$f.1" "$o"; echo "#new"; else echo "#lost"; fi; o=0; fi',
  'echo "#id $id"; echo "#size $size"; chunk "$f" "$o"; }',
].join('\n');
