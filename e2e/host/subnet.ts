import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SUBNETS = 200;

/** A subnet 10.77.N.0/24 that is ours until the file is removed. */
export interface Subnet {
  readonly number: number;
  /** Also unique on this computer, so that what is named after it meets no other's. */
  readonly machineName: string;
  readonly link: string;
  readonly claimFile: string;
}

/** Takes a subnet that neither another test process nor anything left behind by one uses. */
export function claimSubnet(): Subnet {
  const addresses = spawnSync('ip', ['-4', '-o', 'addr'], { encoding: 'utf8' }).stdout;
  const links = spawnSync('ip', ['-o', 'link'], { encoding: 'utf8' }).stdout;
  for (let number = 0; number < SUBNETS; number += 1) {
    const machineName = `ada${number}`;
    const link = `ve-${machineName}`;
    if (addresses.includes(` 10.77.${number}.`) || new RegExp(`: ${link}[@:]`).test(links)) continue;
    const claimFile = join(tmpdir(), `ada-subnet-${number}`);
    if (isClaimed(claimFile)) return { number, machineName, link, claimFile };
  }
  throw new Error(`no subnet is free: end the test hosts that are left, and remove ${join(tmpdir(), 'ada-subnet-*')}`);
}

/** Creating a file succeeds for one of many processes only. */
function isClaimed(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}
