import type { Consequences, Verb } from '../../../shared/capabilities/services/contract.ts';
import type { ShownUnit } from './show-parser.ts';
import { CONSEQUENCES, describeDependants, describeEffect, describeFreedVram, describeLostJobs } from './text.ts';

/** The jobs of a program as its queue reported them last. */
export interface QueuedJobs {
  readonly running: number;
  readonly waiting: number;
  /** The waiting jobs are stored on disk, and run after the next start. */
  readonly areWaitingKept: boolean;
}

/**
 * What a verb would do, for the dialog that confirms it. Pure. `heldVramMiB` null = unknown or none. Units that require the unit or
 * are bound to it stop with it; its parts (PartOf=) stop and restart with it (systemd.unit(5)).
 */
export function consequencesOf(o: {
  readonly unit: string;
  readonly verb: Verb;
  readonly hostLabel: string;
  readonly shown: ShownUnit;
  readonly heldVramMiB: number | null;
  /** The queue of the program in this unit; null = unknown, absent = a program without a queue. */
  readonly jobs?: QueuedJobs | null;
}): Consequences {
  const { unit, verb, shown, hostLabel } = o;
  const stops = verb === 'stop' || verb === 'restart';
  const isUp = shown.activeState !== 'inactive' && shown.activeState !== 'failed';
  const dependants = [...new Set([...shown.requiredBy, ...shown.boundBy, ...shown.consistsOf])].filter((name) => !name.endsWith('.target'));
  const alsoStops = stops && isUp ? dependants : [];
  const heldVramMiB = stops && isUp ? o.heldVramMiB : null;
  const sentences: string[] = [describeEffect(unit, verb, { host: hostLabel, isUp })];
  if (alsoStops.length > 0) sentences.push(describeDependants(alsoStops, verb));
  if (heldVramMiB !== null && heldVramMiB > 0) sentences.push(describeFreedVram(heldVramMiB, verb));
  if (stops && isUp) sentences.push(o.jobs === undefined ? CONSEQUENCES.jobsLost : describeLostJobs(o.jobs));
  if (verb === 'stop' && shown.unitFileState === 'enabled') sentences.push(CONSEQUENCES.startsAtBoot);
  if (verb === 'start' && shown.unitFileState === 'disabled') sentences.push(CONSEQUENCES.notAtBoot);
  if (verb === 'disable' && isUp) sentences.push(CONSEQUENCES.keepsRunning);
  if (verb === 'enable' && !isUp) sentences.push(CONSEQUENCES.notStarted);
  if (verb === 'enable' && shown.unitFileState === 'static') sentences.push(CONSEQUENCES.cannotEnable);
  if (shown.needsDaemonReload) sentences.push(CONSEQUENCES.oldUnitFile);
  return { unit, verb, hostLabel, alsoStops, heldVramMiB, sentences, needsConfirmation: (stops && isUp) || verb === 'disable' };
}
