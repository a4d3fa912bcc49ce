import { pause } from '../base/streams.ts';
import type { LabProcess, Machine } from './process.ts';

const POLL_MS = 50;

/** Waits so long by the host's clock, or not at all where downloads are fast; false = the process was ended meanwhile. */
export async function waitSimulated(process: LabProcess, { simulation, power }: Machine, ms: number): Promise<boolean> {
  if (process.killed.aborted || power.aborted) return false;
  if (simulation.faults.has('downloads-are-fast')) return true;
  const endsAtS = simulation.uptimeS() + ms / 1000;
  while (simulation.uptimeS() < endsAtS) if (!(await pause(POLL_MS, process.killed, power))) return false;
  return true;
}
