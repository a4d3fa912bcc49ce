import { exportFileAtomic } from '../../foundation/files/atomic-file.ts';
import { exportName } from '../../foundation/files/export.ts';
import { hostCapability } from '../capability.ts';
import { gatewayCapability } from '../gateway/capability.ts';
import { servicesCapability } from '../services/capability.ts';
import { makePlaybook } from './ansible/playbook.ts';
import { zipOf } from './ansible/zip.ts';
import { setupConfirmations } from './confirmations.ts';
import { setupPlanUnknownError } from './errors.ts';
import { gatewayOfHost } from './gateway-of-host.ts';
import { describeOperator } from './operator.ts';
import { createPrograms } from './programs.ts';
import { RECIPES } from './recipes/index.ts';
import { forgetSetup, openSetupStore } from './run-store.ts';
import { createSetup, type Setup } from './setup.ts';

export const setupCapability = hostCapability<'setup', Setup>({
  name: 'setup',
  create: ({ hostId, profile, connection, dataFolder, secrets, shipped, saves, log, now, use }) => {
    const services = use(servicesCapability);
    const gateway = use(gatewayCapability);
    return createSetup({
      hostId,
      hostLabel: () => profile.label,
      transport: connection,
      programs: createPrograms(connection, () => gatewayOfHost(gateway, { hostId, hostName: profile.hostName })),
      recipes: RECIPES,
      store: openSetupStore({ dataFolder, hostId, saves, log }),
      secrets,
      shipped,
      operator: describeOperator(),
      now,
      // A run may have installed or removed the sudo rule.
      onRunEnd: () => void services.checkSudo(),
    });
  },
  handlers: {
    'setup.state': (setup) => setup.state(),
    'setup.refresh': (setup) => setup.refresh(),
    'setup.saveValues': (setup, { recipe, values }) => setup.saveValues(recipe, values),
    'setup.setSecret': (setup, { recipe, key, secret }) => setup.setSecret(recipe, key, secret),
    'setup.plan': (setup, { recipes, asRoot }) => setup.plan(recipes, asRoot),
    'setup.apply': (setup, { planId, takeOver }) => setup.apply(planId, { takeOver }),
    'setup.resume': (setup, { takeOver }) => setup.resume(takeOver),
    'setup.cancel': (setup) => setup.cancel(),
    'setup.dismiss': (setup) => setup.dismiss(),
    'setup.report': (setup) => setup.report(),
    'setup.saveReport': async (setup, _none, { desktop, profile, now }) => {
      const savedTo = await desktop.saveAs(exportName('setup', profile.label, now(), 'md'));
      if (savedTo === null) return { savedTo };
      await exportFileAtomic(savedTo, [setup.report()]);
      setup.reportSaved();
      return { savedTo };
    },
    'setup.exportPlaybook': async (setup, { planId }, { desktop, profile }) => {
      const made = setup.planned(planId);
      if (made === null) throw setupPlanUnknownError();
      const name = `ansible-${made.chosen.map(({ recipe }) => recipe.id).join('-')}`.slice(0, 60);
      const savedTo = await desktop.saveAs(`${name}.zip`);
      if (savedTo !== null) await exportFileAtomic(savedTo, [zipOf(makePlaybook(made, profile.label), name)]);
      return { savedTo };
    },
  },
  confirmations: setupConfirmations(),
  events: (setup, emit) => [setup.onChange((state) => emit('setup.changed', state))],
  initial: (setup, emit) => emit('setup.changed', setup.state()),
  stop: (setup) => setup.stop(),
  forget: ({ dataFolder }, hostId) => forgetSetup(dataFolder, hostId),
});
