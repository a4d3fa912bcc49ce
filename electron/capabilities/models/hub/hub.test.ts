import { describe, expect, it } from 'vitest';
import type { HubRoute } from '../../../../shared/capabilities/models/hub-contract.ts';
import { panelError, toPanelError } from '../../../../shared/errors.ts';
import { RECORD_SEPARATOR } from '../../../../shared/host-scripts/index.ts';
import { secretsInMemory } from '../../../testing/secrets-in-memory.ts';
import { type HubRequest, type HubSite, openHostChannel, readHostReply } from './channel.ts';
import { createHub } from './hub.ts';
import type { HubReply } from './hub-reply.ts';

const TOKEN = 'hf_averysecrettoken';
const ok = (document: unknown, headers: HubReply['headers'] = {}): HubReply => ({ status: 200, headers, body: JSON.stringify(document) });
const site = (origin: string): HubSite => ({ origin, trust: { kind: 'system' }, connectTo: null });
const outOfReach = () => panelError({ code: 'hub-unreachable', layer: 'network', message: 'unreachable', hint: '', retryable: true });

type Answer = (request: HubRequest, from: 'computer' | 'host') => HubReply | Promise<HubReply>;

/** A search whose server answers by `answer`; what it was asked is written down. */
function hubOf(answer: Answer, route: HubRoute = 'auto') {
  const asked: { from: string; origin: string; path: string; token: string | null }[] = [];
  const at = { site: site('https://huggingface.co'), route, nowMs: 1_000_000 };
  const hub = createHub({
    site: () => at.site,
    route: () => at.route,
    tokens: secretsInMemory(),
    now: () => at.nowMs,
    openChannel: (from, { origin }) => ({
      from,
      close: () => {},
      request: async (request) => {
        asked.push({ from, origin, path: request.path, token: request.token });
        return answer(request, from);
      },
    }),
  });
  return { hub, asked, at };
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (thrown: unknown) => toPanelError(thrown),
  );
const WORDS = { text: 'sd xl & more', kind: 'image', limit: 30 } as const;

