import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../electron/capabilities/checks/check.ts';
import { CHECKS } from '../../electron/capabilities/checks/list.ts';
import type { FreshResult } from '../../electron/capabilities/checks/run-checks.ts';
import { mountSmallDisk } from '../host/bare-host.ts';
import { whyNoRealHost } from '../host/image.ts';
import { type BareSetup, openBarePanel, openBareSetup } from './bare-setup.ts';
import { runOnHost } from './checks-lab.ts';
import { type PanelUnderTest, until } from './panel.ts';

/** What is broken by hand, by a command as root, and what it must be found by. */
interface BrokenLink {
  readonly link: string;
  readonly breakIt: string;
  readonly repair: string;
  /** Checks that name it. */
  readonly found: readonly string[];
  /** Checks that look at the same link from elsewhere, and may find it too. */
  readonly seen: readonly string[];
}

/** The host is a container: its clock is that of the computer that runs the tests. */
const OF_THIS_COMPUTER = ['clock-synchronised'];
const READING = CHECKS.filter(({ cost }) => cost === 'reads');

describe.skipIf(whyNoRealHost() !== null)('checks of a host that Setup built', () => {
  let setup: BareSetup;
  let panel: PanelUnderTest;
  beforeAll(async () => {
    setup = await openBareSetup();
    const { mirror } = setup.bare;
    setup.panel.setup.saveValues('network', { hfEndpoint: mirror.huggingFaceUrl });
    setup.panel.setup.saveValues('invokeai', {
      index: mirror.pythonIndexUrl,
      torchIndex: mirror.torchIndexUrl('cu128'),
      privateDownloads: 'yes',
      models: 'sd15',
    });
    setup.panel.setup.saveValues('nginx', { allow: '127.0.0.1 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16' });
    await setup.apply('least-privilege', 'network', 'invokeai', 'images-shim', 'nginx');
    // The groups of a login are those that it had when it signed in.
    panel = await openBarePanel(setup.bare);
  });
  afterAll(async () => {
    panel?.dispose();
    await setup?.close();
  });

  const run = async (checks: readonly Check[]): Promise<readonly FreshResult[]> => [...(await runOnHost(panel, checks)).values()];
  const bad = (results: readonly FreshResult[]): readonly string[] =>
    results
      .filter(({ id, verdict }) => (verdict === 'fail' || verdict === 'warn') && !OF_THIS_COMPUTER.includes(id))
      .map(({ id, verdict, summary }) => `${id} ${verdict}: ${summary}`);

  it('are in order, the image included', async () => {
    const results = await run(CHECKS.filter(({ cost }) => cost !== 'load'));
    expect(bad(results)).toEqual([]);
    expect(results.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(40);
  });

  const SITE = '/etc/nginx/sites-available/ada-images';
  const RESTART_SHIM = `systemctl restart invokeai-openai-images-shim && bash -c 'until (: >/dev/tcp/127.0.0.1/9091) 2>/dev/null; do sleep 0.1; done'`;
  /** Edits a file of a service and makes the service read it; `repair` puts the copy back. */
  const edited = (file: string, edit: string, reload: string): Pick<BrokenLink, 'breakIt' | 'repair'> => ({
    breakIt: `cp -a ${file} /root/kept && sed -i '${edit}' ${file} && ${reload}`,
    repair: `cp -a /root/kept ${file} && ${reload}`,
  });
  const LINKS: readonly BrokenLink[] = [
    {
      link: 'a unit that is stopped: InvokeAI, and with it the shim that requires it',
      breakIt: 'systemctl stop invokeai',
      repair: 'systemctl start invokeai invokeai-openai-images-shim',
      found: ['service-invokeai-running', 'invokeai-api', 'service-shim-running', 'shim-api', 'readyz'],
      seen: [
        'service-invokeai-listening',
        'service-shim-listening',
        'shim-ready',
        'shim-mode',
        'shim-models',
        'proxy_models',
        'proxy_websocket',
      ],
    },
    {
      link: 'a unit that does not start with the host',
      breakIt: 'systemctl disable -q nginx',
      repair: 'systemctl enable -q nginx',
      found: ['service-nginx-enabled'],
      seen: [],
    },
    {
      link: 'a port: nginx listens elsewhere',
      // A reload returns before nginx has let go of the port.
      breakIt: `cp -a ${SITE} /root/kept && sed -i 's/:7860;/:7960;/' ${SITE} && systemctl reload nginx && bash -c 'while (: >/dev/tcp/127.0.0.1/7860) 2>/dev/null; do sleep 0.1; done'`,
      repair: `cp -a /root/kept ${SITE} && systemctl reload nginx`,
      found: ['healthz', 'proxy_websocket'],
      // nginx listens where its site says; no site serves the port that the gateway uses.
      seen: ['readyz', 'proxy_models', 'proxy_timeouts', 'proxy_body_size', 'proxy_certificate', 'proxy_sites'],
    },
    {
      link: 'a time limit of nginx that is too short',
      ...edited(SITE, 's/proxy_read_timeout [0-9a-z]*;/proxy_read_timeout 20s;/', 'systemctl reload nginx'),
      found: ['proxy_timeouts'],
      seen: [],
    },
    {
      link: 'a certificate that ends in some days',
      breakIt: [
        'openssl req -x509 -newkey rsa:2048 -nodes -days 5 -subj /CN=ada2 -keyout /root/key.pem -out /etc/ssl/ada2.pem 2>/dev/null',
        `cp -a ${SITE} /root/kept && sed -i 's#:7860;#:7860 ssl; ssl_certificate /etc/ssl/ada2.pem; ssl_certificate_key /root/key.pem;#' ${SITE}`,
        'systemctl reload nginx',
      ].join(' && '),
      repair: `cp -a /root/kept ${SITE} && rm /etc/ssl/ada2.pem && systemctl reload nginx`,
      found: ['proxy_certificate'],
      seen: ['healthz', 'readyz', 'proxy_models'],
    },
    {
      link: 'a permission: InvokeAI may not write images',
      breakIt: 'chown -R root:root /var/lib/invokeai/outputs/images && chmod 755 /var/lib/invokeai/outputs/images',
      repair: 'chown -R invokeai:invokeai /var/lib/invokeai/outputs/images',
      found: ['invokeai-outputs'],
      seen: [],
    },
    {
      link: 'a setting of the shim: a default model that nobody has',
      ...edited('/etc/ada-images-shim/shim.env', '$ a INVOKEAI_DEFAULT_MODEL=nobody-has-it', RESTART_SHIM),
      found: ['shim-default-model'],
      seen: ['shim-ready', 'readyz'],
    },
    {
      link: 'a file of a model that is gone',
      breakIt: 'cd /var/lib/invokeai/models && ls | head -n 1 >/root/model && mv "$(cat /root/model)" /root/model-file',
      repair: 'cd /var/lib/invokeai/models && mv /root/model-file "$(cat /root/model)"',
      found: ['invokeai-model-files'],
      seen: ['invokeai-models', 'shim-models', 'shim-default-model', 'shim-ready', 'readyz'],
    },
  ];
  it.each(LINKS)('find $link, and nothing else', async ({ breakIt, repair, found, seen }) => {
    await setup.inside(breakIt);
    try {
      const ids = bad(await run(READING)).map((line) => line.split(' ')[0] ?? '');
      expect(ids).toEqual(expect.arrayContaining([...found]));
      expect(ids.filter((id) => !found.includes(id) && !seen.includes(id))).toEqual([]);
    } finally {
      await setup.inside(repair);
      await until(() => setup.request('/readyz').catch(() => null), 'the chain after the repair');
    }
  });

  it('find a disk that is full, and nothing else', async () => {
    const disk = mountSmallDisk(setup.bare.host, '/var/lib/invokeai/outputs', 256 * 1024 * 1024);
    try {
      disk.fill(1024 * 1024);
      expect(bad(await run(READING)).map((line) => line.split(' ')[0])).toContain('disk-space');
    } finally {
      disk.remove();
    }
  });
});
