import type { ReportFormat } from '../../../shared/capabilities/report/contract.ts';
import { isChainUnit } from '../../../shared/chain-units.ts';
import { isRecord } from '../../../shared/record.ts';
import { exportFileAtomic } from '../../foundation/files/atomic-file.ts';
import { exportName } from '../../foundation/files/export.ts';
import { backendsCapability } from '../backends/capability.ts';
import { textOf } from '../backends/values.ts';
import { type HostContext, hostCapability } from '../capability.ts';
import { checksCapability } from '../checks/capability.ts';
import { readSystem } from '../comfyui/replies.ts';
import { factsCapability } from '../facts/capability.ts';
import { galleryCapability } from '../gallery/capability.ts';
import { gatewayCapability } from '../gateway/capability.ts';
import { knownSecretsOf } from '../gateway/known-secrets.ts';
import { gpuCapability } from '../gpu/capability.ts';
import { historyCapability } from '../history/capability.ts';
import { incidentsCapability } from '../incidents/capability.ts';
import { probesCapability } from '../probes/capability.ts';
import { servicesCapability } from '../services/capability.ts';
import { setupCapability } from '../setup/capability.ts';
import type { ReportedVersions } from './collect/configuration.ts';
import { recordLinks } from './link-recorder.ts';
import { createReports, type Reports } from './report.ts';

const EXTENSIONS: Readonly<Record<ReportFormat, string>> = { markdown: 'md', html: 'html', pdf: 'pdf' };
const MAX_UNITS = 20;
const VERSION_TIMEOUT_MS = 5_000;
/** How the host stands to the recipes is read again after this time. */
const STANDING_MS = 600_000;

interface Room extends Reports {
  stop(): void;
}

export const reportCapability = hostCapability<'report', Room>({
  name: 'report',
  create: (host) => {
    const { hostId, profile, connection, now, use } = host;
    const history = use(historyCapability);
    const services = use(servicesCapability);
    const gateway = use(gatewayCapability);
    const gallery = use(galleryCapability);
    const isOnline = (): boolean => connection.snapshot.state.kind === 'online';
    const stop = recordLinks({
      hostId,
      history,
      connection: () => connection.snapshot.state.kind,
      services: () => services.state(),
      gateway: () => gateway.state(),
      probes: () => use(probesCapability).state(),
      now,
    });
    const reports = createReports({
      hostId,
      hostLabel: profile.label,
      hostName: profile.hostName,
      history,
      gpus: () => use(gpuCapability).status().gpus,
      units: () =>
        services
          .state()
          .units.filter(({ name, pinned }) => pinned || isChainUnit(name))
          .map(({ name }) => name)
          .slice(0, MAX_UNITS),
      gateway: () => gateway.state(),
      findImages: async (offset, limit) => (await gallery.find({}, offset, limit)).images,
      checks: () => {
        const { checks: infos, results, history: runs } = use(checksCapability).state();
        return { infos, results, history: runs };
      },
      incidents: ({ fromMs, toMs }) => use(incidentsCapability).list(fromMs, toMs),
      recipes: async () => {
        const setup = use(setupCapability);
        const known = setup.state().recipes;
        const isOld = known.some(({ standing }) => standing === null || now() - standing.takenAt > STANDING_MS);
        return isOnline() && isOld ? (await setup.refresh()).recipes : known;
      },
      versions: () => readVersions(host),
      host: () => (isOnline() ? { kind: 'read', value: connection } : { kind: 'unknown', reason: 'the host is not connected.' }),
      onGatewayMachine: async (work) => {
        const via = gateway.state().profile?.via ?? null;
        if (via === null || via.kind === 'direct') return 'the panel reaches the gateway directly and does not sign in to its machine.';
        const lease = host.connectionTo(via.hostId);
        if (lease === null) return 'its host is no longer in the list.';
        try {
          return { value: await work(lease.connection) };
        } finally {
          lease.release();
        }
      },
      clockOffsetMs: () => use(factsCapability).current()?.clockOffsetMs ?? null,
      knownSecrets: () => knownSecretsOf(host),
      now,
    });
    return { ...reports, stop };
  },
  handlers: {
    'report.make': (reports, request) => reports.make(request),
    'report.save': async (reports, { format }, { desktop, profile }) => {
      const savedTo = await desktop.saveAs(exportName('report', profile.label, reports.madeAt(), EXTENSIONS[format]));
      if (savedTo === null) return { savedTo };
      const pieces = format === 'pdf' ? [await desktop.printHtml([...reports.pieces('html')].join(''))] : reports.pieces(format);
      await exportFileAtomic(savedTo, pieces);
      return { savedTo };
    },
  },
  stop: (reports) => reports.stop(),
});

async function readVersions({ use }: HostContext): Promise<ReportedVersions> {
  const { invokeai, comfyui } = use(backendsCapability);
  const options = { timeoutMs: VERSION_TIMEOUT_MS };
  const [version, stats] = await Promise.all([
    invokeai.json({ path: '/api/v1/app/version', ...options }).catch(() => null),
    comfyui.json({ path: '/system_stats', ...options }).catch(() => null),
  ]);
  const system = readSystem(stats);
  return {
    invokeAi: isRecord(version) ? textOf(version['version']) : null,
    comfyUi: system?.version ?? null,
    torch: system?.system.pytorchVersion ?? null,
  };
}
