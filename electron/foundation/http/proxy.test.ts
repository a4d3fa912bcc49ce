import { createServer } from 'node:http';
import { connect, createServer as createTcpServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openThroughProxy, proxyOf } from './proxy.ts';

describe('the proxy of the environment', () => {
  it.each([
    [{}, null],
    [{ HTTPS_PROXY: 'http://proxy:3128' }, { hostName: 'proxy', port: 3128, login: null }],
    [
      { https_proxy: 'proxy:3128', HTTPS_PROXY: 'http://other:1' },
      { hostName: 'proxy', port: 3128, login: null },
    ],
    [{ ALL_PROXY: 'http://me:a%40b@proxy' }, { hostName: 'proxy', port: 80, login: 'me:a@b' }],
    [{ HTTPS_PROXY: 'http://m%e:100%@proxy:8080' }, { hostName: 'proxy', port: 8080, login: 'm%e:100%' }],
    [{ HTTPS_PROXY: 'socks5://proxy:1080' }, null],
    [{ HTTPS_PROXY: 'http://[::1]:3128' }, { hostName: '::1', port: 3128, login: null }],
    [{ HTTPS_PROXY: 'proxy:3128', NO_PROXY: '.lan, huggingface.co' }, null],
    [{ HTTPS_PROXY: 'proxy:3128', no_proxy: '.co' }, null],
    [{ HTTPS_PROXY: 'proxy:3128', no_proxy: '*' }, null],
    [
      { HTTPS_PROXY: 'proxy:3128', no_proxy: 'face.co' },
      { hostName: 'proxy', port: 3128, login: null },
    ],
    [{ HTTPS_PROXY: '%%' }, null],
  ])('%j', (environment, expected) => {
    expect(proxyOf('huggingface.co', environment)).toEqual(expected);
  });
});

describe('a tunnel', () => {
  const open: Server[] = [];
  const listen = (server: Server): Promise<number> =>
    new Promise((resolve) => {
      open.push(server);
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(address !== null && typeof address === 'object' ? address.port : 0);
      });
    });
  afterEach(() => {
    for (const server of open.splice(0)) server.close();
  });

  it('leads to the server, and the proxy is shown its login', async () => {
    const port = await listen(createTcpServer((socket) => socket.end('hello')));
    const seen: (string | undefined)[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      seen.push(request.url, request.headers['proxy-authorization']);
      const onward = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        onward.pipe(socket);
      });
    });
    const at = { hostName: '127.0.0.1', port: await listen(proxy), login: 'me:secret' };
    const socket = await openThroughProxy(at, { hostName: 'huggingface.co', port: 443 }, 5_000);
    const [said] = await socket.take(1).toArray();
    expect(String(said)).toBe('hello');
    expect(seen).toEqual(['huggingface.co:443', `Basic ${Buffer.from('me:secret').toString('base64')}`]);
    socket.destroy();
  });

  it('that is refused says by whom and why', async () => {
    const proxy = createServer();
    proxy.on('connect', (_request, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    const at = { hostName: '127.0.0.1', port: await listen(proxy), login: null };
    await expect(openThroughProxy(at, { hostName: 'huggingface.co', port: 443 }, 5_000)).rejects.toMatchObject({
      panelError: { code: 'hub-proxy', message: expect.stringContaining('status 407') },
    });
  });
});
