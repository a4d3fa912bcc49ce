import type { ConnectionState } from '../../shared/capabilities/hosts/contract.ts';
import type { ServiceUnit } from '../../shared/capabilities/services/contract.ts';
import { assertNever } from '../../shared/errors.ts';
import { shortUnitName } from '../../shared/unit-names.ts';
import { gpuCapability } from '../capabilities/gpu/capability.ts';
import type { GpuSampler } from '../capabilities/gpu/sampler.ts';
import type { Notices } from '../capabilities/notices/notices.ts';
import { servicesCapability } from '../capabilities/services/capability.ts';
import type { Services } from '../capabilities/services/services.ts';
import type { HostSession } from './session.ts';

/** The rooms of a session whose changes become notices. */
interface NarratedRooms {
  readonly connection: Pick<HostSession['connection'], 'onChange' | 'snapshot'>;
  readonly gpu: Pick<GpuSampler, 'onChange' | 'status'>;
  readonly services: Pick<Services, 'onChange' | 'onAction'>;
}

/** Says in the status line what happens on one host. Returns its unsubscribe. */
export function narrateSession(session: HostSession, notices: Notices): () => void {
  const { connection, profile, use } = session;
  return narrateRooms({ connection, gpu: use(gpuCapability), services: use(servicesCapability) }, profile.label, notices);
}

export function narrateRooms(session: NarratedRooms, label: string, notices: Notices): () => void {
  let connection: ConnectionState['kind'] | null = null;
  let wasOnline = false;
  /** The code of the loss that was reported last, until the connection stands again: its attempts are no news. */
  let lostCode: string | null = null;
  let gpuSaid = '';
  /** It was said that there are no readings, so it is said when they are back. */
  let isGpuMissed = false;
  /** When each event happened by the clock of the host, which may be set back. */
  const xidsSeen = new Set(session.gpu.status().xids.map((xid) => xid.at));
  const units = new Map<string, ServiceUnit>();

  const stops = [
    session.connection.onChange(({ state }) => {
      if (state.kind === connection) return;
      const before = connection;
      connection = state.kind;
      const isNews = state.kind !== 'reconnecting' || state.cause.code !== lostCode;
      if (isNews) sayConnection(state, { before, wasOnline, wasLost: wasOnline && lostCode !== null }, label, notices);
      if (state.kind === 'reconnecting') lostCode = state.cause.code;
      if (state.kind === 'online' || state.kind === 'offline') lostCode = null;
      wasOnline = state.kind === 'online' || (wasOnline && state.kind !== 'offline');
    }),
    session.gpu.onChange((status) => {
      const said = status.state.kind === 'fault' ? status.state.fault : status.state.kind;
      if (said !== gpuSaid) {
        if (status.state.kind === 'fault') {
          notices.say('bad', status.state.error.message, status.state.error);
          isGpuMissed = true;
        } else if (status.state.kind === 'stale' && gpuSaid === 'live' && session.connection.snapshot.state.kind === 'online') {
          // Without a connection there can be no reading, and the connection speaks for itself.
          notices.say('warning', `GPU metrics from ${label} delayed`);
          isGpuMissed = true;
        } else if (status.state.kind === 'live' && isGpuMissed) {
          notices.say('good', `GPU metrics from ${label} are live again`);
          isGpuMissed = false;
        }
      }
      gpuSaid = said;
      for (const xid of status.xids) {
        // What the kernel log holds from before the panel read it is no news.
        if (!xidsSeen.has(xid.at) && status.kernelLog !== 'unknown') notices.say('warning', `Xid ${xid.xid ?? '?'}: ${xid.meaning}`);
        xidsSeen.add(xid.at);
      }
    }),
    session.services.onChange((state) => {
      for (const unit of state.units) {
        const before = units.get(unit.name);
        units.set(unit.name, unit);
        if (before === undefined || before.verdict.word === unit.verdict.word) continue;
        const tone =
          unit.verdict.tone === 'bad'
            ? 'bad'
            : unit.verdict.tone === 'warning'
              ? 'warning'
              : unit.verdict.tone === 'good'
                ? 'good'
                : 'info';
        notices.say(tone, `${shortUnitName(unit.name)}: ${unit.verdict.word}`);
      }
    }),
    session.services.onAction((action) => {
      if (action.kind !== 'failed') return;
      // What the operator took back is no failure.
      if (action.error.code === 'sudo-cancelled' || action.error.code === 'service-action-superseded')
        notices.say('info', action.error.message);
      else notices.say('bad', action.error.message, action.error);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

interface Before {
  readonly before: ConnectionState['kind'] | null;
  /** It stood since the operator connected. */
  readonly wasOnline: boolean;
  readonly wasLost: boolean;
}

function sayConnection(state: ConnectionState, { before, wasOnline, wasLost }: Before, label: string, notices: Notices): void {
  switch (state.kind) {
    case 'online':
      notices.say('good', wasLost ? `Connected to ${label} again` : `Connected to ${label}`);
      return;
    case 'reconnecting':
      notices.say(
        'warning',
        `${wasOnline ? `Connection to ${label} lost` : `Could not connect to ${label}`}: ${state.cause.message}`,
        state.cause,
      );
      return;
    case 'blocked':
      notices.say('bad', state.cause.message, state.cause);
      return;
    case 'offline':
      if (before !== null) notices.say('info', `Disconnected from ${label}`);
      return;
    case 'connecting':
    case 'checking-host-key':
    case 'authenticating':
      return;
    default:
      assertNever(state);
  }
}
