import { exportFileAtomic } from '../../foundation/files/atomic-file.ts';
import { exportName } from '../../foundation/files/export.ts';
import { backendsCapability } from '../backends/capability.ts';
import { hostCapability } from '../capability.ts';
import { gatewayCapability } from '../gateway/capability.ts';
import { forgetChecks, openCheckStore } from './check-store.ts';
import { type Checks, createChecks } from './checks.ts';
import { checksNotRunError } from './errors.ts';
import { EXPORTS } from './export/exports.ts';
import { CHECKS } from './list.ts';
import { createOpenSources, LAB_ADDRESS } from './open-sources.ts';

export const checksCapability = hostCapability<'checks', Checks>({
  name: 'checks',
  create: ({ hostId, profile, lab, connection, connectionTo, dataFolder, saves, log, now, use }) =>
    createChecks({
      checks: CHECKS,
      store: openCheckStore({ dataFolder, hostId, saves, log }),
      openSources: createOpenSources({
        profile,
        labAddress: lab === null ? null : LAB_ADDRESS,
        transport: connection,
        backends: use(backendsCapability),
        gateway: use(gatewayCapability),
        connectionTo,
        now,
      }),
      isOnline: () => connection.snapshot.state.kind === 'online',
      now,
    }),
  handlers: {
    'checks.state': (checks) => checks.state(),
    'checks.run': (checks, { ids }) => {
      // What fails during the run is in its state.
      void checks.run(ids, 'operator');
      return checks.state();
    },
    'checks.cancel': (checks) => {
      checks.cancel();
      return checks.state();
    },
    'checks.setSchedule': (checks, { schedule }) => {
      checks.setSchedule(schedule);
      return checks.state();
    },
    'checks.export': async (checks, { format }, { desktop, profile, now }) => {
      const { checks: infos, results } = checks.state();
      if (results.length === 0) throw checksNotRunError();
      const { extension, write } = EXPORTS[format];
      const savedTo = await desktop.saveAs(exportName('checks', profile.label, now(), extension));
      if (savedTo !== null) await exportFileAtomic(savedTo, [write({ host: profile.label, checks: infos, results, takenAt: now() })]);
      return { savedTo };
    },
  },
  events: (checks, emit) => [checks.onChange((state) => emit('checks.changed', state))],
  initial: (checks, emit) => emit('checks.changed', checks.state()),
  stop: (checks) => checks.stop(),
  forget: ({ dataFolder }, hostId) => forgetChecks(dataFolder, hostId),
});
