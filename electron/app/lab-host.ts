import type { LabState } from '../../shared/capabilities/hosts/contract.ts';
import { type PanelException, panelError, toPanelError } from '../../shared/errors.ts';
import type { RunningLab } from '../capabilities/running-lab.ts';

/** A built-in lab, started once on demand and closed with the panel. */
export interface LabHost {
  state(): LabState;
  /** Null while the lab is not running. */
  runningLab(): RunningLab | null;
  /** Starts the lab unless it is running. Rejects with the state's error. */
  start(): Promise<RunningLab>;
  /** Injects or clears a fault, after a start in progress. Rejects with lab-not-running. */
  fault(fault: string, on: boolean): Promise<void>;
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

/** The built-in labs by their ids. */
export type Labs = ReadonlyMap<string, LabHost>;

/** Throws lab-not-running for another id. */
export function requireLab(labs: Labs, hostId: string): LabHost {
  const lab = labs.get(hostId);
  if (lab === undefined) throw labNotRunningError();
  return lab;
}

export function createLabHost(open: () => Promise<RunningLab>): LabHost {
  const listeners = new Set<() => void>();
  let state: LabState = { kind: 'stopped' };
  let running: RunningLab | null = null;
  let starting: Promise<RunningLab> | null = null;
  const changeTo = (next: LabState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const begin = async (): Promise<RunningLab> => {
    changeTo({ kind: 'starting' });
    try {
      running = await open();
      changeTo({ kind: 'running' });
      return running;
    } catch (thrown) {
      changeTo({ kind: 'failed', error: toPanelError(thrown) });
      throw thrown;
    } finally {
      starting = null;
    }
  };
  return {
    state: () => state,
    runningLab: () => running,
    start: async () => {
      if (running !== null) return running;
      starting ??= begin();
      return await starting;
    },
    fault: async (fault, on) => {
      const runningLab = running ?? (await starting);
      if (runningLab === null) throw labNotRunningError();
      runningLab.fault(fault, on);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      await running?.close();
    },
  };
}

function labNotRunningError(): PanelException {
  return panelError({
    code: 'lab-not-running',
    layer: 'lab',
    message: 'The lab is not running.',
    hint: 'Open the lab first.',
    retryable: false,
  });
}
