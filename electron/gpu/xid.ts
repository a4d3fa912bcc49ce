import type { XidEvent } from '../../shared/contract/gpu.ts';

type XidSaying = readonly [meaning: string, action: string];

const RESTART: XidSaying[1] = 'Restart the program that was using the GPU.';
const RESET = 'Stop what uses the GPU and reset it, or reboot the host.';
const NOTE = 'Nothing at once; look at the other messages around it.';

/** Xid numbers and what to do at once: NVIDIA's Xid catalogue, the ones that an image host meets. */
const XIDS: ReadonlyMap<number, XidSaying> = new Map<number, XidSaying>([
  [13, ['Graphics engine exception', RESTART]],
  [31, ['GPU memory page fault', RESTART]],
  [32, ['Invalid or corrupted push buffer', RESTART]],
  [43, ['GPU stopped processing a program', NOTE]],
  [45, ['Clean-up after another error', NOTE]],
  [46, ['GPU stopped processing', RESET]],
  [48, ['Double-bit ECC error', RESET]],
  [61, ['Internal micro-controller breakpoint', RESET]],
  [62, ['Internal micro-controller halt', RESET]],
  [63, ['A faulty memory row was remapped', 'Nothing at once; watch whether it becomes more.']],
  [64, ['A faulty memory row could not be remapped', RESET]],
  [69, ['Graphics engine class error', RESTART]],
  [74, ['NVLink error', RESET]],
  [79, ['GPU has fallen off the bus', 'Reboot or power-cycle the host; check power, heat and seating of the card.']],
  [92, ['Many corrected memory errors', 'Nothing at once; watch whether it becomes more.']],
  [94, ['Contained memory error', RESTART]],
  [95, ['Uncontained memory error', RESET]],
  [109, ['Context switch time-out', RESET]],
  [119, ['GPU system processor does not answer', RESET]],
  [120, ['GPU system processor error', RESET]],
  [140, ['Unrecovered ECC error', RESET]],
  [143, ['GPU initialisation error', RESET]],
  [154, ['Recovery action changed', 'Do what the message says.']],
]);

const XID = /NVRM: Xid \(((?:PCI:)?[0-9a-fA-F:.]+)\).*?: (\d+),/;
const OFF_THE_BUS = /NVRM: (?:.*?GPU (?:at )?(?:PCI:)?([0-9a-fA-F]{4,8}:[0-9a-fA-F:.]+).*)?fallen off the bus/;

/** Reads one kernel message; null when it is about something else. `at`: epoch ms of the host's clock. */
export function parseXid(message: string, at: number): XidEvent | null {
  const xid = XID.exec(message);
  if (xid !== null) {
    const number = Number(xid[2]);
    const [meaning, action] = XIDS.get(number) ?? [
      'An error the panel has no words for',
      'Look the number up in the Xid catalogue of NVIDIA.',
    ];
    return { at, busId: (xid[1] ?? '').replace(/^PCI:/, ''), xid: number, text: message, meaning, action };
  }
  const lost = OFF_THE_BUS.exec(message);
  if (lost === null) return null;
  const [meaning, action] = XIDS.get(79) ?? ['', ''];
  return { at, busId: (lost[1] ?? '').replace(/[.:]$/, ''), xid: null, text: message, meaning, action };
}

/** Reads one line of `journalctl -k -o json`: null when it is no JSON, or about something else. */
export function parseKernelLine(line: string): XidEvent | null {
  if (!line.includes('NVRM') && !line.includes('[')) return null;
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof record !== 'object' || record === null) return null;
  const fields: Partial<Record<string, unknown>> = { ...record };
  const at = Number(fields['__REALTIME_TIMESTAMP']) / 1000;
  const message = messageText(fields['MESSAGE']);
  return message === null || !Number.isFinite(at) ? null : parseXid(message, at);
}

/** journald prints a message that is not printable UTF-8 as an array of byte values. */
function messageText(message: unknown): string | null {
  if (typeof message === 'string') return message;
  if (Array.isArray(message) && message.every((byte) => typeof byte === 'number')) return Buffer.from(message).toString('utf8');
  return null;
}
