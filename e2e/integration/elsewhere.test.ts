import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GATEWAY_PORT } from '../../lab/lab.ts';
import type { GatewayState } from '../../shared/capabilities/gateway/contract.ts';
import type { BackendAddress } from '../../shared/capabilities/settings/contract.ts';
import { type HostUnderTest, openHost } from './hosts.ts';
import { online, openPanel, type PanelUnderTest, until } from './panel.ts';

// Not through the SSH server of the host that is shown: what else an operator may set.
describe('reached in another way', () => {
  let host: HostUnderTest;
  let gatewayHost: HostUnderTest;
  let panel: PanelUnderTest;
  let other: PanelUnderTest;

  beforeAll(async () => {
    [host, gatewayHost] = [await openHost('lab'), await openHost('lab')];
    host.lab?.break('nobody-else');
    other = openPanel(gatewayHost);
    panel = openPanel(host, { others: { 'the-other': other } });
    await Promise.all([online(panel), online(other)]);
  });
  afterAll(async () => {
    panel.dispose();
    other.dispose();
    await Promise.all([host.close(), gatewayHost.close()]);
  });

  const gateway = (): GatewayState => panel.gateway.state();
  const live = () => until(() => gateway().phase.kind === 'live', 'the gateway');
  const failing = (code: string) =>
    until(() => {
      const { phase } = gateway();
      return phase.kind === 'failing' && phase.error.code === code ? phase.error : null;
    }, code);

  it('the gateway from this computer: its certificate is shown and accepted before the token is asked for', async () => {
    const port = host.lab?.portOf(GATEWAY_PORT);
    panel.gateway.configure({ address: `https://127.0.0.1:${port}`, via: { kind: 'direct' }, observabilityPort: 8801 });
    panel.gateway.setToken(host.lab?.gateway.token ?? '');
    const { facts } = await failing('gateway-certificate-unknown');
    expect(facts).toMatchObject({
      sha256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
      subject: 'ai2',
    });
    panel.gateway.acceptCertificate('00:'.repeat(31).concat('00'));
    expect((await failing('gateway-certificate-changed')).facts?.['sha256']).toBe(facts?.['sha256']);
    panel.gateway.acceptCertificate(facts?.['sha256'] ?? '');
    await live();
    expect(gateway().reading?.admission).toHaveLength(11);
  });

  it('the gateway through another host', async () => {
    panel.gateway.configure({
      address: `https://127.0.0.1:${GATEWAY_PORT}`,
      via: { kind: 'ssh', hostId: 'the-other' },
      observabilityPort: 8801,
    });
    panel.gateway.trustAuthority(gatewayHost.lab?.gateway.authority ?? '');
    panel.gateway.setToken(gatewayHost.lab?.gateway.token ?? '');
    await live();
    other.connection.disconnect();
    await until(() => gateway().phase.kind !== 'live', 'the gateway away with the other host');
    other.connection.connect();
    await live();
  });

  it('the same address through the first host again knows neither the token nor the authority of the other one', async () => {
    panel.gateway.configure({
      address: `https://127.0.0.1:${GATEWAY_PORT}`,
      via: { kind: 'ssh', hostId: 'under-test' },
      observabilityPort: 8801,
    });
    expect(gateway()).toMatchObject({ hasToken: false, trust: { kind: 'system' }, reading: null });
    await failing('gateway-certificate-unknown');
    panel.gateway.trustAuthority(host.lab?.gateway.authority ?? '');
    await failing('gateway-token-missing');
    panel.gateway.setToken(host.lab?.gateway.token ?? '');
    await live();
  });

  it('a gateway behind a host that is not in the list is an error that names it', async () => {
    panel.gateway.configure({ address: 'https://127.0.0.1:8800', via: { kind: 'ssh', hostId: 'nobody' }, observabilityPort: 8801 });
    const error = await until(() => {
      const { phase } = gateway();
      return phase.kind === 'failing' ? phase.error : null;
    }, 'the gateway failing');
    expect(error.hint).not.toBe('');
    expect(error.layer).not.toBe('gateway');
  });

  const invokeai = (address: BackendAddress | null): void => {
    panel.settings.update({ backends: { [host.profile.id]: { invokeai: address, comfyui: null } } });
  };

  it('InvokeAI by its own address, with its events; another place that is none is told; and back', async () => {
    const models = () => panel.models.state();
    await until(() => models().phase.kind === 'live', 'InvokeAI');
    const somebody = createServer((_, response) => response.end('{}'));
    await new Promise<void>((resolve) => somebody.listen(0, '127.0.0.1', resolve));
    const { port } = somebody.address() as { port: number };
    invokeai({ url: `http://127.0.0.1:${port}`, isThroughSsh: false });
    const { phase } = await until(() => (models().phase.kind === 'failing' ? models() : null), 'InvokeAI failing');
    expect(phase).toMatchObject({ error: { code: 'invokeai-not-there' } });
    somebody.close();
    invokeai({ url: `http://127.0.0.1:${host.lab?.portOf(9090)}`, isThroughSsh: false });
    await until(() => models().phase.kind === 'live', 'InvokeAI again');
    let previews = 0;
    const stop = panel.images.onChange(({ phase: run }) => {
      if (run.kind === 'running' && run.preview !== null) previews += 1;
    });
    const parameters = { prompt: 'a boat', negativePrompt: '', width: 256, height: 256, steps: 20, guidance: 7 };
    panel.images.start('backend', { ...parameters, seed: 1, model: 'Dreamshaper 8', scheduler: null, count: 1 });
    await until(() => panel.images.runs().at(-1)?.phase.kind === 'done', 'the image');
    stop();
    expect(previews).toBeGreaterThan(0);
    invokeai(null);
    await until(() => models().phase.kind === 'live', 'InvokeAI by the usual way');
  });
});
