import type { Notice } from '../../shared/capabilities/app/contract.ts';
import type { ConnectionState, HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import type { ServiceUnit } from '../../shared/capabilities/services/contract.ts';
import { assertNever, type PanelError } from '../../shared/errors.ts';
import { shortUnitName } from '../../shared/unit-names.ts';
import { checksCapability } from '../capabilities/checks/capability.ts';
import type { Checks } from '../capabilities/checks/checks.ts';
import { describeNewFailures } from '../capabilities/checks/new-failures.ts';
import { diagnosisCapability } from '../capabilities/diagnosis/capability.ts';
import type { ProblemWatch } from '../capabilities/diagnosis/problem-watch.ts';
import { gpuCapability } from '../capabilities/gpu/capability.ts';
import type { GpuSampler } from '../capabilities/gpu/sampler.ts';
import { modelsCapability } from '../capabilities/models/capability.ts';
import { describeEndedInstalls } from '../capabilities/models/ended-installs.ts';
import type { Models } from '../capabilities/models/types.ts';
import type { Notices } from '../capabilities/notices/notices.ts';
import { servicesCapability } from '../capabilities/services/capability.ts';
import type { Services } from '../capabilities/services/services.ts';
import type { HostSession } from './session.ts';

/** The parts of a session whose changes become notices. */
interface NarratedRooms {
  readonly connection: Pick<HostSession['connection'], 'onChange' | 'snapshot'>;
  readonly gpu: Pick<GpuSampler, 'onChange' | 'status'>;
  readonly services: Pick<Services, 'onChange' | 'onAction'>;
  readonly problems: Pick<ProblemWatch, 'onBegin' | 'onEnd'>;
  readonly checks: Pick<Checks, 'onChange' | 'state'>;
  readonly models: Pick<Models, 'onChange' | 'state'>;
}

/** Turns changes of one host into notices. Returns its unsubscribe. */
export function narrateSession(session: HostSession, notices: Notices): () => void {
  const { connection, profile, use } = session;
  const { problems } = use(diagnosisCapability);
  const rooms = {
    connection,
    problems,
    gpu: use(gpuCapability),
    services: use(servicesCapability),
    checks: use(checksCapability),
    models: use(modelsCapability),
  };
  return narrateRooms(rooms, profile, notices);
}

export function narrateRooms(session: NarratedRooms, { id, label }: Pick<HostProfile, 'id' | 'label'>, notices: Notices): () => void {
  const notify: AddNotice = (tone, message, error) => notices.notify(tone, message, error, label);
  let connection: ConnectionState['kind'] | null = null;
  let wasOnline = false;
  /** The code of the last reported loss until the host is connected again: further attempts are not reported. */
  let lostCode: string | null = null;
  /** The host's time of each reported Xid event; the clock may be set back. */
  const xidsSeen = new Set(session.gpu.status().xids.map((xid) => xid.at));
  const units = new Map<string, ServiceUnit>();
  let checks = session.checks.state();
  let models = session.models.state();

  const stops = [
    session.connection.onChange(({ state }) => {
      if (state.kind === connection) return;
      const before = connection;
      connection = state.kind;
      const isNew = state.kind !== 'reconnecting' || state.cause.code !== lostCode;
      if (isNew) notifyConnection(state, { before, wasOnline, wasLost: wasOnline && lostCode !== null }, label, notify);
      if (state.kind === 'reconnecting') lostCode = state.cause.code;
      if (state.kind === 'online' || state.kind === 'offline') lostCode = null;
      wasOnline = state.kind === 'online' || (wasOnline && state.kind !== 'offline');
    }),
    session.gpu.onChange((status) => {
      for (const xid of status.xids) {
        // Events from before the panel first read the kernel log are not reported.
        if (!xidsSeen.has(xid.at) && status.kernelLog !== 'unknown') notify('warning', `Xid ${xid.xid ?? '?'}: ${xid.meaning}`);
        xidsSeen.add(xid.at);
      }
    }),
    session.problems.onBegin(({ link, severity, error }) => {
      // Changes of the connection are reported above.
      if (link !== 'host' && link !== 'computer') notify(severity === 'critical' ? 'bad' : 'warning', error.message, error);
    }),
    session.problems.onEnd(({ problem, link }) => {
      if (problem.link !== 'host' && problem.link !== 'computer')
        notify('good', link === null ? `Resolved: ${problem.error.message}` : `${link.label}: ${withinSentence(link.state)} again`);
    }),
    session.services.onChange((state) => {
      for (const unit of state.units) {
        const before = units.get(unit.name);
        units.set(unit.name, unit);
        if (before === undefined || before.verdict.word === unit.verdict.word) continue;
        const { tone } = unit.verdict;
        // Failures are reported as problems.
        if (tone === 'bad' || tone === 'warning') continue;
        notify(tone === 'good' ? 'good' : 'info', `${shortUnitName(unit.name)}: ${unit.verdict.word}`);
      }
    }),
    session.checks.onChange((state) => {
      const found = describeNewFailures(checks, state);
      checks = state;
      if (found !== null) notices.notify('bad', found, undefined, label, { hostId: id, page: 'checks' });
    }),
    session.models.onChange((state) => {
      const ended = describeEndedInstalls(models, state);
      models = state;
      for (const { tone, message } of ended) notices.notify(tone, message, undefined, label, { hostId: id, page: 'models' });
    }),
    session.services.onAction((action) => {
      if (action.kind !== 'failed') return;
      // An action that the operator cancelled is not a failure.
      if (action.error.code === 'sudo-cancelled' || action.error.code === 'service-action-superseded') notify('info', action.error.message);
      else notify('bad', action.error.message, action.error);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

type AddNotice = (tone: Notice['tone'], message: string, error?: PanelError) => void;

interface Before {
  readonly before: ConnectionState['kind'] | null;
  /** The host was connected at least once since the operator connected. */
  readonly wasOnline: boolean;
  readonly wasLost: boolean;
}

function notifyConnection(state: ConnectionState, { before, wasOnline, wasLost }: Before, label: string, notify: AddNotice): void {
  switch (state.kind) {
    case 'online':
      notify('good', wasLost ? `Connected to ${label} again` : `Connected to ${label}`);
      return;
    case 'reconnecting':
      notify(
        'warning',
        `${wasOnline ? `Connection to ${label} lost` : `Could not connect to ${label}`}: ${state.cause.message}`,
        state.cause,
      );
      return;
    case 'blocked':
      notify('bad', state.cause.message, state.cause);
      return;
    case 'offline':
      if (before !== null) notify('info', `Disconnected from ${label}`);
      return;
    case 'connecting':
    case 'checking-host-key':
    case 'authenticating':
      return;
    default:
      assertNever(state);
  }
}

/** A state after a colon; units and abbreviations keep their letters. */
const withinSentence = (state: string): string => (/^[A-Z][a-z]/.test(state) ? state.charAt(0).toLowerCase() + state.slice(1) : state);