describe('search of Hugging Face', () => {
  it('asks for words, kind and number, the most downloaded first', async () => {
    const { hub, asked } = hubOf(() => ok([{ id: 'a/b' }], { link: '<https://huggingface.co/api/models?cursor=x>; rel="next"' }));
    expect(await hub.search(WORDS)).toMatchObject({ from: 'computer', models: [{ id: 'a/b' }], hasMore: true });
    expect(asked[0]?.path).toBe('/api/models?search=sd+xl+%26+more&sort=downloads&direction=-1&limit=30&full=true&filter=text-to-image');
  });

  it('through the host where this computer has no way, and stays there for a minute', async () => {
    const { hub, asked, at } = hubOf((_, from) => {
      if (from === 'computer') throw outOfReach();
      return ok([]);
    });
    expect(await hub.search(WORDS)).toMatchObject({ from: 'host' });
    await hub.search(WORDS);
    at.nowMs += 61_000;
    await hub.search(WORDS);
    expect(asked.map(({ from }) => from)).toEqual(['computer', 'host', 'host', 'computer', 'host']);
  });

  it('a way that is set is the only one', async () => {
    const { hub, asked } = hubOf(() => {
      throw outOfReach();
    }, 'computer');
    expect(await codeOf(hub.search(WORDS))).toMatchObject({ code: 'hub-unreachable' });
    expect(asked).toHaveLength(1);
  });

  it('a token goes to its own server alone, also after the address was changed', async () => {
    const { hub, asked, at } = hubOf(() => ok([]));
    hub.setToken(TOKEN);
    await hub.search(WORDS);
    at.site = site('https://mirror.example');
    expect(hub.hasToken()).toBe(false);
    await hub.search(WORDS);
    at.site = site('https://huggingface.co');
    expect(hub.setToken(null)).toBe(false);
    await hub.search(WORDS);
    expect(asked.map(({ origin, token }) => [origin, token])).toEqual([
      ['https://huggingface.co', TOKEN],
      ['https://mirror.example', null],
      ['https://huggingface.co', null],
    ]);
  });

  it('a token goes to its own server alone, also where the address is changed while a model is read', async () => {
    const { hub, asked, at } = hubOf(({ path }) => {
      at.site = site('https://mirror.example');
      if (path.startsWith('/api/models/old/name')) return { status: 307, headers: { location: '/api/models/a/b?blobs=true' }, body: '' };
      return ok({ id: 'a/b', gated: 'auto', siblings: [{ rfilename: 'x.safetensors' }] });
    });
    at.site = site('https://mirror.example');
    hub.setToken('hf_ofthemirror');
    at.site = site('https://huggingface.co');
    hub.setToken(TOKEN);
    expect(await hub.model('old/name')).toMatchObject({ site: 'https://huggingface.co', access: 'granted' });
    expect(asked.map(({ path }) => path.split('?')[0])).toEqual([
      '/api/models/old/name',
      '/api/models/a/b',
      '/api/models/a/b/tree/main',
      '/api/models/a/b/auth-check',
    ]);
    for (const { origin, token } of asked) expect([origin, token]).toEqual(['https://huggingface.co', TOKEN]);
  });

  it('follows a renamed repository, never a redirect to another server', async () => {
    const moved = (location: string): HubReply => ({ status: 307, headers: { location }, body: '' });
    const renamed = hubOf(({ path }) =>
      path.startsWith('/api/models/old/name')
        ? moved('/api/models/new/name?blobs=true')
        : ok({ id: 'new/name', gated: false, siblings: [] }),
    );
    expect(await renamed.hub.model('old/name')).toMatchObject({ model: { id: 'new/name' }, access: 'open' });
    const away = hubOf(() => moved('https://elsewhere.example/api/models/a/b'));
    away.hub.setToken(TOKEN);
    expect(await codeOf(away.hub.model('a/b'))).toMatchObject({ code: 'hub-redirects' });
    expect(away.asked).toHaveLength(1);
    const circle = hubOf(() => moved('/api/models/a/b'));
    expect(await codeOf(circle.hub.model('a/b'))).toMatchObject({ code: 'hub-redirects' });
  });

  it('a new search ends the one before it', async () => {
    let release = (): void => {};
    const { hub } = hubOf(({ path }) =>
      path.includes('first')
        ? new Promise<HubReply>((resolve) => {
            release = () => resolve(ok([]));
          })
        : ok([{ id: 'a/b' }]),
    );
    const first = codeOf(hub.search({ ...WORDS, text: 'first' }));
    const second = await hub.search({ ...WORDS, text: 'second' });
    release();
    expect(await first).toMatchObject({ code: 'hub-cancelled' });
    expect(second.models).toHaveLength(1);
  });

  it.each([
    [{ status: 401, headers: {}, body: '{}' }, TOKEN, 'hub-token-refused'],
    [{ status: 401, headers: {}, body: '{}' }, null, 'hub-token-needed'],
    [{ status: 503, headers: {}, body: '' }, null, 'hub-failed'],
    [{ status: 200, headers: {}, body: '<html>' }, null, 'hub-garbled'],
    [{ status: 200, headers: {}, body: '{}' }, null, 'hub-garbled'],
  ])('%j with the token %s: %s', async (reply, token, code) => {
    const { hub } = hubOf(() => reply);
    hub.setToken(token);
    expect((await codeOf(hub.search(WORDS)))?.code).toBe(code);
  });

  it('a limit says when it ends', async () => {
    const { hub, at } = hubOf(() => ({ status: 429, headers: { ratelimit: '"api";r=0;t=55' }, body: '{}' }));
    expect(await codeOf(hub.search(WORDS))).toMatchObject({
      code: 'hub-rate-limited',
      message: 'Hugging Face limits the number of requests.',
      facts: { retryAt: String(at.nowMs + 55_000) },
    });
  });

  it('no repository of the name', async () => {
    const { hub } = hubOf(() => ({ status: 401, headers: { 'x-error-code': 'RepoNotFound' }, body: '{}' }));
    expect(await codeOf(hub.model('a/b'))).toMatchObject({ code: 'hub-not-found', message: 'Hugging Face has no public model a/b.' });
  });

  it('whether the licence of a gated repository was accepted', async () => {
    const { hub } = hubOf(({ path, token }) => {
      if (!path.endsWith('/auth-check')) return ok({ id: 'a/b', gated: 'auto', siblings: [] });
      return { status: token === TOKEN ? 200 : 403, headers: {}, body: '{}' };
    });
    expect((await hub.model('a/b')).access).toBe('token-needed');
    hub.setToken('hf_another');
    expect((await hub.model('a/b')).access).toBe('not-granted');
    hub.setToken(TOKEN);
    expect((await hub.model('a/b')).access).toBe('granted');
  });

  it('sizes from the tree where the page leaves them out', async () => {
    const { hub } = hubOf(({ path }) =>
      path.includes('/tree/')
        ? ok([{ type: 'file', path: 'x.safetensors', size: 12 }])
        : ok({ id: 'a/b', gated: false, siblings: [{ rfilename: 'x.safetensors' }] }),
    );
    expect((await hub.model('a/b')).offers).toMatchObject([{ bytes: 12 }]);
  });
});

