import type { CheckRemedy } from '../../../../shared/capabilities/checks/contract.ts';
import { formatCount } from '../../../../shared/format.ts';
import { type Finding, fail, pass, warn } from '../check.ts';

const DAY_MS = 86_400_000;
/** Let's Encrypt's client renews at 30 days left; below 21 a renewal has failed. */
const WARN_DAYS = 21;

/** Judges when a certificate ends. */
export function judgeCertificate(endsAt: number, nowMs: number, renew: CheckRemedy, ...evidence: readonly string[]): Finding {
  const days = Math.floor((endsAt - nowMs) / DAY_MS);
  const date = new Date(endsAt).toISOString().slice(0, 10);
  const lines = [...evidence, `valid until ${date}`];
  if (endsAt <= nowMs) return fail(`The certificate expired on ${date}`, renew, ...lines);
  const left = `The certificate is valid for ${formatCount(days)} more ${days === 1 ? 'day' : 'days'}`;
  return days < WARN_DAYS ? warn(left, renew, ...lines) : pass(left, ...lines);
}
