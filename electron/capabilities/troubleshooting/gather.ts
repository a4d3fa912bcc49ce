import { valuesOfBuckets } from '../../../shared/buckets.ts';
import type { GatewayState } from '../../../shared/capabilities/gateway/contract.ts';
import type { AskedError } from '../../../shared/capabilities/troubleshooting/contract.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { MAX_TEXT_CHARS, plainLines } from '../../../shared/plain-text.ts';
import type { OpenSources } from '../checks/checks.ts';
import type { CheckSources, EndpointName } from '../checks/sources.ts';
import type { HistoryStore } from '../history/source.ts';
import type { IncidentReader } from '../incidents/incidents.ts';
import { type Evidence, known, type Part, type ProbeReply, unknown, type VramHistory } from './evidence.ts';
import { readGatewayParts, readHostParts } from './read-host.ts';
import { GATEWAY_READS, type HostReads, hostReads, minutesToRead } from './reads.ts';

const PROBE_TIMEOUT_MS = 2_500;
const PORT_TIMEOUT_MS = 1_500;
const MAX_REPLY_BYTES = 1024 * 1024;
const MINUTE_MS = 60_000;
const CHART_BEFORE_MS = 20 * MINUTE_MS;
const CHART_AFTER_MS = 5 * MINUTE_MS;
const CHART_BUCKETS = 150;

export interface GatherParts {
  readonly openSources: OpenSources;
  readonly gateway: { refresh(): Promise<void>; state(): GatewayState };
  readonly history: Pick<HistoryStore, 'series'>;
  readonly incidents: Pick<IncidentReader, 'list'>;
  readonly hostId: string;
  /** The GPUs that the panel knows of the host. */
  readonly gpuUuids: () => readonly string[];
  readonly now: () => number;
}

/** What the operator asks about. */
export interface Asked {
  readonly at: number | null;
  readonly error: AskedError | null;
}

/**
 * Reads everything that the rules look at: one command on the host and one on the gateway's machine, and all requests over HTTP at once. What
 * cannot be read is unknown with its reason.
 */
export async function gather(p: GatherParts, { at, error }: Asked, signal: AbortSignal): Promise<Evidence> {
  const startedAt = p.now();
  const atMs = Math.min(at ?? startedAt, startedAt);
  const minutes = minutesToRead(atMs, startedAt);
  const reads = hostReads(minutes);
  // The gateway is asked while the host reads.
  const gateway = freshGateway(p);
  const { sources, read, close } = p.openSources(
    [{ reads: { first: reads.all }, gatewayReads: { first: Object.values(GATEWAY_READS) } }],
    signal,
  );
  try {
    const [probes, nginxPort, gatewayPart, incidentsPart] = await Promise.all([
      probe(sources),
      portOf(sources),
      gateway,
      storedIncidents(p, startedAt - minutes * MINUTE_MS, startedAt),
      read,
    ]);
    const nowMs = p.now();
    return {
      nowMs,
      atMs,
      fromMs: nowMs - minutes * MINUTE_MS,
      hostLabel: sources.host.label,
      error,
      ...hostParts(sources, reads),
      probes,
      nginxPort,
      gateway: gatewayPart,
      ...gatewayParts(sources),
      vram: storedVram(p, atMs, nowMs),
      incidents: incidentsPart,
    };
  } finally {
    close();
  }
}

async function freshGateway({ gateway }: GatherParts): Promise<Part<GatewayState>> {
  try {
    if (gateway.state().profile === null) return known(gateway.state());
    const isFresh = await within(gateway.refresh(), PROBE_TIMEOUT_MS);
    if (!isFresh && gateway.state().phase.kind !== 'failing')
      return unknown(`the gateway did not respond within ${PROBE_TIMEOUT_MS / 1000} s`);
    return known(gateway.state());
  } catch (thrown) {
    return unknown(toPanelError(thrown).message);
  }
}

/** Whether the work ended in time; ends the wait, not the work. */
async function within(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  const isInTime = await Promise.race([work.then(() => true), limit]);
  clearTimeout(timer);
  return isInTime;
}

async function probe(sources: CheckSources): Promise<Evidence['probes']> {
  const ask = (endpoint: EndpointName, path: string) => replyOf(sources, endpoint, path);
  const [nginx, nginxReady, shim, shimModels, invokeai, queue, current] = await Promise.all([
    ask('nginx', '/healthz'),
    ask('nginx', '/readyz'),
    ask('shim', '/readyz'),
    ask('shim', '/v1/models?raw=true'),
    ask('invokeai', '/api/v1/app/version'),
    ask('invokeai', '/api/v1/queue/default/status'),
    ask('invokeai', '/api/v1/queue/default/current'),
  ]);
  return { nginx, nginxReady, shim, shimModels, invokeai, queue, current };
}

