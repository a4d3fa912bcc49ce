import type { GatewayState } from '../../../../shared/capabilities/gateway/contract.ts';
import type { IncidentList } from '../../../../shared/capabilities/incidents/contract.ts';
import type { ReportRequest } from '../../../../shared/capabilities/report/contract.ts';
import type { SetupRecipe } from '../../../../shared/capabilities/setup/contract.ts';
import { toPanelError } from '../../../../shared/errors.ts';
import { panelRequestsSubject } from '../../../../shared/gateway-subjects.ts';
import { type HostAnswers, parseAnswers, type ReadRequest } from '../../../foundation/host-reader/answers.ts';
import { isReadable, readHost } from '../../../foundation/host-reader/reader.ts';
import type { Transport } from '../../../foundation/ssh/transport.ts';
import { REQUEST_LOG, requestLogPath } from '../../gateway/requests/log-path.ts';
import type { ChecksData, MonitoringData, Reading, ReportData } from '../data.ts';
import type { Span } from '../document.ts';
import { CONFIGURATION_REQUESTS, moreConfigurationRequests, type ReportedVersions, readConfiguration } from './configuration.ts';
import { GATEWAY_REQUESTS, gatewayFacts, readGatewayConfiguration } from './gateway-configuration.ts';
import { minutesSince, pastRequests, readHostPast } from './host-past.ts';
import { type MadeImageSource, readImages } from './images.ts';
import { readRequestLog, requestLogRequest } from './request-log.ts';
import { type KnownGpu, readGpus, readLinks, readRequests, type StoredHistory } from './stored.ts';

type Reader = Pick<Transport, 'exec'>;

/** Where a report looks. */
export interface ReportSources {
  readonly hostId: string;
  readonly hostLabel: string;
  readonly hostName: string;
  readonly history: StoredHistory;
  readonly gpus: () => readonly KnownGpu[];
  readonly units: () => readonly string[];
  readonly gateway: () => Pick<GatewayState, 'profile' | 'trust' | 'hasToken' | 'reading'>;
  readonly findImages: MadeImageSource;
  readonly checks: () => ChecksData;
  readonly incidents: (span: Span) => Promise<IncidentList>;
  readonly recipes: () => Promise<readonly SetupRecipe[]>;
  readonly versions: () => Promise<ReportedVersions>;
  /** The host, or why it cannot be read now. */
  readonly host: () => Reading<Reader>;
  /** Runs `work` on the gateway's machine where it is another host; a string = why the panel does not sign in there. */
  readonly onGatewayMachine: <T>(work: (machine: Reader) => Promise<T>) => Promise<{ readonly value: T } | string>;
  /** The host's clock minus this computer's; null = not known. */
  readonly clockOffsetMs: () => number | null;
  /** Secrets that the panel holds at this moment. */
  readonly knownSecrets: () => readonly string[];
  readonly now: () => number;
}

/** Whether the gateway runs on the host itself. */
function isGatewayHere({ gateway, hostId }: ReportSources): boolean {
  const via = gateway().profile?.via;
  return via?.kind === 'ssh' && via.hostId === hostId;
}

const unknown = (reason: string) => ({ kind: 'unknown', reason }) as const;
const reasonOf = (thrown: unknown): string => toPanelError(thrown).message;

/** Reads everything that a report is built from. Never rejects: what cannot be read is unknown, with the reason. */
export async function collectReport(o: ReportSources, request: ReportRequest): Promise<ReportData> {
  const { fromMs, toMs } = request;
  const takenAtMs = o.now();
  const minutes = minutesSince(fromMs, takenAtMs);
  const gateway = o.gateway();
  const isHere = isGatewayHere(o);
  const units = o.units();
  const gatewayRequests = [...GATEWAY_REQUESTS, ...(request.monitoring ? [requestLogRequest(REQUEST_LOG, minutes)] : [])];
  const wanted = [
    ...(request.monitoring ? pastRequests(units, minutes) : []),
    ...(request.configuration ? CONFIGURATION_REQUESTS : []),
    ...(isHere ? gatewayRequests : []),
  ];
  const [hostAnswers, elsewhere] = await Promise.all([
    readMachine(o.host(), wanted),
    isHere || gateway.profile === null ? null : readGatewayMachine(o, gatewayRequests),
  ]);
  const gatewayAnswers = isHere ? hostAnswers : (elsewhere ?? unknown('no gateway is set up for this host.'));
  const [monitoring, configuration] = await Promise.all([
    request.monitoring ? readMonitoring(o, { fromMs, toMs }, takenAtMs, units, hostAnswers, gatewayAnswers) : null,
    request.configuration ? readConfigurations(o, hostAnswers, gatewayAnswers) : null,
  ]);
  return { fromMs, toMs, takenAtMs, hostLabel: o.hostLabel, hostName: o.hostName, monitoring, configuration, checks: o.checks() };
}

