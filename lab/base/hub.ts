import { createHash } from 'node:crypto';
import { createServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { makeCertificate } from './certificate.ts';
import type { LabFault } from './faults.ts';
import { HUB_REPOS, type HubRepo } from './hub-models.ts';
import { sha256OfPath } from './remote-files.ts';

const YEARS_2 = 730;
const DEFAULT_LIMIT = 1_000;
/** Tokens that it takes; one that begins with hf_expired is a token no longer. */
const TOKEN = /^hf_[A-Za-z0-9]{10,}$/;
const EXPIRED = /^hf_expired/;
/** A token that begins so has accepted the licences. */
const ACCEPTED = /^hf_accepted/;

export interface HubReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What Hugging Face answers to `GET path`; `token` is that of the Authorization header. */
export function answerHub(
  path: string,
  o: { readonly token: string | null; readonly faults: ReadonlySet<LabFault>; readonly repos?: readonly HubRepo[] },
): HubReply {
  const { faults, token, repos = HUB_REPOS } = o;
  if (faults.has('hub-rate-limited'))
    return {
      ...failure(429, 'We had to rate limit your IP. To continue using our service, log in.'),
      headers: { 'content-type': 'application/json', ratelimit: '"api";r=0;t=42', 'ratelimit-policy': '"fixed window";"api";q=500;w=300' },
    };
  if (faults.has('hub-garbled'))
    return { status: 200, headers: { 'content-type': 'text/html' }, body: '<html><title>Log in to the network</title></html>' };
  if (token !== null && (!TOKEN.test(token) || EXPIRED.test(token))) return failure(401, 'Invalid credentials in Authorization header');
  const url = new URL(path, 'https://huggingface.co');
  if (url.pathname === '/api/models') return search(url.searchParams, repos);
  const [, id = '', rest = ''] = /^\/api\/models\/([^/]+\/[^/]+)(\/auth-check|\/tree\/main)?$/.exec(url.pathname) ?? [];
  if (id === '') return failure(404, 'Sorry, we can’t find the page you are looking for.');
  // A repository that was renamed.
  if (id === 'runwayml/stable-diffusion-v1-5')
    return { status: 307, headers: { location: `/api/models/stable-diffusion-v1-5/stable-diffusion-v1-5${url.search}` }, body: '' };
  if (id === 'lab-moved/elsewhere')
    return { status: 302, headers: { location: 'https://elsewhere.example/api/models/lab-moved/elsewhere' }, body: '' };
  const repo = repos.find((known) => known.id === id);
  if (repo === undefined) return failure(token === null ? 401 : 404, 'Repository not found', 'RepoNotFound');
  if (rest === '/tree/main') return json(repo.files.map(treeEntry));
  if (rest === '/auth-check') {
    if (repo.gated === false) return json({});
    const isIn = token !== null && ACCEPTED.test(token);
    return isIn ? json({}) : failure(token === null ? 401 : 403, `Access to model ${id} is restricted.`, 'GatedRepo');
  }
  return json(documentOf(repo, { hasFiles: true, hasSizes: url.searchParams.get('blobs') === 'true', hasCard: true }));
}

const json = (document: unknown, headers: Readonly<Record<string, string>> = {}): HubReply => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(document),
});

const failure = (status: number, message: string, code?: string): HubReply => ({
  status,
  headers: {
    'content-type': 'application/json; charset=utf-8',
    'x-error-message': message.replaceAll('’', "'"),
    ...(code === undefined ? {} : { 'x-error-code': code }),
  },
  body: JSON.stringify({ error: message }),
});