describe('through the host', () => {
  const hostThatPrints = (stdout: string, exitCode = 0) => {
    const runs: { argv: readonly string[]; stdin: string }[] = [];
    return {
      runs,
      exec: async (argv: readonly string[], options?: { readonly stdin?: string | Buffer }) => {
        runs.push({ argv, stdin: String(options?.stdin ?? '') });
        return { exitCode, signal: null, stdout, stderr: '', elapsedMs: 1, truncated: false };
      },
    };
  };
  const request = { path: '/api/models?search=x', token: TOKEN, signal: new AbortController().signal };

  it('address and token go to curl by standard input, not by its arguments', async () => {
    const host = hostThatPrints(`HTTP/2 200 \r\nX-Test: 1\r\n\r\n${RECORD_SEPARATOR}\n[]\n${RECORD_SEPARATOR}\n0\n`);
    const reply = await openHostChannel(site('https://huggingface.co'), host).request(request);
    expect(reply).toEqual({ status: 200, headers: { 'x-test': '1' }, body: '[]' });
    expect(host.runs[0]?.stdin).toBe(`url = "https://huggingface.co/api/models?search=x"\nheader = "Authorization: Bearer ${TOKEN}"\n`);
    expect(host.runs[0]?.argv.join(' ')).not.toContain(TOKEN);
  });

  it('cancelling ends the command on the host', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const host: Parameters<typeof openHostChannel>[1] = {
      exec: (_argv, options) =>
        new Promise((_resolve, reject) => {
          signals.push(options?.signal);
          options?.signal?.addEventListener('abort', () => reject(options.signal?.reason));
        }),
    };
    const hub = createHub({
      site: () => site('https://huggingface.co'),
      route: () => 'host',
      tokens: secretsInMemory(),
      now: () => 0,
      openChannel: (_from, to) => openHostChannel(to, host),
    });
    const search = codeOf(hub.search(WORDS));
    await expect.poll(() => signals.length).toBe(1);
    hub.cancelSearch();
    expect(await search).toMatchObject({ code: 'hub-cancelled' });
    expect(signals[0]?.aborted).toBe(true);
  });

  it.each([
    ['6\ncurl: (6) Could not resolve host', 0, 'hub-unreachable'],
    ['60\ncurl: (60) SSL certificate problem', 0, 'hub-certificate-unknown'],
    ['', 12, 'hub-tools-missing'],
  ])('curl that ends with %j, exit code %d: %s', async (end, exitCode, code) => {
    const host = hostThatPrints(`${RECORD_SEPARATOR}\n\n${RECORD_SEPARATOR}\n${end}`, exitCode);
    expect((await codeOf(openHostChannel(site('https://huggingface.co'), host).request(request)))?.code).toBe(code);
  });

  it('the answer of a proxy comes before that of the server', () => {
    const head = 'HTTP/1.1 200 Connection established\r\nVia: proxy\r\n\r\nHTTP/2 429 \r\nretry-after: 3\r\n\r\n';
    expect(readHostReply(`${head}${RECORD_SEPARATOR}\n{}\n${RECORD_SEPARATOR}\n0\n`).reply).toEqual({
      status: 429,
      headers: { 'retry-after': '3' },
      body: '{}',
    });
  });
});
