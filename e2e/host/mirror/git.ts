import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { must } from '../image.ts';

const STAND_IN = join(dirname(fileURLToPath(import.meta.url)), 'stand-ins', 'comfyui');
/** Tag and version of the front end that its requirements name. */
export const COMFYUI_TAGS = { 'v0.3.64': '1.27.10', 'v0.3.65': '1.28.7' } as const;
const BRANCH = 'master';
/** The same commits on every computer, whatever its own settings of git. */
const ENVIRONMENT = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'tests',
  GIT_AUTHOR_EMAIL: 'tests@localhost',
  GIT_COMMITTER_NAME: 'tests',
  GIT_COMMITTER_EMAIL: 'tests@localhost',
  GIT_AUTHOR_DATE: '2025-10-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2025-10-01T00:00:00Z',
};

/** Makes FOLDER/ComfyUI.git of the stand-in, with one commit and tag a version. */
export function makeRepositories(folder: string): void {
  const gitFolder = join(folder, 'ComfyUI.git');
  const work = join(folder, 'work');
  mkdirSync(work, { recursive: true });
  const git = (...args: readonly string[]): void =>
    void must('git', [`--git-dir=${gitFolder}`, `--work-tree=${work}`, ...args], { env: ENVIRONMENT });
  git('init', '-q', `--initial-branch=${BRANCH}`);
  for (const [tag, frontend] of Object.entries(COMFYUI_TAGS)) {
    for (const name of readdirSync(STAND_IN)) {
      if (name.startsWith('__')) continue;
      cpSync(join(STAND_IN, name), join(work, name));
    }
    for (const name of ['comfyui_version.py', 'requirements.txt']) {
      const text = readFileSync(join(STAND_IN, name), 'utf8');
      writeFileSync(join(work, name), text.replace('@VERSION@', tag.slice(1)).replace('@FRONTEND@', frontend));
    }
    git('add', '-A');
    git('commit', '-q', '-m', `ComfyUI ${tag}`);
    git('tag', tag);
  }
  rmSync(work, { recursive: true });
}

type Send = (body: AsyncIterable<Buffer>, length: number | null) => Promise<void>;

/** Answers as a forge does, by git's own CGI program (git-http-backend(1)), so that shallow clones work too. */
export async function answerGit(folder: string, request: IncomingMessage, response: ServerResponse, send: Send): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://mirror');
  const program = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      ...ENVIRONMENT,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: url.pathname.slice('/git'.length),
      QUERY_STRING: url.search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: [request.headers['git-protocol'] ?? ''].flat().join(''),
      ...(request.headers['content-length'] === undefined ? {} : { CONTENT_LENGTH: request.headers['content-length'] }),
    },
  });
  // Whoever goes away in the middle ends the program.
  response.once('close', () => program.kill());
  program.stdin.once('error', () => undefined);
  request.pipe(program.stdin);
  await send(afterHeader(program.stdout, response), null);
}

const HEADER_END = '\r\n\r\n';

/** The body of a CGI reply, whose header goes into the response. */
async function* afterHeader(output: AsyncIterable<Buffer>, response: ServerResponse): AsyncGenerator<Buffer> {
  let start: Buffer | null = Buffer.alloc(0);
  for await (const chunk of output) {
    if (start === null) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    const end = start.indexOf(HEADER_END);
    if (end < 0) continue;
    for (const line of start.subarray(0, end).toString('latin1').split('\r\n')) {
      const colon = line.indexOf(':');
      const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
      if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    const body = start.subarray(end + HEADER_END.length);
    start = null;
    if (body.length > 0) yield body;
  }
}
