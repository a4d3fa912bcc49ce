import { HOST_SCRIPTS, type HostScript, RECORD_SEPARATOR } from '../../shared/host-scripts/index.ts';
import { answerHub } from '../base/hub.ts';
import { LAB_HUB_REPOS } from '../invokeai/hub-repos.ts';
import type { LabProcess, Machine, Program } from './process.ts';

const OFFICIAL = 'https://huggingface.co';

/** Prints headers, body and the result of curl, as the script does. */
async function askHub(process: LabProcess, machine: Machine): Promise<number> {
  const config = (await process.stdin.readAll()).toString('utf8');
  const url = /^url = "(.*)"$/m.exec(config)?.[1] ?? '';
  const token = /^header = "authorization: bearer (.*)"$/im.exec(config)?.[1] ?? null;
  const { faults } = machine.simulation;
  const print = (head: string, body: string, end: string) =>
    process.stdout.write(`${head}${RECORD_SEPARATOR}\n${body}\n${RECORD_SEPARATOR}\n${end}\n`);
  if (!url.startsWith(`${OFFICIAL}/`) || faults.has('hugging-face-unreachable')) {
    const host = /^https:\/\/([^/:]+)/.exec(url)?.[1] ?? '';
    await print('', '', `6\ncurl: (6) Could not resolve host: ${host}`);
    return 0;
  }
  const { status, headers, body } = answerHub(url.slice(OFFICIAL.length), { token, faults, repos: LAB_HUB_REPOS });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  await print(`HTTP/2 ${status} \r\n${lines.join('')}\r\n`, body, '0');
  return 0;
}

/** The panel's script for pages of Hugging Face's API. */
export const HUB_PROGRAMS: readonly { readonly script: HostScript; readonly run: Program }[] = [
  { script: HOST_SCRIPTS.hubAsk, run: askHub },
];
