import { plainText } from '../../../../shared/plain-text.ts';
import type { HostAnswers, ReadRequest } from '../../../foundation/host-reader/answers.ts';
import { readFileRequest, readFileState, readStatRequest } from '../../../foundation/host-reader/answers.ts';
import { blocked, OK, sha256 } from './plan-files.ts';
import type { EnvironmentResource, Resource, Verdict } from './resources.ts';

type Checkout = Extract<Resource, { kind: 'checkout' }>;

const UNKNOWN: Verdict = { state: 'unknown' };
/** The last file that a complete environment gets. */
const markerOf = (path: string): string => `${path}/.ada-panel`;

/** What identifies the content of an environment; where its packages came from does not. */
export function environmentMark({ python, requirements, torchIndex }: EnvironmentResource): string {
  const build = torchIndex?.replace(/\/+$/, '').split('/').at(-1) ?? '-';
  return sha256(JSON.stringify([python, requirements, build])).slice(0, 32);
}

export const readsOfEnvironment = ({ path }: EnvironmentResource): readonly ReadRequest[] => [readFileRequest(markerOf(path))];

/** A Python environment that was completed with these packages. */
export function verdictOfEnvironment(environment: EnvironmentResource, answers: HostAnswers): Verdict {
  const marker = readFileState(answers.get(readFileRequest(markerOf(environment.path))));
  if (marker === undefined || marker?.isReadable === false) return UNKNOWN;
  const mark = environmentMark(environment);
  if (marker?.text?.trim() === mark) return OK;
  const { path, tool, python, index, torchIndex, requirements, user, downloadBytes } = environment;
  const args = [path, tool, python, index ?? '-', torchIndex ?? '-', mark, ...requirements];
  return {
    state: 'change',
    downloadBytes,
    note: null,
    actions: [{ kind: 'long', script: 'environment', user, subject: args, args }],
  };
}

export const readsOfCheckout = ({ path, tag }: Checkout): readonly ReadRequest[] => [
  readStatRequest(path),
  readFileRequest(`${path}/.git/HEAD`),
  readFileRequest(`${path}/.git/packed-refs`),
  readFileRequest(`${path}/.git/refs/tags/${tag}`),
];

/** A clone whose HEAD is the tag (gitrepository-layout(5)); another state in its folder is not replaced. */
export function verdictOfCheckout(checkout: Checkout, answers: HostAnswers): Verdict {
  const { path, repository, tag, user } = checkout;
  const folder = readFileState(answers.get(readStatRequest(path)));
  if (folder === undefined) return UNKNOWN;
  if (folder === null) {
    const args = [path, repository, tag];
    return {
      state: 'change',
      downloadBytes: null,
      note: null,
      actions: [{ kind: 'long', script: 'checkout', user, subject: args, args }],
    };
  }
  const text = (name: string): string | null => readFileState(answers.get(readFileRequest(`${path}/.git/${name}`)))?.text ?? null;
  const head = text('HEAD')?.trim();
  if (head !== undefined && commitsOfTag(tag, text(`refs/tags/${tag}`), text('packed-refs')).includes(head)) return OK;
  return blocked(
    `${path} holds ${head === undefined ? 'no checkout' : plainText(head, 60)}, not ${tag}.`,
    'Choose another folder, or move it away on the host.',
  );
}

function commitsOfTag(tag: string, loose: string | null, packed: string | null): readonly string[] {
  const lines = (packed ?? '').split('\n');
  const at = lines.findIndex((line) => line.endsWith(` refs/tags/${tag}`));
  const peeled = at >= 0 ? lines[at + 1] : undefined;
  return [
    loose?.trim() ?? '',
    at >= 0 ? (lines[at] ?? '').slice(0, 40) : '',
    peeled?.startsWith('^') === true ? peeled.slice(1) : '',
  ].filter((commit) => commit !== '');
}
