import { readFileRequest, readFileState } from '../../../foundation/host-reader/answers.ts';
import { LAUNCHD_REQUEST, LISTEN_REQUEST } from '../engine/plan-launchd.ts';
import type { Step } from '../engine/resources.ts';
import { readGatewayEnv } from '../files/gateway-env.ts';
import { findListener, isMlx, isNexa, readLaunchd } from '../files/launchd.ts';
import type { Recipe, RecipeContext } from '../recipe.ts';
import { choiceParameter, pathParameter } from './parameters.ts';
import { noteStep, requireStep } from './require.ts';

/** Where Nexa serves images. */
const NEXA_PORT = 18_181;

export const RETIRE_NEXA: Recipe = {
  id: 'retire-nexa',
  title: 'Retire Nexa',
  summary: 'Nexa on a Mac is stopped and does not start again; its property list is kept, so that it can be started again.',
  group: 'maintenance',
  presence: ({ facts }) => (facts.distribution === 'macos' ? 'present' : { elsewhere: 'Nexa runs on a Mac.' }),
  parameters: [
    choiceParameter({
      key: 'state',
      label: 'Nexa',
      help: 'Running brings back what was retired here.',
      initial: 'retired',
      choices: [
        { value: 'retired', label: 'Retired' },
        { value: 'running', label: 'Running' },
      ],
    }),
    pathParameter({
      key: 'envFile',
      label: "Gateway's environment file",
      help: 'Where the gateway runs on the same Mac: it must not send images to Nexa any more.',
      initial: '/var/lib/gateway/app/.env',
    }),
  ],
  guards: [],
  reads: ({ envFile }) => [LAUNCHD_REQUEST, LISTEN_REQUEST, readFileRequest(envFile ?? '')],
  steps: (context) => {
    const { answers, values, facts } = context;
    if (facts.distribution !== 'macos') return [noteStep('system', 'Nexa runs on a Mac; there is nothing to retire on this host')];
    const services = readLaunchd(answers.get(LAUNCHD_REQUEST)?.lines ?? []);
    const listener = findListener(answers.get(LISTEN_REQUEST)?.lines ?? [], NEXA_PORT);
    const found = services.filter((service) => isNexa(service, listener?.pid ?? null));
    const isRetired = values['state'] !== 'running';
    return [
      ...(isRetired ? [gatewayStep(context)] : []),
      ...found.map(
        ({ domain, label, plist, retiredPlist }, index): Step => ({
          id: `service-${index + 1}`,
          title: isRetired ? `${label} stopped, its property list put aside` : `${label} running`,
          needs: [],
          resource: {
            kind: 'launchd',
            domain,
            label,
            plist: plist ?? retiredPlist,
            is: isRetired ? 'retired' : 'loaded',
            port: isRetired ? NEXA_PORT : null,
          },
        }),
      ),
      ...(found.length === 0 ? [noteStep('none', 'launchd has no service of Nexa')] : []),
      ...(found.length === 0 && isRetired && listener !== null ? [strangerStep(listener)] : []),
      ...services.filter(isMlx).map(({ label }, index) => noteStep(`mlx-${index + 1}`, `${label} stays: it serves chat`)),
    ];
  },
};

function gatewayStep({ answers, values }: RecipeContext): Step {
  const path = values['envFile'] ?? '';
  const text = readFileState(answers.get(readFileRequest(path)))?.text;
  const address = text === null || text === undefined ? '' : (readGatewayEnv(text).get('IMAGES_HTTP_BASE_URL') ?? '');
  return requireStep(
    'gateway',
    text === null || text === undefined ? `Gateway: ${path} is not there, or only root may read it` : 'The gateway sends no images to Nexa',
    !address.slice(0, 300).includes(`:${NEXA_PORT}`),
    `The gateway sends images to port ${NEXA_PORT}.`,
    `Set IMAGES_HTTP_BASE_URL in ${path} to the GPU host and restart the gateway.`,
  );
}

const strangerStep = ({ name, pid }: { readonly name: string; readonly pid: number }): Step =>
  requireStep(
    'port',
    `Port ${NEXA_PORT} is closed`,
    false,
    `${name} (process ${pid}) listens on port ${NEXA_PORT} and belongs to no service of launchd.`,
    'Stop this process on the host.',
  );
