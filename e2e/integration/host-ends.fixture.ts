import { bootHost } from '../host/real-host.ts';

// Boots a host, says where it is, and waits to be ended. Run by host-ends.test.ts.
const host = await bootHost();
process.stdout.write(`${host.machineName} ${host.hostName} ${host.folder}\n`);
setInterval(() => {}, 60_000);