async function replyOf(sources: CheckSources, endpoint: EndpointName, path: string): Promise<Part<ProbeReply>> {
  const startedMs = performance.now();
  try {
    const { status, body, headers } = await sources.http(endpoint, { path, timeoutMs: PROBE_TIMEOUT_MS, maxBytes: MAX_REPLY_BYTES });
    const isPage = /^\s*text\/html\b/i.test(headers['content-type'] ?? '');
    return known({ kind: 'reply', status, body: plainLines(body, MAX_TEXT_CHARS * 4), isPage, elapsedMs: performance.now() - startedMs });
  } catch (thrown) {
    const { code, message } = toPanelError(thrown);
    // Without the connection nothing is known of the program.
    return code.startsWith('ssh-') || code.startsWith('tunnel-not') ? unknown(message) : known({ kind: 'failed', code, message });
  }
}

async function portOf(sources: CheckSources): Promise<Evidence['nginxPort']> {
  if (sources.host.isLab) return unknown('the lab has no network between it and this computer');
  let outcome: Awaited<ReturnType<CheckSources['tryPort']>> = { kind: 'silent' };
  const trying = sources.tryPort(7860).then((result) => {
    outcome = result;
  });
  await within(trying, PORT_TIMEOUT_MS);
  return outcomePart(outcome);
}

const outcomePart = (outcome: Awaited<ReturnType<CheckSources['tryPort']>>): Evidence['nginxPort'] =>
  outcome.kind === 'unknown' ? unknown(outcome.reason) : known(outcome.kind);

/** The parts that the host's reader answers; where it failed, each is unknown for the same reason. */
function hostParts(sources: CheckSources, reads: HostReads): ReturnType<typeof readHostParts> {
  try {
    return readHostParts(sources.host.answers(), reads, { offsetMs: offsetOf(() => sources.host.clock()) });
  } catch (thrown) {
    const part = unknown(toPanelError(thrown).message);
    const services = { invokeai: part, shim: part, nginx: part };
    return {
      units: services,
      logs: services,
      kernel: part,
      gpu: part,
      gpuPrograms: part,
      disks: part,
      memory: part,
      listeners: part,
      boot: part,
    };
  }
}

function gatewayParts(sources: CheckSources): ReturnType<typeof readGatewayParts> {
  try {
    return readGatewayParts(
      sources.gateway.answers(),
      offsetOf(() => sources.gateway.clock()),
    );
  } catch (thrown) {
    const part = unknown(toPanelError(thrown).message);
    return { gatewayRequests: part, gatewayImageFolder: part, gatewayBackends: part, gatewayDeployed: part, gatewayEnvironment: part };
  }
}

function offsetOf(clock: () => { readonly offsetMs: number; readonly uncertaintyMs: number }): number {
  try {
    const { offsetMs, uncertaintyMs } = clock();
    return Number.isFinite(offsetMs) && Math.abs(offsetMs) > uncertaintyMs ? offsetMs : 0;
  } catch {
    return 0;
  }
}

function storedVram(p: GatherParts, atMs: number, nowMs: number): Evidence['vram'] {
  const fromMs = atMs - CHART_BEFORE_MS;
  const toMs = Math.max(fromMs + MINUTE_MS, Math.min(nowMs, atMs + CHART_AFTER_MS));
  const [gpuUuid] = p.gpuUuids();
  return gpuUuid === undefined ? unknown('the panel has seen no GPU of this host yet') : vramPart(p, { gpuUuid, fromMs, toMs });
}

async function storedIncidents({ incidents }: GatherParts, fromMs: number, toMs: number): Promise<Evidence['incidents']> {
  try {
    return known((await incidents.list(fromMs, toMs, { withLog: false })).incidents);
  } catch (thrown) {
    return unknown(toPanelError(thrown).message);
  }
}

function vramPart({ history, hostId }: GatherParts, span: Omit<VramHistory, 'usedMiB'>): Part<VramHistory> {
  const { gpuUuid, fromMs, toMs } = span;
  return attempt(() => {
    const { columns } = history.series({
      hostId,
      kind: 'gpu',
      subjects: [gpuUuid],
      metrics: ['memoryUsedMiB'],
      fromMs,
      toMs,
      buckets: CHART_BUCKETS,
    });
    return { ...span, usedMiB: valuesOfBuckets(columns[0], 'max') };
  });
}

function attempt<T>(work: () => T): Part<T> {
  try {
    return known(work());
  } catch (thrown) {
    return unknown(toPanelError(thrown).message);
  }
}
