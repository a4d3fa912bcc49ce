import type { AdmissionRow, GatewayState } from '../../../shared/capabilities/gateway/contract.ts';

/** The name of a class of slots: `gpu_heavy.images`. */
export const nameOfRow = ({ backendClass, routeKind }: AdmissionRow): string => `${backendClass}.${routeKind}`;

/** Sorts image slots first, with the class that image requests go to at the top, then by name. */
export function inOrder(rows: readonly AdmissionRow[], imagesClass: string | undefined): readonly AdmissionRow[] {
  const key = (row: AdmissionRow): string =>
    `${row.routeKind === 'images' ? 0 : 1} ${row.backendClass === imagesClass ? 0 : 1} ${nameOfRow(row)}`;
  return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The slots that image requests take; undefined when the gateway does not report them. */
export function imagesRow({ profile, reading }: Pick<GatewayState, 'profile' | 'reading'>): AdmissionRow | undefined {
  return reading?.admission?.find((row) => row.routeKind === 'images' && row.backendClass === profile?.imagesClass);
}
