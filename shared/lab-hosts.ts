/** A simulated host inside the panel. */
export interface LabHostInfo {
  /** Reserved: no real host gets it. */
  readonly id: string;
  readonly label: string;
  /** Without the services, to try Setup on. */
  readonly isBare: boolean;
}

/** The lab that `--lab` opens. */
export const LAB_HOST_ID = 'lab';

export const BARE_LAB: LabHostInfo = { id: 'lab-bare', label: 'Lab: bare', isBare: true };

export const LAB_HOSTS: readonly LabHostInfo[] = [{ id: LAB_HOST_ID, label: 'Lab', isBare: false }, BARE_LAB];

export const findLabHost = (hostId: string | null): LabHostInfo | null => LAB_HOSTS.find(({ id }) => id === hostId) ?? null;
