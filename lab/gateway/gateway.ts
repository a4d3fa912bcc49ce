import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { Socket } from 'node:net';
import { makeCertificate } from '../base/certificate.ts';
import type { LabFault } from '../base/faults.ts';
import { Health } from './health.ts';
import { ToolCounters } from './observability.ts';
import { RequestLog, type WriteLog } from './request-log.ts';
import { answerApi, answerObservation, type GatewayContext } from './routes.ts';
import { Slots } from './slots.ts';
import { Tools } from './tools.ts';

/** The real one waits this long after a sweep. */
const SWEEP_INTERVAL_MS = 30_000;
const YEARS_2 = 730;
/** The token that it takes. */
const TOKEN = 'lab-token-5f1c';

/** A simulated gateway on two loopback ports. */
export interface LabGateway {
  /** Real ports of this machine. */
  readonly apiPort: number;
  readonly observabilityPort: number;
  /** PEM of the authority that signed its certificate. */
  readonly authority: string;
  readonly token: string;
  readonly requestLog: Pick<RequestLog, 'prepend'>;
  readonly certificates: { readonly own: string; readonly endsSoon: string };
  /** Looks at all backends now. */
  sweep(): Promise<void>;
  /** Called after a fault was started or fixed. */
  faultsChanged(): void;
  close(): Promise<void>;
}

/** The gateway of gevanoff/gateway e14b838 as seen on the wire; `portOf` says where a port of the simulated host really listens. */
export async function startLabGateway(o: {
  readonly faults: ReadonlySet<LabFault>;
  readonly portOf: (port: number) => number | null;
  readonly now: () => number;
  readonly writeRequests: WriteLog;
}): Promise<LabGateway> {
  const names = ['ai2', 'ada2', 'localhost', '127.0.0.1'];
  const authority = await makeCertificate({ commonName: 'Ada Lab Authority', names: [], days: YEARS_2, isAuthority: true });
  const own = await makeCertificate({ commonName: 'ai2', names, days: YEARS_2, issuer: authority });
  const other = await makeCertificate({ commonName: 'ai2', names, days: YEARS_2 });
  const endsSoon = await makeCertificate({ commonName: 'ai2', names, days: 9, issuer: authority });
  const images = new Map<string, Buffer>();
  const requestLog = new RequestLog(o.writeRequests);
  const fresh = (): GatewayContext => {
    const counters = new ToolCounters();
    for (const elapsedMs of [1.1, 1.3, 4.2, 1.2, 31]) counters.add('noop', 'ok', elapsedMs);
    for (const elapsedMs of [182, 240, 96]) counters.add('http_fetch', 'ok', elapsedMs);
    counters.add('http_fetch', 'error', 5_004);
    const { faults, portOf, now } = o;
    return {
      faults,
      token: TOKEN,
      slots: new Slots(faults, now),
      health: new Health({ portOf, faults, now }),
      tools: new Tools(counters, faults),
      counters,
      images,
      portOf,
      now,
      requestLog,
    };
  };
  let context = fresh();

  const on = (answer: (request: IncomingMessage, response: ServerResponse, known: GatewayContext) => unknown) => {
    return (request: IncomingMessage, response: ServerResponse): void => {
      response.on('error', () => response.destroy());
      if (!o.faults.has('gateway-hanging')) void answer(request, response, context);
    };
  };
  const api = createHttpsServer({ cert: own.certificate, key: own.privateKey }, on(answerApi));
  const observation = createHttpServer(on(answerObservation));
  const sockets = new Set<Socket>();
  for (const server of [api, observation]) {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => sockets.delete(socket));
    });
  }
  const apiPort = await listen(api, 0);
  const observabilityPort = await listen(observation, 0);

  let sweeper: NodeJS.Timeout | undefined;
  const sweep = async (): Promise<void> => {
    clearTimeout(sweeper);
    const swept = context;
    await swept.health.sweep();
    if (swept !== context) return;
    clearTimeout(sweeper);
    sweeper = setTimeout(() => void sweep(), SWEEP_INTERVAL_MS);
    sweeper.unref();
  };
  void sweep();

  let isDown = false;
  let shown = own;
  let wasReady = true;
  const hangUp = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    apiPort,
    observabilityPort,
    authority: authority.certificate,
    token: TOKEN,
    requestLog,
    certificates: { own: own.certificate, endsSoon: endsSoon.certificate },
    sweep,
    faultsChanged: () => {
      const { faults } = o;
      const wanted = faults.has('gateway-bad-certificate') ? other : faults.has('gateway-certificate-ends-soon') ? endsSoon : own;
      if (wanted !== shown) {
        shown = wanted;
        api.setSecureContext({ cert: shown.certificate, key: shown.privateKey });
        // Who is connected sees another certificate only when dialling again.
        hangUp();
      }
      if (faults.has('gateway-restarting') !== isDown) {
        isDown = !isDown;
        hangUp();
        if (isDown) {
          for (const server of [api, observation]) server.close();
        } else {
          context = fresh();
          void Promise.all([listen(api, apiPort), listen(observation, observabilityPort)]).then(sweep);
        }
      }
      if (faults.has('gateway-hanging')) hangUp();
      if (faults.has('gateway-not-ready') === wasReady) {
        wasReady = !wasReady;
        void sweep();
      }
    },
    close: async () => {
      clearTimeout(sweeper);
      hangUp();
      await Promise.all([api, observation].map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
    },
  };
}

function listen(server: Server | HttpsServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      const address = server.address();
      resolve(address !== null && typeof address === 'object' ? address.port : port);
    });
  });
}
