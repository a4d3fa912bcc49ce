import { vramByUnit } from '../../../shared/gpu-summary.ts';
import { hostCapability } from '../capability.ts';
import { factsCapability } from '../facts/capability.ts';
import { gpuCapability } from '../gpu/capability.ts';
import { historyCapability } from '../history/capability.ts';
import { createChangeRecorder } from '../history/change-recorder.ts';
import { serviceConfirmations } from './confirmations.ts';
import { createServices, type Services } from './services.ts';
import { RESTARTED } from './text.ts';

const NO_UNITS = { pinned: [], order: [] };

export const servicesCapability = hostCapability<'services', Services>({
  name: 'services',
  create: (host) => {
    const { hostId, profile, connection, settings, lastKnown, isWindowShown, log, now } = host;
    const gpu = host.use(gpuCapability);
    const facts = host.use(factsCapability);
    const services = createServices({
      transport: connection,
      hostId,
      hostLabel: () => profile.label,
      preferences: {
        read: () => settings.get().services[hostId] ?? NO_UNITS,
        write: (units) =>
          settings.update({
            services: { ...settings.get().services, [hostId]: { pinned: [...units.pinned], order: [...units.order] } },
          }),
      },
      vramByUnit: () => vramByUnit(gpu.status().processes),
      lastKnown,
      isWindowShown,
      clockOffsetMs: () => facts.current()?.clockOffsetMs ?? 0,
      log,
      now,
    });
    const reportState = createChangeRecorder({ hostId, history: host.use(historyCapability), now });
    services.onChange(({ units }) => {
      for (const { name, verdict, invocationId } of units)
        reportState('unit', name, verdict.word, verdict.why, { id: invocationId, begun: RESTARTED });
    });
    connection.onChange(({ state }) => {
      if (state.kind === 'online' || state.kind === 'offline') reportState('connection', '', state.kind);
      else if (state.kind === 'reconnecting' || state.kind === 'blocked') reportState('connection', '', 'lost', state.cause.message);
    });
    services.start();
    return services;
  },
  handlers: {
    'services.state': (services) => services.state(),
    'services.refresh': (services) => services.refresh(),
    'services.act': (services, { unit, verb }) => services.act(unit, verb),
    'services.lastLines': (services, { unit, count }) => services.lastLines(unit, count),
    'services.runs': (services, { unit }) => services.runs(unit),
    'services.discover': (services) => services.discover(),
    'services.pin': (services, { unit, pinned }) => services.pin(unit, pinned),
    'services.order': (services, { units }) => services.order(units),
  },
  confirmations: serviceConfirmations(),
  events: (services, emit) => [
    services.onChange((state) => emit('services.changed', state)),
    services.onAction((action) => emit('services.action', action)),
  ],
  initial: (services, emit) => emit('services.changed', services.state()),
  stop: (services) => services.stop(),
});
