import { type ReadRequest, readFileRequest, readFileState, readListRequest } from '../../../foundation/host-reader/answers.ts';
import type { FileContent, Guard, Step } from '../engine/resources.ts';
import { readNginxSite } from '../files/nginx-read.ts';
import { NGINX_SITE_DEFAULTS, renderNginxSite } from '../files/nginx-site.ts';
import type { Recipe, RecipeContext } from '../recipe.ts';
import { findServedBackend, READ_BACKENDS } from './backends.ts';
import { NGINX_PARAMETERS } from './nginx-parameters.ts';
import { requireStep } from './require.ts';

export const SITE = '/etc/nginx/sites-available/ada-images';
const ENABLED = '/etc/nginx/sites-enabled';
export const SITE_LINK = `${ENABLED}/ada-images`;
export const PASSWORD_FILE = '/etc/nginx/ada-images.htpasswd';
const GUARD: Guard = { id: 'nginx', seconds: 120, units: [{ name: 'nginx.service', verb: 'reload' }] };
const MAIN = '/etc/nginx/nginx.conf';
const ALL_SITES = [`${ENABLED}/*`, 'sites-enabled/*'];
/** Sites under these names are known from guides; others that listen on the same port are found by their text. */
export const KNOWN_SITES: readonly string[] = ['invokeai', 'invokeai.conf', 'default'];

const siteRequests = (): readonly ReadRequest[] => KNOWN_SITES.map((name) => readFileRequest(`/etc/nginx/sites-available/${name}`));

export const NGINX: Recipe = {
  id: 'nginx',
  title: 'nginx',
  summary: 'One port with health endpoints, the Images API and the user interface.',
  group: 'first-setup',
  presence: 'file /usr/sbin/nginx 0',
  parameters: NGINX_PARAMETERS,
  guards: [GUARD],
  reads: () => [READ_BACKENDS, readFileRequest(MAIN), readListRequest(ENABLED), ...siteRequests()],
  steps: (context) => {
    const { values } = context;
    const port = Number(values['port']);
    const isProtected = values['uiUser'] !== '';
    return [
      ...clashStep(context, port),
      layoutStep(context),
      {
        id: 'package',
        title: 'nginx',
        needs: [],
        resource: { kind: 'packages', names: ['nginx-light|nginx-core|nginx-full|nginx-extras|nginx'] },
      },
      ...(isProtected ? passwordSteps(context) : []),
      siteStep({ kind: 'text', text: siteText(context, port) }, `Site on port ${port}`, GUARD.id, ['package']),
      {
        id: 'enable-site',
        title: 'Site enabled',
        needs: ['site'],
        guard: GUARD.id,
        resource: { kind: 'link', path: SITE_LINK, target: SITE },
      },
      ...otherSites(context, port).map(
        (name): Step => ({
          id: `disable-${name.replace(/[^a-z0-9]/g, '-')}`,
          title: `Site ${name} disabled`,
          needs: ['site'],
          guard: GUARD.id,
          resource: { kind: 'absent', path: `${ENABLED}/${name}`, by: 'move', comesWithPackage: name === 'default' },
        }),
      ),
      nginxServiceStep(GUARD.id, ['package', 'site', 'enable-site'], [SITE, SITE_LINK, ...(isProtected ? [PASSWORD_FILE] : [])]),
      ...(values['tls'] === 'yes'
        ? []
        : [
            {
              id: 'answer',
              title: `nginx responds on port ${port}`,
              needs: ['service'],
              guard: GUARD.id,
              resource: { kind: 'answer', url: `http://127.0.0.1:${port}/healthz`, status: 200, json: false, withinS: 30 } as const,
            },
          ]),
    ];
  },
};

/** The text of the site. */
export const siteStep = (content: FileContent, title: string, guard: string, needs: readonly string[]): Step => ({
  id: 'site',
  title,
  needs,
  guard,
  resource: { kind: 'file', path: SITE, owner: 'root', group: 'root', mode: '644', content },
});

