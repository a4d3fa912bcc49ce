import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { exportFileAtomic } from '../../foundation/files/atomic-file.ts';
import { exportName } from '../../foundation/files/export.ts';
import { type HostContext, hostCapability } from '../capability.ts';
import { checksCapability } from '../checks/capability.ts';
import { diagnosisCapability } from '../diagnosis/capability.ts';
import { factsCapability } from '../facts/capability.ts';
import { gatewayCapability } from '../gateway/capability.ts';
import { knownSecretsOf } from '../gateway/known-secrets.ts';
import { gpuCapability } from '../gpu/capability.ts';
import { historyCapability } from '../history/capability.ts';
import { incidentsCapability } from '../incidents/capability.ts';
import { servicesCapability } from '../services/capability.ts';
import { hostDocuments, type RawDocument } from './documents.ts';
import { readForBundle } from './readings.ts';
import { writeBundleReport } from './report.ts';
import { createSupportBundle, type SupportBundle } from './support-bundle.ts';
import { ABOUT, describeMissing, REASONS } from './text.ts';

const HOUR_MS = 3_600_000;
const SAMPLES_MS = 3 * HOUR_MS;
const INCIDENTS_MS = 24 * HOUR_MS;
const MAX_LOG_BYTES = 256 * 1024;

export const supportCapability = hostCapability<'support', SupportBundle>({
  name: 'support',
  create: (host) =>
    createSupportBundle({
      collect: (panelVersion) => collect(host, panelVersion),
      knownSecrets: () => knownSecretsOf(host),
    }),
  handlers: {
    'support.prepare': (bundle, request) => bundle.prepare(request),
    'support.render': (bundle, { id, withPrompts }) => bundle.render(id, withPrompts),
    'support.preview': (bundle, { id, path }) => bundle.preview(id, path),
    'support.save': async (bundle, { id, leaveOut }, { desktop, profile, now }) => {
      const { data, files } = bundle.zip(id, leaveOut);
      const savedTo = await desktop.saveAs(exportName('ada-panel-support', profile.label, now(), 'zip'));
      if (savedTo === null) return { savedTo, files: 0, bytes: 0 };
      await exportFileAtomic(savedTo, [data]);
      return { savedTo, files, bytes: data.length };
    },
    'support.discard': (bundle, { id }) => bundle.discard(id),
  },
});

type Collected = { readonly documents: readonly RawDocument[]; readonly missing: readonly string[] };

/** Everything of the bundle before secrets are removed. Never throws. */
async function collect(host: HostContext, panelVersion: string): Promise<Collected> {
  const { connection, now, hostId } = host;
  const services = host.use(servicesCapability).state();
  const gpu = host.use(gpuCapability).status();
  const history = host.use(historyCapability);
  const isOnline = connection.snapshot.state.kind === 'online';
  const nowMs = now();
  const unitNames = services.units.map(({ name }) => name);
  const [read, incidents] = await Promise.all([
    isOnline ? readForBundle(connection, unitNames) : null,
    // Of stored data only: the log is in the bundle, and one more command is not needed for it.
    host.use(incidentsCapability).list(nowMs - INCIDENTS_MS, nowMs, { withLog: false }),
  ]);
  const ofHost = read === null ? { documents: [], missing: [describeMissing('The host', REASONS.offline)] } : hostDocuments(read);
  const { checks: infos, results } = host.use(checksCapability).state();
  const via = host.use(gatewayCapability).state().profile?.via;
  const report = writeBundleReport({
    hostLabel: host.profile.label,
    panelVersion,
    takenAtMs: nowMs,
    connection: connection.snapshot.state.kind,
    facts: host.use(factsCapability).current(),
    gpu,
    services,
    checks: { infos, results },
    problems: host.use(diagnosisCapability).current().problems,
    incidents: incidents.incidents,
    unreadIncidents: incidents.unread,
  });
  const subjects = gpu.gpus.map(({ uuid }) => uuid);
  const samples =
    subjects.length === 0 ? null : [...history.csv({ hostId, kind: 'gpu', subjects, fromMs: nowMs - SAMPLES_MS, toMs: nowMs })].join('\n');
  const log = tailOf(() => host.storage().logFile);
  return {
    documents: [
      { path: 'report.md', group: 'report', about: ABOUT.report, text: report, kind: 'log' },
      ...ofHost.documents,
      ...(samples === null
        ? []
        : [{ path: 'samples/gpu.csv', group: 'samples', about: ABOUT.samples, text: samples, kind: 'plain' } as const]),
      {
        path: 'panel/settings.json',
        group: 'panel',
        about: ABOUT.settings,
        text: JSON.stringify(host.settings.get(), null, 2),
        kind: 'settings',
      },
      ...(log.text === null
        ? []
        : [{ path: 'panel/panel.log', group: 'panel', about: ABOUT.panelLog, text: log.text, kind: 'log' } as const]),
    ],
    missing: [
      ...ofHost.missing,
      ...(samples === null ? [describeMissing('GPU readings', 'no GPU is known')] : []),
      ...(log.text === null ? [describeMissing('Log of Ada Panel', log.reason)] : []),
      ...(via?.kind === 'ssh' && via.hostId !== hostId ? [describeMissing('Files of the gateway', REASONS.otherMachine)] : []),
    ],
  };
}

/** The end of a file of this computer, in whole lines. */
function tailOf(fileOf: () => string): { readonly text: string } | { readonly text: null; readonly reason: string } {
  try {
    const file = fileOf();
    const { size } = statSync(file);
    const length = Math.min(size, MAX_LOG_BYTES);
    const data = Buffer.alloc(length);
    const descriptor = openSync(file, 'r');
    try {
      readSync(descriptor, data, 0, length, size - length);
    } finally {
      closeSync(descriptor);
    }
    const text = data.toString('utf8');
    return { text: size > length ? text.slice(text.indexOf('\n') + 1) : text };
  } catch (cause) {
    return { text: null, reason: cause instanceof Error ? cause.message : String(cause) };
  }
}