async function readMachine(machine: Reading<Reader>, requests: readonly ReadRequest[]): Promise<Reading<HostAnswers>> {
  if (machine.kind === 'unknown') return machine;
  const readable = requests.filter(isReadable);
  if (readable.length === 0) return { kind: 'read', value: parseAnswers('') };
  try {
    return { kind: 'read', value: await readHost(machine.value, readable, { asRoot: false }) };
  } catch (thrown) {
    return unknown(reasonOf(thrown));
  }
}

async function readGatewayMachine(o: ReportSources, requests: readonly ReadRequest[]): Promise<Reading<HostAnswers>> {
  try {
    const read = await o.onGatewayMachine((machine) => readMachine({ kind: 'read', value: machine }, requests));
    return typeof read === 'string' ? unknown(read) : read.value;
  } catch (thrown) {
    return unknown(reasonOf(thrown));
  }
}

async function readMonitoring(
  o: ReportSources,
  span: Span,
  nowMs: number,
  units: readonly string[],
  host: Reading<HostAnswers>,
  gatewayMachine: Reading<HostAnswers>,
): Promise<MonitoringData> {
  const { history, hostId } = o;
  const minutes = minutesSince(span.fromMs, nowMs);
  const { profile } = o.gateway();
  const clockOffsetMs = o.clockOffsetMs();
  const gpus = readGpus(history, hostId, o.gpus(), span);
  const peak = { history, hostId, uuids: gpus.map(({ uuid }) => uuid) };
  const [images, incidents, requestLog] = await Promise.all([
    settled(() => readImages(o.findImages, o.hostLabel, span, peak)),
    settled(() => o.incidents(span)),
    readLog(o, gatewayMachine, span, minutes),
  ]);
  return {
    links: readLinks(history, hostId, span),
    gpus,
    requests: profile === null ? null : readRequests(history, hostId, panelRequestsSubject(profile), span, nowMs),
    // Of the events only Xids have the time of the host.
    events: history
      .events({ hostId, ...span })
      .map((event) => (event.kind === 'xid' ? { ...event, at: event.at - (clockOffsetMs ?? 0) } : event)),
    clockOffsetMs,
    hostPast: host.kind === 'unknown' ? host : readHostPast(host.value, units, minutes, span, clockOffsetMs ?? 0),
    requestLog,
    images,
    incidents,
  };
}

/** The gateway's log of requests, at the place that its environment names. */
async function readLog(
  o: ReportSources,
  machine: Reading<HostAnswers>,
  span: Span,
  minutes: number,
): Promise<MonitoringData['requestLog']> {
  if (machine.kind === 'unknown') return machine;
  const path = requestLogPath(machine.value);
  const clockOffsetMs = (isGatewayHere(o) ? o.clockOffsetMs() : o.gateway().reading?.clockOffsetMs) ?? 0;
  if (path === REQUEST_LOG) return readRequestLog(machine.value, path, minutes, span, clockOffsetMs);
  const requests = [requestLogRequest(path, minutes)];
  const answers = await (isGatewayHere(o) ? readMachine(o.host(), requests) : readGatewayMachine(o, requests));
  return answers.kind === 'unknown' ? answers : readRequestLog(answers.value, path, minutes, span, clockOffsetMs);
}

async function settled<T>(read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { kind: 'read', value: await read() };
  } catch (thrown) {
    return unknown(reasonOf(thrown));
  }
}

async function readConfigurations(
  o: ReportSources,
  host: Reading<HostAnswers>,
  gateway: Reading<HostAnswers>,
): Promise<NonNullable<ReportData['configuration']>> {
  const more = host.kind === 'unknown' ? host : await readMachine(o.host(), moreConfigurationRequests(host.value));
  const [recipes, versions] = await Promise.all([settled(o.recipes), settled(o.versions)]);
  const none: ReportedVersions = { invokeAi: null, comfyUi: null, torch: null };
  const both = (): HostAnswers => ({
    get: (request) => (more.kind === 'read' ? more.value.get(request) : null) ?? (host.kind === 'read' ? host.value.get(request) : null),
  });
  const facts = gatewayFacts(o.gateway());
  return {
    host:
      host.kind === 'unknown' ? host : { kind: 'read', value: readConfiguration(both(), versions.kind === 'read' ? versions.value : none) },
    gateway: gateway.kind === 'read' ? { kind: 'read', value: readGatewayConfiguration(gateway.value, facts) } : gateway,
    recipes: recipes.kind === 'read' ? recipes.value : [],
  };
}
