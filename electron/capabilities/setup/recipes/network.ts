import { SETUP_NETWORK_ENV } from '../../../../shared/host-scripts/setup.ts';
import type { Step } from '../engine/resources.ts';
import { systemdEnvValue } from '../files/systemd-env.ts';
import { INSTALLED_COMMENT } from '../files/text.ts';
import type { ParameterValues, Recipe } from '../recipe.ts';
import { textParameter, urlParameter } from './parameters.ts';
import { noteStep } from './require.ts';

export const APT_FILE = '/etc/apt/apt.conf.d/60ada-panel';

/** Proxies and mirrors that downloads of setup and of the services go through. */
export const NETWORK: Recipe = {
  id: 'network',
  title: 'Network and mirrors',
  group: 'option',
  summary: 'Downloads go through your proxy and your mirrors.',
  presence: `file ${SETUP_NETWORK_ENV} 0`,
  parameters: [
    urlParameter({ key: 'proxy', label: 'Proxy', help: 'For apt, Python packages, git and models; empty for none.', initial: '' }),
    textParameter({
      key: 'noProxy',
      label: 'Without proxy',
      help: 'Names and domains that are reached directly, separated by commas.',
      initial: 'localhost,127.0.0.1',
      pattern: /^[A-Za-z0-9.:,*_-]{1,500}$/,
      reason: 'Use names, separated by commas.',
      mayBeEmpty: true,
    }),
    urlParameter({ key: 'hfEndpoint', label: 'Mirror of Hugging Face', help: 'Empty for Hugging Face itself.', initial: '' }),
    urlParameter({
      key: 'pythonMirror',
      label: 'Mirror of Python builds',
      help: 'For the Python that uv downloads where the system has none that fits; empty for GitHub.',
      initial: '',
    }),
  ],
  guards: [],
  steps: ({ values }) => {
    const variables = variablesOf(values);
    if (variables.length === 0) {
      return [noteStep('direct', 'No proxy or mirror is set'), absent('environment', SETUP_NETWORK_ENV), absent('apt', APT_FILE)];
    }
    const proxy = values['proxy'] ?? '';
    return [
      {
        id: 'folder',
        title: 'Folder /etc/ada-panel',
        needs: [],
        resource: { kind: 'folder', path: '/etc/ada-panel', owner: 'root', group: 'root', mode: '755' },
      },
      file(
        'environment',
        'Proxy and mirrors for downloads',
        SETUP_NETWORK_ENV,
        variables.map(([name, value]) => `${name}=${systemdEnvValue(value)}`),
      ),
      proxy === ''
        ? absent('apt', APT_FILE)
        : file('apt', 'Proxy of apt', APT_FILE, [`Acquire::http::Proxy "${proxy}";`, `Acquire::https::Proxy "${proxy}";`], '// '),
    ];
  },
};

/** Programs differ in whether they read the names in upper or lower case. */
function variablesOf(values: ParameterValues): readonly (readonly [string, string])[] {
  const value = (key: string): string => values[key] ?? '';
  const both = (name: string, text: string): (readonly [string, string])[] => [
    [name, text],
    [name.toLowerCase(), text],
  ];
  const hasProxy = value('proxy') !== '';
  return [
    ...(hasProxy ? [...both('HTTP_PROXY', value('proxy')), ...both('HTTPS_PROXY', value('proxy'))] : []),
    ...(hasProxy && value('noProxy') !== '' ? both('NO_PROXY', value('noProxy')) : []),
    ...(value('hfEndpoint') === '' ? [] : ([['HF_ENDPOINT', value('hfEndpoint')]] as const)),
    // In place of https://github.com/astral-sh/python-build-standalone/releases/download, with the same paths below.
    ...(value('pythonMirror') === '' ? [] : ([['UV_PYTHON_INSTALL_MIRROR', value('pythonMirror')]] as const)),
  ];
}

const absent = (id: string, path: string): Step => ({
  id,
  title: `No file ${path}`,
  needs: [],
  resource: { kind: 'absent', path, by: 'move' },
});

const file = (id: string, title: string, path: string, lines: readonly string[], comment = ''): Step => ({
  id,
  title,
  needs: [],
  resource: {
    kind: 'file',
    path,
    owner: 'root',
    group: 'root',
    mode: '644',
    content: {
      kind: 'text',
      text: `${comment === '' ? INSTALLED_COMMENT : INSTALLED_COMMENT.replace(/^# /, comment)}\n${lines.join('\n')}\n`,
    },
  },
});