function search(query: URLSearchParams, repos: readonly HubRepo[]): HubReply {
  const words = (query.get('search') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const tags = query.getAll('filter');
  const found = repos
    .filter(
      (repo) =>
        words.every((word) => repo.id.toLowerCase().includes(word)) &&
        tags.every((tag) => repo.tags.includes(tag) || repo.pipeline === tag),
    )
    .toSorted((a, b) => b.downloads - a.downloads);
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  const isFull = query.get('full') === 'true';
  return json(
    found.slice(0, limit).map((repo) => documentOf(repo, { hasFiles: isFull, hasSizes: false, hasCard: false })),
    found.length > limit ? { link: `<https://huggingface.co/api/models?${query}&cursor=eyJ9>; rel="next"` } : {},
  );
}

function documentOf(repo: HubRepo, o: { readonly hasFiles: boolean; readonly hasSizes: boolean; readonly hasCard: boolean }) {
  const { id, tags, licence, licenceName } = repo;
  return {
    _id: createHash('sha1').update(id).digest('hex').slice(0, 24),
    id,
    modelId: id,
    author: id.split('/')[0],
    sha: createHash('sha1').update(`${id} main`).digest('hex'),
    lastModified: repo.updated,
    createdAt: repo.updated,
    private: false,
    disabled: false,
    gated: repo.gated,
    downloads: repo.downloads,
    likes: repo.likes,
    ...(repo.library === null ? {} : { library_name: repo.library }),
    ...(repo.pipeline === null ? {} : { pipeline_tag: repo.pipeline }),
    tags: [...tags, ...(licence === null ? [] : [`license:${licence}`]), 'region:us'],
    ...(o.hasCard && licence !== null
      ? { cardData: { license: licence, ...(licenceName === undefined ? {} : { license_name: licenceName, license_link: 'LICENSE.md' }) } }
      : {}),
    ...(o.hasFiles
      ? {
          siblings: repo.files.map(([path, bytes]) => ({
            rfilename: path,
            ...(o.hasSizes
              ? {
                  blobId: sha256OfPath(path).slice(0, 40),
                  size: bytes,
                  ...(bytes > 10e6 ? { lfs: { sha256: sha256OfPath(path), size: bytes, pointerSize: 135 } } : {}),
                }
              : {}),
          })),
        }
      : {}),
  };
}

const treeEntry = ([path, bytes]: HubRepo['files'][number]) => ({
  type: 'file',
  oid: sha256OfPath(path).slice(0, 40),
  size: bytes,
  path,
  ...(bytes > 10e6 ? { lfs: { oid: sha256OfPath(path), size: bytes, pointerSize: 135 } } : {}),
});

export interface LabHub {
  /** A port of this computer's loopback interface. */
  readonly port: number;
  /** PEM of the authority that signed its certificate. */
  readonly authority: string;
  close(): Promise<void>;
}

/** Hugging Face's API over TLS on this computer; `hostName` is where it listens and what its certificate is for. */
export async function startLabHub(o: {
  readonly faults: ReadonlySet<LabFault>;
  readonly hostName?: string;
  readonly repos?: readonly HubRepo[];
}): Promise<LabHub> {
  const hostName = o.hostName ?? '127.0.0.1';
  const authority = await makeCertificate({ commonName: 'Ada Lab Hub Authority', names: [], days: YEARS_2, isAuthority: true });
  const own = await makeCertificate({ commonName: 'hub.lab', names: [hostName], days: YEARS_2, issuer: authority });
  const sockets = new Set<Duplex>();
  // This computer has no way there, while the host may have one.
  const isOutOfReach = (): boolean => o.faults.has('hub-unreachable-here') || o.faults.has('hugging-face-unreachable');
  const server = createServer({ cert: own.certificate, key: own.privateKey }, (request, response) => {
    if (isOutOfReach()) {
      request.socket.destroy();
      return;
    }
    const token = /^Bearer (.{1,200})$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
    const { status, headers, body } = answerHub(request.url ?? '/', { token, ...o });
    response.writeHead(status, headers).end(body);
  });
  server.on('connection', (socket) => {
    if (isOutOfReach()) socket.destroy();
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, hostName, resolve));
  const address = server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    authority: authority.certificate,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
