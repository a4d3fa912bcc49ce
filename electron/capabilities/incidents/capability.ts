import type { Incident } from '../../../shared/capabilities/incidents/contract.ts';
import { isChainUnit } from '../../../shared/chain-units.ts';
import { hostCapability } from '../capability.ts';
import { factsCapability } from '../facts/capability.ts';
import { gpuCapability } from '../gpu/capability.ts';
import { historyCapability } from '../history/capability.ts';
import { servicesCapability } from '../services/capability.ts';
import { createIncidentReader, type IncidentReader } from './incidents.ts';
import { eventOfIncident } from './recorded.ts';
import { type IncidentWatch, watchIncidents } from './watch.ts';

/** The incidents of one host. */
export interface Incidents extends IncidentReader {
  /** Incidents that overlap the span (epoch ms, this computer's clock), oldest first. Never throws. */
  between(fromMs: number, toMs: number): Promise<readonly Incident[]>;
  readonly watch: IncidentWatch;
}

export const incidentsCapability = hostCapability<'incidents', Incidents>({
  name: 'incidents',
  create: (host) => {
    const { hostId, connection, now } = host;
    const history = host.use(historyCapability);
    const gpu = host.use(gpuCapability);
    const services = host.use(servicesCapability);
    const facts = host.use(factsCapability);
    const isOnline = (): boolean => connection.snapshot.state.kind === 'online';
    const reader = createIncidentReader({
      hostId,
      history,
      transport: connection,
      isOnline,
      gpus: () => gpu.status().gpus,
      units: () =>
        services
          .state()
          .units.map(({ name }) => name)
          .filter(isChainUnit),
      clockOffsetMs: () => facts.current()?.clockOffsetMs ?? null,
      now,
    });
    return {
      ...reader,
      between: async (fromMs, toMs) => (await reader.list(fromMs, toMs)).incidents,
      watch: watchIncidents({
        ...reader,
        isOnline,
        now,
        onNew: (incident) => {
          const event = eventOfIncident(incident);
          if (event !== null) history.recordEvent(hostId, event);
        },
      }),
    };
  },
  handlers: {
    'incidents.list': (incidents, { fromMs, toMs }) => incidents.list(fromMs, toMs),
  },
  events: ({ watch }, emit) => [watch.onChange((incident) => emit('incidents.changed', incident))],
  stop: ({ watch }) => watch.stop(),
});
