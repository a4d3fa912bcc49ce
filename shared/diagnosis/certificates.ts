import type { SeenCertificate } from '../capabilities/gateway/contract.ts';
import type { CodedError } from '../errors.ts';
import { formatDateTime } from '../format.ts';
import type { Severity } from './types.ts';

const DAY_MS = 86_400_000;
/** Let's Encrypt's client renews at 30 days left; below 21 a renewal has failed. */
export const CERTIFICATE_WARN_DAYS = 21;

type Known = Pick<SeenCertificate, 'endsAt' | 'isPlain' | 'problem'>;

/** Whole days that a certificate is valid for, negative once it has expired; null = not known. */
export function daysLeft({ endsAt }: Pick<SeenCertificate, 'endsAt'>, nowMs: number): number | null {
  return endsAt === null ? null : Math.floor((endsAt - nowMs) / DAY_MS);
}

export function describeCertificate(certificate: Known, nowMs: number): { readonly severity: Severity } {
  const days = daysLeft(certificate, nowMs);
  if (days === null) return { severity: certificate.isPlain ? 'off' : 'unknown' };
  if (days < 0) return { severity: 'critical' };
  return { severity: days < CERTIFICATE_WARN_DAYS || certificate.problem !== null ? 'warning' : 'ok' };
}

/** `729 days left`, `expired 3 days ago`, `plain http`. */
export function describeDaysLeft(certificate: Known, nowMs: number): string {
  const days = daysLeft(certificate, nowMs);
  if (days === null) return certificate.isPlain ? 'plain http' : 'unknown';
  const count = (n: number): string => (n === 1 ? '1 day' : `${n} days`);
  return days < 0 ? `expired ${count(-days)} ago` : `${count(days)} left`;
}

const NAMES = { gateway: 'the gateway', authority: 'the imported CA', nginx: 'nginx' } as const;
const REMEDIES = {
  gateway: 'Renew it on the gateway, then restart the gateway.',
  authority: 'Import the CA that signs the next certificate.',
  nginx: 'Renew it on the host, then reload nginx.',
} as const;

/** A certificate that ends within three weeks, or has ended. */
export interface CertificateProblem {
  readonly name: string;
  readonly since: null;
  readonly severity: 'critical' | 'warning';
  readonly error: CodedError;
}

export function certificateProblems(certificates: readonly SeenCertificate[], nowMs: number): readonly CertificateProblem[] {
  return certificates.flatMap((certificate) => {
    const days = daysLeft(certificate, nowMs);
    const { kind, place, endsAt } = certificate;
    if (days === null || endsAt === null || days >= CERTIFICATE_WARN_DAYS) return [];
    const when = days < 0 ? 'has expired' : days === 0 ? 'expires today' : `expires in ${days === 1 ? '1 day' : `${days} days`}`;
    return [
      {
        name: `certificate ${kind} ${place}`,
        since: null,
        severity: days < 0 ? 'critical' : 'warning',
        error: {
          code: 'certificate-ends',
          layer: kind === 'nginx' ? 'backend' : 'gateway',
          message: `The certificate of ${NAMES[kind]} ${when}.`,
          hint: REMEDIES[kind],
          retryable: false,
          detail: `valid until ${formatDateTime(endsAt)}`,
        },
      } as const,
    ];
  });
}
