/** Stands where a secret was. */
const GONE = '…';

/** Query parameters, header names and JSON fields whose value is a secret. */
const SECRET_NAMES =
  'access[_-]?token|refresh[_-]?token|id[_-]?token|auth[_-]?token|token|api[_-]?key|apikey|x-api-key|key|secret|client[_-]?secret|password|passwd|passphrase|pwd|signature|sig|x-amz-[a-z-]{1,40}|key-pair-id|policy|hf[_-]?token|civitai[_-]?token|authorization|credential';

/** `?token=…`, `&sig=…` in addresses. */
const IN_QUERY = new RegExp(`([?&;](?:${SECRET_NAMES})=)[^&\\s"'<>#]+`, 'gi');
/** `https://user:password@host`. */
const USERINFO = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^/@\s"'<>?#]{1,500}@/gi;
/** `Authorization: Bearer …`, `Cookie: …`, also with quotes around name and value as Python and JSON print them. */
const HEADER =
  /\b((?:proxy-)?authorization|x-api-key|api-key|x-auth-token|private-token|x-goog-api-key)(["']?[ \t]{0,4}[:=][ \t]{0,4}["']?)(?:(bearer|basic|token|digest|negotiate|apikey)[ \t]{1,4})?[^\s"',;]+/gi;
const COOKIE = /\b((?:set-)?cookie["']?[ \t]{0,4}:[ \t]{0,4}["']?)[^"'\r\n]+/gi;
const BEARER = /\b(bearer[ \t]{1,4})[A-Za-z0-9._~+/=-]{6,}/gi;
/** `"access_token": "…"`, `'token': '…'`. */
const FIELD = new RegExp(`(["'](?:${SECRET_NAMES})["'][ \\t]{0,4}:[ \\t]{0,4})(?:"(?:[^"\\\\]|\\\\.)*"?|'(?:[^'\\\\]|\\\\.)*'?)`, 'gi');
/** Tokens that are known by their form: Hugging Face, OpenAI, GitHub, GitLab, AWS. */
const KNOWN = /(?<![A-Za-z0-9_-])(hf_|sk-(?:proj-|ant-)?|gh[pousr]_|github_pat_|glpat-|AKIA|ASIA)[A-Za-z0-9_-]{8,}/g;
/** A JSON web token. It can only begin where a word does, so that no run is read twice. */
const WEB_TOKEN = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}/g;

/** Whether a pattern below can match: most log lines hold none of these words. */
const IS_SUSPECT =
  /token|key|secret|passw|pwd|passphrase|sig|policy|authorization|cookie|bearer|credential|amz-|:\/\/|hf_|sk-|gh[pousr]_|github_pat_|glpat-|AKIA|ASIA|eyJ/i;

/**
 * A text without tokens, passwords and signatures: in addresses (query and userinfo), headers, JSON fields, and known by their
 * form. What names the secret stays, so that the text can still be read. Linear. The only such function of the project.
 */
export function redactSecrets(text: string): string {
  if (!IS_SUSPECT.test(text)) return text;
  let left = text;
  if (left.includes('://')) left = left.replace(USERINFO, `$1${GONE}@`);
  if (left.includes('=')) left = left.replace(IN_QUERY, `$1${GONE}`);
  if (left.includes(':') || left.includes('='))
    left = left
      .replace(
        HEADER,
        (_all, name: string, middle: string, scheme?: string) => `${name}${middle}${scheme === undefined ? '' : `${scheme} `}${GONE}`,
      )
      .replace(COOKIE, `$1${GONE}`);
  if (left.includes('"') || left.includes("'")) left = left.replace(FIELD, `$1"${GONE}"`);
  return left.replace(BEARER, `$1${GONE}`).replace(KNOWN, `$1${GONE}`).replace(WEB_TOKEN, `eyJ${GONE}`);
}
