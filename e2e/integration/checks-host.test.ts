import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BACKUPS_CHECKS } from '../../electron/capabilities/checks/lists/backups.ts';
import { HOST_CHECKS } from '../../electron/capabilities/checks/lists/host.ts';
import { SERVICES_CHECKS } from '../../electron/capabilities/checks/lists/services.ts';
import type { FreshResult } from '../../electron/capabilities/checks/run-checks.ts';
import { HOST_CHECK_FAULTS, SERVICES_CHECK_FAULTS } from './checks-faults.ts';
import { described, describeInLab, isBad, runOnLab } from './checks-lab.ts';
import { HOSTS, type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest } from './panel.ts';

const CHECKS = [...HOST_CHECKS, ...BACKUPS_CHECKS, ...SERVICES_CHECKS];
const ROWS = [...HOST_CHECK_FAULTS, ...SERVICES_CHECK_FAULTS];
const STABLE = SERVICES_CHECKS.filter(({ id }) => id.endsWith('-stable')).map(({ id }) => id);

describeInLab('checks of the host and its services in the lab', {
  checks: CHECKS,
  rows: ROWS,
  // Those of ComfyUI pass once it is in use.
  isSkipped: (id) => id.startsWith('service-comfyui-'),
  seenToo: {
    'services-failed': STABLE,
    'ports-exposed': ['service-shim-listening'],
  },
  // The journal keeps them after their repair.
  lasting: { 'kernel-oom-kill': ['oom-kills'], 'kernel-disk-errors': ['disk-errors'], 'services-restarted': STABLE },
});

it('each check of the host and its services has a state of the lab in which it finds something', () => {
  const found = new Set(ROWS.filter(({ verdict }) => verdict !== 'pass').map(({ id }) => id));
  expect(CHECKS.filter(({ id }) => !found.has(id)).map(({ id }) => id)).toEqual([]);
});

/** A chain of small programs in place of the real ones, with the files and units that Setup would look at. */
const CHAIN = `set -e
useradd --system --user-group --no-create-home --home-dir /var/lib/invokeai --shell /usr/sbin/nologin invokeai
install -d -o invokeai -g invokeai /var/lib/invokeai /var/lib/invokeai/outputs
printf 'schema_version: 4.0.2\\nhost: 127.0.0.1\\nport: 9090\\n' >/var/lib/invokeai/invokeai.yaml
cd /etc/systemd/system
sed -i 's|^Type=simple|Type=simple\\nUser=invokeai\\nEnvironment=INVOKEAI_ROOT=/var/lib/invokeai|' invokeai.service invokeai-openai-images-shim.service
sed -i 's|^ExecStart=.*|ExecStart=/usr/bin/python3 -m http.server --bind 127.0.0.1 9091\\nWorkingDirectory=/srv|' invokeai-openai-images-shim.service
printf 'server {\\n listen 0.0.0.0:7860;\\n location /readyz { proxy_pass http://127.0.0.1:9091; }\\n}\\n' >/etc/nginx/sites-available/ada-images
ln -s ../sites-available/ada-images /etc/nginx/sites-enabled/ada-images
for f in invokeai.service invokeai-openai-images-shim.service /etc/nginx/sites-available/ada-images /var/lib/invokeai/invokeai.yaml; do cp "$f" "$f.bak-20261101"; done
sleep 0.2
systemctl daemon-reload; systemctl restart invokeai invokeai-openai-images-shim nginx; systemctl reset-failed`;
const LISTENS = 'until ss -Hltn | grep -q :9091 && ss -Hltn | grep -q :9090 && ss -Hltn | grep -q :7860; do sleep 0.1; done';
const SHIM = 'invokeai-openai-images-shim';
const SHIM_UNIT = `/etc/systemd/system/${SHIM}.service`;
const RESTART_SHIM = `sleep 0.2; systemctl daemon-reload; systemctl restart ${SHIM}`;

