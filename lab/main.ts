import type { LabPastPart } from '../shared/lab-past.ts';
import { isLabFault, LAB_FAULTS } from './base/faults.ts';
import { GATEWAY_OBSERVABILITY_PORT, GATEWAY_PORT, startLab } from './lab.ts';

/** Electron's utilityProcess gives its children this port; a forked Node process has process.send instead. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

function parentPort(): ParentPort | null {
  const port: unknown = Reflect.get(process, 'parentPort');
  return isParentPort(port) ? port : null;
}

function isParentPort(value: unknown): value is ParentPort {
  return typeof value === 'object' && value !== null && 'postMessage' in value && 'on' in value;
}

function send(message: unknown): void {
  const port = parentPort();
  if (port !== null) port.postMessage(message);
  else if (process.send !== undefined) process.send(message);
  else process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** A parent that hears nothing takes a slow start for a dead one. */
const HEARTBEAT_MS = 1000;

/** One a fault that it starts with. */
const FAULT_OPTION = '--fault=';

/** What a panel would have recorded in the days before is sent as `{type: 'past', part}`. */
const PAST_OPTION = '--past';

/** Starts the lab and obeys `{type: 'break' | 'repair', fault}`; ends with its parent. */
async function main(): Promise<void> {
  const alive = (): void => send({ type: 'starting' });
  alive();
  const heartbeat = setInterval(alive, HEARTBEAT_MS);
  const faults = process.argv.filter((option) => option.startsWith(FAULT_OPTION)).map((option) => option.slice(FAULT_OPTION.length));
  const unknown = faults.find((fault) => !isLabFault(fault));
  if (unknown !== undefined) throw new Error(`there is no fault ${unknown}; there are ${LAB_FAULTS.join(', ')}`);
  const onPast = (part: LabPastPart): void => {
    // Read while it is up already, so that nobody waits for it.
    if (isReady) send({ type: 'past', part });
    else early.push(part);
  };
  const early: LabPastPart[] = [];
  let isReady = false;
  const lab = await startLab({
    bare: process.argv.includes('--bare'),
    ...(process.argv.includes(PAST_OPTION) ? { onPast } : {}),
  }).finally(() => clearInterval(heartbeat));
  for (const fault of faults) if (isLabFault(fault)) lab.break(fault);
  const obey = (message: unknown) => {
    if (typeof message !== 'object' || message === null || !('type' in message)) return;
    const fault = 'fault' in message ? message.fault : undefined;
    if (message.type === 'break' && isLabFault(fault)) lab.break(fault);
    if (message.type === 'repair') lab.repair(isLabFault(fault) ? fault : undefined);
  };
  parentPort()?.on('message', (event) => obey(event.data));
  process.on('message', obey);
  process.on('disconnect', () => process.exit(0));
  const { hostName, port, user, privateKey, hostKey, sudoPassword } = lab;
  const gateway = {
    address: `https://127.0.0.1:${GATEWAY_PORT}`,
    // Without the simulated host between: for who measures.
    directAddress: `https://127.0.0.1:${lab.gateway.apiPort}`,
    observabilityPort: GATEWAY_OBSERVABILITY_PORT,
    authority: lab.gateway.authority,
    token: lab.gateway.token,
  };
  const hub = { port: lab.hub.port, authority: lab.hub.authority };
  send({ type: 'ready', hostName, port, user, privateKey, hostKey, sudoPassword, gateway, hub });
  isReady = true;
  for (const part of early) send({ type: 'past', part });
}

main().catch((thrown: unknown) => {
  send({ type: 'failed', message: thrown instanceof Error ? thrown.message : String(thrown) });
  process.exitCode = 1;
});