/** nginx runs with the present files. */
export const nginxServiceStep = (guard: string, needs: readonly string[], reads: readonly string[]): Step => ({
  id: 'service',
  title: 'nginx enabled and running',
  needs,
  guard,
  resource: {
    kind: 'unit',
    name: 'nginx.service',
    isEnabled: true,
    isActive: true,
    reads,
    onChange: 'reload',
    test: ['nginx', '-t'],
  },
});

/** Another program on the port; the recipe of InvokeAI moves InvokeAI away from it. */
function clashStep({ facts }: RecipeContext, port: number): readonly Step[] {
  const other = facts.listeners.find((listener) => listener.port === port && listener.process !== null && listener.process !== 'nginx');
  if (other === undefined) return [];
  return [
    requireStep(
      'port',
      `Port ${port} is free`,
      false,
      `${other.process} listens on port ${port}, so nginx cannot.`,
      'Apply the recipe of InvokeAI together with this one: it moves InvokeAI to its own port.',
      ['invokeai'],
    ),
  ];
}

/** The nginx of nginx.org reads other folders than the one that Debian and Ubuntu package; before the installation nothing is read. */
function layoutStep({ answers }: RecipeContext): Step {
  const main = readFileState(answers.get(readFileRequest(MAIN)))?.text ?? null;
  return requireStep(
    'layout',
    'nginx reads enabled sites',
    main === null || readNginxSite(main).includes.some((pattern) => ALL_SITES.includes(pattern)),
    `${MAIN} does not include ${ENABLED}/*, as the nginx of nginx.org does not.`,
    `Make the folders sites-available and sites-enabled in /etc/nginx, and add "include ${ENABLED}/*;" to the block http.`,
  );
}

function passwordSteps({ values }: RecipeContext): readonly Step[] {
  const hash = values['uiPassword'] ?? '';
  if (hash === '') {
    const reason = 'There is a user name and no password.';
    return [requireStep('password', 'Password for the interface', false, reason, 'Set the password in the parameters.')];
  }
  return [
    {
      id: 'password',
      title: 'Password for the interface',
      needs: ['package'],
      guard: GUARD.id,
      resource: {
        kind: 'file',
        path: PASSWORD_FILE,
        owner: 'root',
        group: 'www-data',
        mode: '640',
        content: { kind: 'secret', text: `${values['uiUser']}:${hash}\n` },
      },
    },
  ];
}

function siteText(context: RecipeContext, port: number): string {
  const { values } = context;
  const ui = values['ui'];
  return renderNginxSite({
    ...NGINX_SITE_DEFAULTS,
    listen: values['reach'] === 'loopback' ? ['127.0.0.1'] : ['0.0.0.0'],
    port,
    allow: (values['allow'] ?? '').split(' ').filter((network) => network !== ''),
    ui: ui === 'comfyui' || ui === 'invokeai' || ui === 'none' ? ui : findServedBackend(context),
    tls: values['tls'] === 'yes' ? { certificate: values['certificate'] ?? '', key: values['certificateKey'] ?? '' } : null,
    htpasswd: values['uiUser'] === '' ? null : PASSWORD_FILE,
    maxBodySize: values['maxBodySize'] ?? '',
  });
}

/** Enabled sites that would be in the way. */
function otherSites({ values, answers }: RecipeContext, port: number): readonly string[] {
  const enabled = answers.get(readListRequest(ENABLED))?.lines ?? [];
  const listensHere = (name: string): boolean => {
    const text = readFileState(answers.get(readFileRequest(`/etc/nginx/sites-available/${name.replace(/\.conf$/, '')}`)))?.text;
    return (
      text !== null &&
      text !== undefined &&
      readNginxSite(text).servers.some(({ listens }) => listens.some((listen) => listen.port === port))
    );
  };
  const removed = KNOWN_SITES.filter((name) =>
    name === 'default' ? values['removeDefault'] === 'yes' : values['replace'] === 'yes' && listensHere(name),
  );
  return removed.filter((name) => name === 'default' || enabled.includes(name));
}
