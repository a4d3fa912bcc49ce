import { backendsCapability } from '../backends/capability.ts';
import { hostCapability } from '../capability.ts';
import { createOpenSources, LAB_ADDRESS } from '../checks/open-sources.ts';
import { gatewayCapability } from '../gateway/capability.ts';
import { gpuCapability } from '../gpu/capability.ts';
import { historyCapability } from '../history/capability.ts';
import { incidentsCapability } from '../incidents/capability.ts';
import { RULES } from './rules/index.ts';
import { createTroubleshooting, type Troubleshooting } from './troubleshooting.ts';

/** Somebody waits for the answer; what does not respond by then is named as not looked at. */
const CONNECT_WAIT_MS = 2_000;

export const troubleshootingCapability = hostCapability<'troubleshooting', Troubleshooting>({
  name: 'troubleshooting',
  create: ({ hostId, profile, lab, connection, connectionTo, now, use }) => {
    const gateway = use(gatewayCapability);
    const gpu = use(gpuCapability);
    return createTroubleshooting({
      rules: RULES,
      openSources: createOpenSources({
        profile,
        labAddress: lab === null ? null : LAB_ADDRESS,
        transport: connection,
        backends: use(backendsCapability),
        gateway,
        connectionTo,
        connectWaitMs: CONNECT_WAIT_MS,
        now,
      }),
      gateway,
      history: use(historyCapability),
      incidents: use(incidentsCapability),
      hostId,
      gpuUuids: () => gpu.status().gpus.map(({ uuid }) => uuid),
      now,
    });
  },
  handlers: {
    'troubleshooting.find': (troubleshooting, { symptom, at, error }) => troubleshooting.find(symptom, { at, error }),
  },
  stop: (troubleshooting) => troubleshooting.stop(),
});
