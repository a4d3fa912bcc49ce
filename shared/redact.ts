/** Replaces a secret. */
const GONE = '…';

/** Names of secrets, with any prefix: HF_TOKEN, --civitai-api-key, accessToken, aws_secret_access_key. */
const SECRET_WORDS =
  'token|api[_-]?key|secret|password|passwd|passphrase|credential|(?:access|secret|private|auth|account|signing|encryption)[_-]?key';
/** Names that are those of secrets only in an address or as a whole field: alone they mean other things as well. */
const SECRET_NAMES = `${SECRET_WORDS}|authorization|key|pwd|auth|jwt|sid|session(?:[_-]?id)?|signature|sig|sas|x-(?:amz|goog)-[a-z-]{1,40}|key-pair-id|policy`;
const HEADERS =
  '(?:proxy-)?authorization|api-key|private-token|x-[a-z]{1,20}(?:-[a-z]{1,20}){0,3}-(?:key|token|secret)|x-(?:key|token|secret)';

/** `?token=…`, `&sig=…`, `#session=…` in addresses. */
const IN_QUERY = new RegExp(`([?&;#](?:${SECRET_NAMES})=)[^&\\s"'<>#]+`, 'gi');
/** To a shell, what follows a quote is of the same word. */
const QUOTED = `(?:"[^"\\n]*"?|'[^'\\n]*'?)`;
/** `HF_TOKEN=…`, `--password=…`, `token="…"`, `API_TOKENS=…`, also percent-encoded. Text that begins with `<` is a placeholder, `tokens=77` a number. */
const ASSIGNED = new RegExp(
  `((?:${SECRET_WORDS})(?:=|%3D|s(?:=|%3D)(?!\\d{1,9}(?![A-Za-z0-9_-]))))(?:${QUOTED}[^\\s"'&<>#;,)}\\]]*|[^\\s"'&<>#;,)}\\]]+)`,
  'gi',
);
/** `DB_PASS=…` of an environment; other programs mean other things by `pass`. */
const VARIABLE = new RegExp(`(\\b[A-Z][A-Z0-9_]{0,60}_(?:PASS|PWD)=)(?:${QUOTED}[^\\s"']*|[^\\s"'<]+)`, 'g');
/** `--api-key …`, also on the next line of a command. */
const OPTION = new RegExp(
  `(--(?:[a-z0-9]{1,20}[_-]){0,4}(?:${SECRET_WORDS})(?:[ \\t]{0,4}\\\\\\n[ \\t]{0,40}|[ \\t]{1,4}))(?!-)(?:${QUOTED}[^\\s"']*|[^\\s"']+)`,
  'gi',
);
/** `-u user:password`, as curl takes it. */
const LOGIN_OPTION = /((?:^|\s)(?:-u|--(?:proxy-)?user)[ \t=]{1,2}[^\s:"']{1,100}:)[^\s"']+/g;
/** `api_key: …` as YAML and logs write it: a long word with a digit in it. */
const AFTER_COLON = new RegExp(`((?:${SECRET_WORDS}):[ \\t]{1,4})(?=[^\\s"']{0,200}\\d)[A-Za-z0-9._~+/=-]{8,}`, 'gi');
/** `https://user:password@host`, also percent-encoded. */
const USERINFO = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^/\s"'<>?#]{1,500}@/gi;
const ENCODED_USERINFO = /(%3A%2F%2F)(?:(?!%2F|%40|%3A%2F)[^\s"'<>/&?#]){1,500}%40/gi;
/** `Authorization: Bearer …`, `Cookie: …`, also with quotes around name and value as Python and JSON print them. */
const HEADER = new RegExp(
  `\\b(${HEADERS})(["']?[ \\t]{0,4}[:=][ \\t]{0,4}(?:b?["'])?)(?:(bearer|basic|token|digest|negotiate|apikey)[ \\t]{1,4})?[^\\s"',;]+`,
  'gi',
);
/** `(b'authorization', b'Bearer …')`. */
const HEADER_PAIR = new RegExp(`\\b((?:${HEADERS}|(?:set-)?cookie)(["'])[ \\t]{0,4},[ \\t]{0,4}b?["'])[^"'\\r\\n]+`, 'gi');
const COOKIE = /\b((?:set-)?cookie["']?[ \t]{0,4}:[ \t]{0,4}(?:b?["'])?)[^"'\r\n]+/gi;
const BEARER = /\b(bearer[ \t]{1,4})[A-Za-z0-9._~+/=-]{6,}/gi;
const FIELD_VALUE = `[ \\t]{0,4}:[ \\t]{0,4}b?)(?:"(?!<)(?:[^"\\\\]|\\\\.)*"?|'(?!<)(?:[^'\\\\]|\\\\.)*'?)`;
/** `"access_token": "…"`, `'hf_token': '…'`, `"sig": "…"`. */
const FIELD = new RegExp(`((?:(?:${SECRET_WORDS})|["'](?:${SECRET_NAMES}))["']${FIELD_VALUE}`, 'gi');
/** The same in a text within a text: `\"token\": \"…\"`, where a quote in the value has more backslashes. */
const ESCAPED_FIELD = new RegExp(
  `((?:${SECRET_WORDS})\\\\{1,3}["'][ \\t]{0,4}:[ \\t]{0,4}\\\\{1,3}["'])(?:[^"'\\\\]|\\\\{2,7}["']|\\\\(?!["']))+`,
  'gi',
);
/** Tokens that are known by their form: Hugging Face, OpenAI, GitHub, GitLab, AWS, npm, Slack, Google, Stripe. */
const KNOWN =
  /(?<![A-Za-z0-9_-])(hf_|sk-(?:proj-|ant-)?|[sr]k_(?:live|test)_|gh[pousr]_|github_pat_|glpat-|AKIA|ASIA|AIza|npm_|xox[abprs]-)[A-Za-z0-9_-]{8,}/g;
/** A JSON web token. It can only begin where a word does, so that no run is read twice. */
const WEB_TOKEN = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}/g;
const PRIVATE_KEY = /(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)[^-…][^-]*(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/g;

/** Whether a pattern below can match: most log lines hold none of these words. */
const IS_SUSPECT =
  /token|key|secret|passw|pwd|passphrase|sig|policy|auth|jwt|sid=|session|sas=|_pass=|cookie|bearer|credential|amz-|goog-|:\/\/|%3A%2F%2F|-u |--user|--proxy-user|hf_|sk-|[sr]k_|gh[pousr]_|github_pat_|glpat-|AKIA|ASIA|AIza|npm_|xox|eyJ|PRIVATE/i;

/**
 * A text without tokens, passwords, signatures and private keys: in addresses (query and userinfo), headers, fields, settings and
 * options of programs, and known by their form. What names the secret stays, so that the text can still be read. Linear. The only such
 * function of the project.
 */
export function redactSecrets(text: string): string {
  if (!IS_SUSPECT.test(text)) return text;
  let left = text;
  if (left.includes('-----BEGIN ')) left = left.replace(PRIVATE_KEY, `$1${GONE}`);
  if (left.includes('://')) left = left.replace(USERINFO, `$1${GONE}@`);
  if (left.includes('%')) left = left.replace(ENCODED_USERINFO, `$1${GONE}%40`);
  if (left.includes(':') || left.includes('='))
    left = left
      .replace(
        HEADER,
        (_all, name: string, middle: string, scheme?: string) => `${name}${middle}${scheme === undefined ? '' : `${scheme} `}${GONE}`,
      )
      .replace(COOKIE, `$1${GONE}`);
  if (left.includes('"') || left.includes("'"))
    left = left.replace(HEADER_PAIR, `$1${GONE}`).replace(ESCAPED_FIELD, `$1${GONE}`).replace(FIELD, `$1"${GONE}"`);
  if (left.includes('=') || left.includes('%'))
    left = left.replace(IN_QUERY, `$1${GONE}`).replace(ASSIGNED, `$1${GONE}`).replace(VARIABLE, `$1${GONE}`);
  if (left.includes('-')) left = left.replace(OPTION, `$1${GONE}`).replace(LOGIN_OPTION, `$1${GONE}`);
  if (left.includes(':')) left = left.replace(AFTER_COLON, `$1${GONE}`);
  return left.replace(BEARER, `$1${GONE}`).replace(KNOWN, `$1${GONE}`).replace(WEB_TOKEN, `eyJ${GONE}`);
}

/** Patterns whose first group is what stays. */
const PREFIXED: readonly RegExp[] = [
  USERINFO,
  ENCODED_USERINFO,
  HEADER,
  COOKIE,
  HEADER_PAIR,
  ESCAPED_FIELD,
  FIELD,
  IN_QUERY,
  ASSIGNED,
  VARIABLE,
  OPTION,
  LOGIN_OPTION,
  AFTER_COLON,
  BEARER,
];
const SCHEME = /^[\s:="']*(?:b["'])?(?:bearer|basic|token|digest|negotiate|apikey)?[ \t]+/i;

/** The secrets that {@link redactSecrets} removes from a text, as far as they are words of their own. */
export function secretsIn(text: string): readonly string[] {
  if (!IS_SUSPECT.test(text)) return [];
  const found = new Set<string>();
  const take = (value: string): void => {
    const bare = value.replace(SCHEME, '').replace(/^[\s:="'\\]+|[\s"'\\@]+$/g, '');
    if (bare !== '' && !bare.includes(GONE)) found.add(bare);
  };
  for (const pattern of PREFIXED) {
    for (const match of text.matchAll(pattern)) {
      const value = match[0].slice(match[1]?.length ?? 0);
      take(value);
      // A name and its password, and the values of several cookies.
      const colon = value.indexOf(':');
      if (pattern === USERINFO && colon >= 0) take(value.slice(colon + 1));
      if (pattern === COOKIE || pattern === HEADER_PAIR) for (const part of value.split(';')) take(part.slice(part.indexOf('=') + 1));
    }
  }
  for (const pattern of [KNOWN, WEB_TOKEN]) for (const match of text.matchAll(pattern)) take(match[0]);
  for (const match of text.matchAll(PRIVATE_KEY)) for (const line of match[0].split(/\n|\\n/)) if (!line.includes('-----')) take(line);
  return [...found];
}