/** How to break a link on the host, what finds it, and how it is repaired. */
const BREAKS: readonly (readonly [string, string, readonly string[], string])[] = [
  ['a stopped unit', `systemctl stop ${SHIM}`, ['service-shim-running'], `systemctl start ${SHIM}`],
  ['a disabled unit', 'systemctl disable nginx', ['service-nginx-enabled'], 'systemctl enable nginx'],
  [
    'a masked unit',
    'systemctl mask --now nginx',
    ['service-nginx-running', 'service-nginx-enabled'],
    'systemctl unmask nginx; systemctl start nginx',
  ],
  [
    'a port that is set to another one',
    'sed -i s/9090/9191/ /var/lib/invokeai/invokeai.yaml; sleep 0.2; systemctl restart invokeai',
    ['service-invokeai-listening'],
    'sed -i s/9191/9090/ /var/lib/invokeai/invokeai.yaml; sleep 0.2; systemctl restart invokeai',
  ],
  [
    'a program that listens on all networks',
    `sed -i 's/127.0.0.1 9091/0.0.0.0 9091/' ${SHIM_UNIT}; ${RESTART_SHIM}; ${LISTENS}`,
    ['service-shim-listening'],
    `sed -i 's/0.0.0.0 9091/127.0.0.1 9091/' ${SHIM_UNIT}; ${RESTART_SHIM}`,
  ],
  [
    'another program on the port',
    `sed -i 's|^ExecStart=|ExecStart=/bin/sh -c "sleep infinity" |' ${SHIM_UNIT}; ${RESTART_SHIM}; systemd-run -q --unit=other python3 -m http.server --bind 127.0.0.1 9091; ${LISTENS}`,
    ['service-shim-listening'],
    `systemctl stop other; sed -i 's|^ExecStart=.*infinity" |ExecStart=|' ${SHIM_UNIT}; ${RESTART_SHIM}`,
  ],
  [
    'a folder of another owner',
    'chown root:root /var/lib/invokeai/outputs /var/lib/invokeai',
    ['folders-writable', 'service-invokeai-files'],
    'chown invokeai:invokeai /var/lib/invokeai/outputs /var/lib/invokeai',
  ],
  [
    'a unit that is not read again',
    `echo '# newer' >>${SHIM_UNIT}`,
    ['service-shim-current'],
    `sed -i '/^# newer/d' ${SHIM_UNIT}; ${RESTART_SHIM}`,
  ],
  [
    'a program that is newer than its process',
    'touch /usr/local/bin/invokeai-web',
    ['service-invokeai-current'],
    'systemctl restart invokeai',
  ],
  [
    'a site that is gone',
    'mv /etc/nginx/sites-available/ada-images /root/site',
    ['service-nginx-files'],
    'mv /root/site /etc/nginx/sites-available/ada-images; sleep 0.2; systemctl reload nginx',
  ],
  [
    'logs in memory only',
    'printf "[Journal]\\nStorage=volatile\\n" >/etc/systemd/journald.conf.d/zz.conf',
    ['journal-kept'],
    'rm /etc/systemd/journald.conf.d/zz.conf',
  ],
];

/** What depends on the computer that the host runs on: its disk, memory, clock and kernel. */
const OF_COMPUTER: ReadonlySet<string> = new Set([
  'disk-space',
  'inodes',
  'memory',
  'clock-synchronised',
  'uptime',
  'oom-kills',
  'disk-errors',
]);

describe.runIf(HOSTS.includes('real'))('checks of a real host and its services', () => {
  let host: HostUnderTest;
  let panel: PanelUnderTest;
  const inside = (command: string): Promise<string> => host.real?.exec('sh', '-c', `${command}; ${LISTENS}`) ?? Promise.resolve('');
  const bad = async (): Promise<readonly FreshResult[]> =>
    [...(await runOnLab(panel, CHECKS)).values()].filter((result) => isBad(result) && !OF_COMPUTER.has(result.id));

  beforeAll(async () => {
    host = await openHost('real');
    await inside(CHAIN);
    panel = openPanel(host);
    await online(panel);
  });
  afterAll(async () => {
    panel?.dispose();
    await host?.close();
  });

  it('find nothing where nothing is broken, and know most of it', async () => {
    const results = [...(await runOnLab(panel, CHECKS)).values()].filter(
      ({ id }) => !OF_COMPUTER.has(id) && !id.startsWith('service-comfyui-'),
    );
    expect(described(results.filter(({ id, verdict }) => verdict !== (id === 'gateway-backups' ? 'skipped' : 'pass')))).toEqual([]);
  });

  it.each(BREAKS)('find %s, and nothing else', async (_name, breaking, ids, repair) => {
    await host.real?.exec('sh', '-c', breaking);
    const found = await bad();
    await inside(repair);
    const right = new Set(ids);
    expect(described(found.filter(({ id }) => !right.has(id)))).toEqual([]);
    expect(found.map(({ id }) => id)).toEqual(expect.arrayContaining([...ids]));
    expect(described(await bad())).toEqual([]);
  });
});
