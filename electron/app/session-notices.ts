import type { Notice } from '../../shared/capabilities/app/contract.ts';
import type { ConnectionState, HostProfile } from '../../shared/capabilities/hosts/contract.ts';
import type { ServiceUnit } from '../../shared/capabilities/services/contract.ts';
import { type LinkPlace, placeOfLink } from '../../shared/diagnosis/link-place.ts';
import type { Problem } from '../../shared/diagnosis/types.ts';
import { assertNever, type PanelError } from '../../shared/errors.ts';
import { shortUnitName } from '../../shared/unit-names.ts';
import { checksCapability } from '../capabilities/checks/capability.ts';
import type { Checks } from '../capabilities/checks/checks.ts';
import { comfyUiCapability } from '../capabilities/comfyui/capability.ts';
import type { ComfyUi } from '../capabilities/comfyui/comfyui.ts';
import { diagnosisCapability } from '../capabilities/diagnosis/capability.ts';
import type { ProblemWatch } from '../capabilities/diagnosis/problem-watch.ts';
import { gatewayCapability } from '../capabilities/gateway/capability.ts';
import type { OverloadTest } from '../capabilities/gateway/overload.ts';
import { gpuCapability } from '../capabilities/gpu/capability.ts';
import type { GpuSampler } from '../capabilities/gpu/sampler.ts';
import { imagesCapability } from '../capabilities/images/capability.ts';
import type { Images } from '../capabilities/images/images.ts';
import { createFirstEnds } from '../capabilities/images/run-events.ts';
import { modelsCapability } from '../capabilities/models/capability.ts';
import { describeEndedInstalls } from '../capabilities/models/ended-installs.ts';
import type { Models } from '../capabilities/models/types.ts';
import type { Notices } from '../capabilities/notices/notices.ts';
import { servicesCapability } from '../capabilities/services/capability.ts';
import type { Services } from '../capabilities/services/services.ts';
import { setupCapability } from '../capabilities/setup/capability.ts';
import type { Setup } from '../capabilities/setup/setup.ts';
import { type Ended, endedChecks, endedDownloads, endedOverload, endedRun, endedSetup } from './ended-notices.ts';
import type { HostSession } from './session.ts';

/** The parts of a session whose changes become notices. */
interface NarratedRooms {
  readonly connection: Pick<HostSession['connection'], 'onChange' | 'snapshot'>;
  readonly gpu: Pick<GpuSampler, 'onChange' | 'status'>;
  readonly services: Pick<Services, 'onChange' | 'onAction'>;
  readonly problems: Pick<ProblemWatch, 'onBegin' | 'onEnd'>;
  readonly checks: Pick<Checks, 'onChange' | 'state'>;
  readonly models: Pick<Models, 'onChange' | 'state'>;
  readonly comfyui: Pick<ComfyUi, 'onChange' | 'state'>;
  readonly setup: Pick<Setup, 'onChange' | 'state'>;
  readonly images: Pick<Images, 'onChange' | 'runs'>;
  readonly overload: Pick<OverloadTest, 'onChange'>;
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
    comfyui: use(comfyUiCapability),
    setup: use(setupCapability),
    images: use(imagesCapability),
    overload: use(gatewayCapability).overload,
  };
  return narrateRooms(rooms, profile, notices);
}

