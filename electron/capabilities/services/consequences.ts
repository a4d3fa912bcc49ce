import type { Consequences, Verb } from '../../../shared/capabilities/services/contract.ts';
import type { ShownUnit } from './show-parser.ts';

const GIB = 1024;

/**
 * What a verb would do beyond the unit itself, said before it is done. Pure. `heldVramMiB` null = not known or none.
 * Units that require or are bound to it stop with it; parts of it (PartOf=) stop and restart with it (systemd.unit(5)).
 */
export function consequencesOf(o: {
  readonly unit: string;
  readonly verb: Verb;
  readonly hostLabel: string;
  readonly shown: ShownUnit;
  readonly heldVramMiB: number | null;
}): Consequences {
  const { unit, verb, shown, hostLabel } = o;
  const stops = verb === 'stop' || verb === 'restart';
  const isUp = shown.activeState !== 'inactive' && shown.activeState !== 'failed';
  const dependants = [...new Set([...shown.requiredBy, ...shown.boundBy, ...shown.consistsOf])].filter((name) => !name.endsWith('.target'));
  const alsoStops = stops && isUp ? dependants : [];
  const heldVramMiB = stops && isUp ? o.heldVramMiB : null;
  const sentences: string[] = [opening(unit, verb, hostLabel, isUp)];
  if (alsoStops.length > 0) {
    const verbs = verb === 'restart' ? 'is stopped or restarted with it' : 'stops with it';
    const plural = verb === 'restart' ? 'are stopped or restarted with it' : 'stop with it';
    sentences.push(`${listed(alsoStops)} ${alsoStops.length === 1 ? verbs : plural}.`);
  }
  if (heldVramMiB !== null && heldVramMiB > 0) {
    sentences.push(
      `It holds ${(heldVramMiB / GIB).toFixed(1)} GiB of VRAM, which ${verb === 'stop' ? 'becomes free' : 'is released and filled again'}.`,
    );
  }
  if (stops && isUp) sentences.push('Work in progress in it is lost.');
  if (verb === 'stop' && shown.unitFileState === 'enabled') sentences.push('It is enabled, so it starts again when the host boots.');
  if (verb === 'start' && shown.unitFileState === 'disabled')
    sentences.push('It is not enabled, so it will not start when the host boots.');
  if (verb === 'disable' && isUp) sentences.push('It keeps running until it is stopped.');
  if (verb === 'enable' && !isUp) sentences.push('It is not started by this.');
  if (verb === 'enable' && shown.unitFileState === 'static') {
    sentences.push('Its unit file has no [Install] section, so enabling it will change nothing.');
  }
  if (shown.needsDaemonReload)
    sentences.push('Its unit file changed on disk; systemd still uses the old one until "systemctl daemon-reload".');
  return { unit, verb, hostLabel, alsoStops, heldVramMiB, sentences, needsConfirmation: (stops && isUp) || verb === 'disable' };
}

function opening(unit: string, verb: Verb, host: string, isUp: boolean): string {
  switch (verb) {
    case 'start':
      return isUp ? `${unit} on ${host} is already up.` : `Starts ${unit} on ${host}.`;
    case 'stop':
      return isUp ? `Stops ${unit} on ${host}.` : `${unit} on ${host} is not running.`;
    case 'restart':
      return isUp ? `Restarts ${unit} on ${host}: it is away for a moment.` : `Starts ${unit} on ${host}: it is not running.`;
    case 'enable':
      return `Lets ${unit} start whenever ${host} boots.`;
    case 'disable':
      return `${unit} will no longer start when ${host} boots.`;
    case 'reset-failed':
      return `Forgets the failure and the restart count of ${unit} on ${host}.`;
  }
}

function listed(names: readonly string[]): string {
  if (names.length <= 1) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
