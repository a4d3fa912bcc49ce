import type { ServicesState } from '../../../shared/capabilities/services/contract.ts';
import { isChainUnit } from '../../../shared/chain-units.ts';
import { backendsCapability } from '../backends/capability.ts';
import { hostCapability } from '../capability.ts';
import { servicesCapability } from '../services/capability.ts';
import { createProbes, type Probes } from './probes.ts';

/** The states of the services of image generation; a change triggers a probe. */
const describeUnits = ({ units }: ServicesState): string =>
  units
    .filter(({ name }) => isChainUnit(name))
    .map(({ name, activeState, subState }) => `${name} ${activeState} ${subState}`)
    .join();

export const probesCapability = hostCapability<'probes', Probes>({
  name: 'probes',
  create: (host) => {
    const { connection, isWindowShown, log, now } = host;
    const backends = host.use(backendsCapability);
    const services = host.use(servicesCapability);
    const probes = createProbes({ transport: connection, addresses: backends.addresses, isWindowShown, log, now });
    let units = describeUnits(services.state());
    services.onChange((state) => {
      const before = units;
      units = describeUnits(state);
      if (units !== before) void probes.refresh();
    });
    services.onAction(({ kind }) => {
      if (kind === 'done' || kind === 'failed') void probes.refresh();
    });
    return probes;
  },
  handlers: { 'probes.state': (probes) => probes.state() },
  events: (probes, emit) => [probes.onChange((state) => emit('probes.changed', state))],
  stop: (probes) => probes.stop(),
});
