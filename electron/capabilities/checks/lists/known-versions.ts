import type { CheckVerdict } from '../../../../shared/capabilities/checks/contract.ts';

/** A range of versions of InvokeAI with a known fault. */
interface KnownFault {
  /** The first version with the fault, and the first one without it again. */
  readonly from: readonly [major: number, minor: number];
  readonly before: readonly [major: number, minor: number];
  readonly verdict: Extract<CheckVerdict, 'warn' | 'fail'>;
  readonly reason: string;
}

/** Sources: the requirements of each version on PyPI, and its OpenAPI document. */
const KNOWN_FAULTS: readonly KnownFault[] = [
  { from: [0, 0], before: [4, 0], verdict: 'fail', reason: 'it has another API, which neither the panel nor the images shim speaks' },
  {
    from: [4, 0],
    before: [5, 1],
    verdict: 'fail',
    reason: 'its replies do not name the jobs that it queued, so that the images shim cannot wait for them',
  },
  {
    from: [5, 1],
    before: [5, 6],
    verdict: 'warn',
    reason: 'it loads models as a whole, so that VRAM runs out earlier than with 5.6 and later',
  },
  { from: [5, 6], before: [6, 0], verdict: 'warn', reason: 'it does not get fixes any more, and the images shim is tested with 6.x' },
  { from: [6, 9], before: [6, 10], verdict: 'warn', reason: 'it is the last version for Python 3.10, on which pip stays without a word' },
];

const VERSION = /^(\d{1,4})\.(\d{1,4})(?:\.\d{1,6})?(.{0,40})$/;
const PRE_RELEASE = /^[-.]?(?:a|alpha|b|beta|rc|dev)/i;
const PRE_RELEASE_REASON = 'it is a pre-release; use the release';

/** The known fault of a version of InvokeAI; null = none is known, undefined = it is no version that can be read. */
export function knownFaultOf(version: string): Pick<KnownFault, 'verdict' | 'reason'> | null | undefined {
  const [, major, minor, rest = ''] = VERSION.exec(version.slice(0, 80)) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  const number = [Number(major), Number(minor)] as const;
  const found = KNOWN_FAULTS.find(({ from, before }) => !isBefore(number, from) && isBefore(number, before));
  if (found !== undefined) return found;
  return PRE_RELEASE.test(rest) ? { verdict: 'warn', reason: PRE_RELEASE_REASON } : null;
}

const isBefore = ([major, minor]: readonly [number, number], [otherMajor, otherMinor]: readonly [number, number]): boolean =>
  major < otherMajor || (major === otherMajor && minor < otherMinor);