export function narrateRooms(session: NarratedRooms, { id, label }: Pick<HostProfile, 'id' | 'label'>, notices: Notices): () => void {
  const notify: AddNotice = (tone, message, place, error) => notices.notify(tone, message, error, label, { hostId: id, ...place });
  let connection: ConnectionState['kind'] | null = null;
  let wasOnline = false;
  /** The code of the last reported loss until the host is connected again: further attempts are not reported. */
  let lostCode: string | null = null;
  /** The host's time of each reported Xid event; the clock may be set back. */
  const xidsSeen = new Set(session.gpu.status().xids.map((xid) => xid.at));
  const units = new Map<string, ServiceUnit>();

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
        if (!xidsSeen.has(xid.at) && status.kernelLog !== 'unknown')
          notify('warning', `Xid ${xid.xid ?? '?'}: ${xid.meaning}`, { page: 'gpu', section: 'gpu-errors' });
        xidsSeen.add(xid.at);
      }
    }),
    session.problems.onBegin((problem) => {
      const { link, severity } = problem;
      const error = { ...problem.error, message: withoutDuration(problem.error.message) };
      // Changes of the connection are reported above.
      if (link !== 'host' && link !== 'computer')
        notify(severity === 'critical' ? 'bad' : 'warning', error.message, placeOf(problem), error);
    }),
    session.problems.onEnd(({ problem, link }) => {
      if (problem.link === 'host' || problem.link === 'computer') return;
      const ended = withoutDuration(problem.error.message);
      // A link may have another problem, which is reported by itself.
      const words = link?.severity === 'ok' ? `${link.label}: ${withinSentence(link.state)} again` : `Resolved: ${ended}`;
      notify('good', words, placeOf(problem));
    }),
    session.services.onChange((state) => {
      for (const unit of state.units) {
        const before = units.get(unit.name);
        units.set(unit.name, unit);
        if (before === undefined || before.verdict.word === unit.verdict.word) continue;
        const { tone } = unit.verdict;
        // Failures are reported as problems.
        if (tone === 'bad' || tone === 'warning') continue;
        notify(tone === 'good' ? 'good' : 'info', `${shortUnitName(unit.name)}: ${unit.verdict.word}`, {
          page: 'services',
          unit: unit.name,
        });
      }
    }),
    ...narrateEnds(session, (page, { tone, message, error }) => notify(tone, message, { page }, error)),
    session.services.onAction((action) => {
      if (action.kind !== 'failed') return;
      const place = { page: 'services', unit: action.unit };
      // An action that the operator cancelled is not a failure.
      if (action.error.code === 'sudo-cancelled' || action.error.code === 'service-action-superseded')
        notify('info', action.error.message, place);
      else notify('bad', action.error.message, place, action.error);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

type AddNotice = (tone: Notice['tone'], message: string, place: LinkPlace, error?: PanelError) => void;

const CONNECTION: LinkPlace = { page: 'overview' };

/** Where a problem can be looked into: the place of its link, else that of its first action. */
function placeOf({ link, actions }: Problem): LinkPlace {
  const unit = actions.flatMap((action) => ('unit' in action ? (action.unit ?? []) : []))[0] ?? null;
  if (link !== null) return placeOfLink({ id: link, unit });
  const open = actions.find((action) => action.kind === 'open');
  return open === undefined ? placeOfLink({ id: 'nginx', unit }) : { page: open.page, ...(open.unit === null ? {} : { unit: open.unit }) };
}

/** A problem that has just begun has lasted for no time worth telling. */
const withoutDuration = (message: string): string => message.replace(/ for \d{1,4} (?:s|min|h)\./, '.');

/** Reports what has ended: installs, downloads, setups, checks, images and overload tests, each once. */
function narrateEnds(session: NarratedRooms, ended: (page: string, what: Ended) => void): readonly (() => void)[] {
  let checks = session.checks.state();
  let models = session.models.state();
  let comfyui = session.comfyui.state();
  let setup = session.setup.state();
  const isFirst = createFirstEnds();
  let endedOverloadId: string | null = null;
  for (const run of session.images.runs()) isFirst(run);
  const report = (page: string, what: Ended | null): void => {
    if (what !== null) ended(page, what);
  };
  return [
    session.checks.onChange((state) => {
      report('checks', endedChecks(checks, state));
      checks = state;
    }),
    session.models.onChange((state) => {
      for (const what of describeEndedInstalls(models, state)) ended('models', what);
      models = state;
    }),
    session.comfyui.onChange((state) => {
      for (const what of endedDownloads(comfyui, state)) ended('models', what);
      comfyui = state;
    }),
    session.setup.onChange((state) => {
      report('setup', endedSetup(setup, state));
      setup = state;
    }),
    session.images.onChange((run) => {
      if (isFirst(run)) report('playground', endedRun(run));
    }),
    session.overload.onChange((run) => {
      const what = run === null ? null : endedOverload(run);
      if (run === null || what === null || run.runId === endedOverloadId) return;
      endedOverloadId = run.runId;
      ended('gateway', what);
    }),
  ];
}

interface Before {
  readonly before: ConnectionState['kind'] | null;
  /** The host was connected at least once since the operator connected. */
  readonly wasOnline: boolean;
  readonly wasLost: boolean;
}

function notifyConnection(state: ConnectionState, { before, wasOnline, wasLost }: Before, label: string, notify: AddNotice): void {
  switch (state.kind) {
    case 'online':
      notify('good', wasLost ? `Connected to ${label} again` : `Connected to ${label}`, CONNECTION);
      return;
    case 'reconnecting':
      notify(
        'warning',
        `${wasOnline ? `Connection to ${label} lost` : `Could not connect to ${label}`}: ${state.cause.message}`,
        CONNECTION,
        state.cause,
      );
      return;
    case 'blocked':
      notify('bad', state.cause.message, CONNECTION, state.cause);
      return;
    case 'offline':
      if (before !== null) notify('info', `Disconnected from ${label}`, CONNECTION);
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
