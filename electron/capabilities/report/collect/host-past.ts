import { plainText } from '../../../../shared/plain-text.ts';
import { isRecord } from '../../../../shared/record.ts';
import { type HostAnswers, type ReadRequest, readUnitStates, readUnitsRequest } from '../../../foundation/host-reader/answers.ts';
import { createXidReader } from '../../gpu/xid.ts';
import type { HostPast, Reading, UnitChange, UnitPast } from '../data.ts';
import type { Span } from '../document.ts';

/** Changes of one unit that are read; a restart loop logs five a round. */
const MAX_CHANGES = 400;
const MAX_LINE_CHARS = 8_192;

/** MESSAGE_IDs of systemd (sd-messages.h). */
const KINDS: Readonly<Record<string, UnitChange['kind']>> = {
  '39f53479d3a045ac8e11786248231fbf': 'started',
  de5b426a63be47a7b6ac3eaac82e2f6f: 'stopping',
  '9d1aaa27d60140bd96365438aad20286': 'down',
  '98e322203f7a4ed290d09fe03c09fe15': 'down', // exited
  d9b373ed55a64feb8242e02dbe79a49c: 'down', // failed
  be02cf6855d2428ba40df7e9d022f03d: 'down', // start failed
  '7ad2d189f7e94e70a38c781354912448': 'down', // deactivated
  '5eb03494b6584870a536b337290809b3': 'scheduled',
};
/** A program of ExecStartPre= or ExecStop= that ends is no end of the unit. */
const OTHER_PROCESS = 'Control process exited';

const startsRequest = (unit: string, minutes: number): ReadRequest => `starts ${unit} ${minutes} ${MAX_CHANGES}`;
const xidsRequest = (minutes: number): ReadRequest => `xids ${minutes}`;
const sudoRequest = (minutes: number): ReadRequest => `sudolog ${minutes}`;
const BOOTS_REQUEST: ReadRequest = 'boots';

/** Minutes from the begin of a span to now, for the reader. */
export const minutesSince = (fromMs: number, nowMs: number): number => Math.max(1, Math.ceil((nowMs - fromMs) / 60_000) + 1);

/** What to read of the past of a host, in one command. */
export const pastRequests = (units: readonly string[], minutes: number): readonly ReadRequest[] => [
  ...(units.length === 0 ? [] : [readUnitsRequest(units)]),
  ...units.map((unit) => startsRequest(unit, minutes)),
  BOOTS_REQUEST,
  xidsRequest(minutes),
  sudoRequest(minutes),
];

/** The answers to {@link pastRequests}, in this computer's time; `clockOffsetMs`: the host's clock minus this computer's. Never throws. */
export function readHostPast(
  answers: HostAnswers,
  units: readonly string[],
  minutes: number,
  span: Span,
  clockOffsetMs: number,
): Reading<HostPast> {
  const boots = answers.get(BOOTS_REQUEST);
  if (boots?.status === 'denied') {
    return { kind: 'unknown', reason: 'the login may not read the journal; add it to the group systemd-journal or adm.' };
  }
  if (boots === null) return { kind: 'unknown', reason: 'the host has no systemd journal.' };
  const states = readUnitStates(answers.get(readUnitsRequest(units)));
  const isWithin = ({ atMs }: { readonly atMs: number }): boolean => atMs >= span.fromMs && atMs < span.toMs;
  const corrected = <T extends { readonly atMs: number }>(one: T): T => ({ ...one, atMs: one.atMs - clockOffsetMs });
  const readXid = createXidReader();
  return {
    kind: 'read',
    value: {
      units: units.flatMap((name): UnitPast[] => {
        const state = states.get(name);
        if (state === undefined || state.get('LoadState') === 'not-found') return [];
        const lines = answers.get(startsRequest(name, minutes))?.lines ?? [];
        // Those after the span show in which state it ended.
        const changes = lines
          .flatMap(readChange)
          .map(corrected)
          .filter(({ atMs }) => atMs >= span.fromMs);
        return [
          {
            name,
            changes,
            isCut: lines.length >= MAX_CHANGES,
            isDisabled: state.get('UnitFileState') === 'disabled',
            activeState: state.get('ActiveState') ?? null,
          },
        ];
      }),
      boots: boots.lines
        .flatMap(readBoot)
        .map(({ fromMs, toMs }) => ({ fromMs: fromMs - clockOffsetMs, toMs: toMs - clockOffsetMs }))
        .sort((a, b) => a.fromMs - b.fromMs),
      xids: (answers.get(xidsRequest(minutes))?.lines ?? []).flatMap((line) => {
        const xid = readXid(line);
        const atMs = (xid?.at ?? 0) - clockOffsetMs;
        return xid === null || !isWithin({ atMs }) ? [] : [{ ...xid, at: atMs }];
      }),
      commands: (answers.get(sudoRequest(minutes))?.lines ?? []).flatMap(readCommand).map(corrected).filter(isWithin),
    },
  };
}

/** One entry of journalctl's JSON; empty = no change of a unit. */
export function readChange(line: string): UnitChange[] {
  if (line.length > MAX_LINE_CHARS || !line.startsWith('{')) return [];
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return [];
  }
  if (!isRecord(entry)) return [];
  const { MESSAGE: message, MESSAGE_ID: id, __REALTIME_TIMESTAMP: us } = entry;
  const atMs = typeof us === 'string' && /^\d{1,17}$/.test(us) ? Number(us) / 1000 : Number.NaN;
  const kind = typeof id === 'string' && Object.hasOwn(KINDS, id) ? KINDS[id] : undefined;
  if (kind === undefined || typeof message !== 'string' || !Number.isFinite(atMs)) return [];
  const text = plainText(message);
  return text.includes(OTHER_PROCESS) ? [] : [{ atMs, kind, text }];
}

const BOOT =
  /^ {0,6}-?\d{1,5} [0-9a-f]{32} [A-Z][a-z]{2} (\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}) UTC[^\dA-Z]{1,4}[A-Z][a-z]{2} (\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}) UTC/;

/** One line of `journalctl --list-boots` in UTC; empty = the heading. */
export function readBoot(line: string): Span[] {
  const [, first, last] = BOOT.exec(line.slice(0, 200)) ?? [];
  if (first === undefined || last === undefined) return [];
  const [fromMs, toMs] = [first, last].map((text) => Date.parse(`${text.replace(' ', 'T')}Z`));
  return fromMs === undefined || toMs === undefined || !Number.isFinite(fromMs) || !Number.isFinite(toMs) ? [] : [{ fromMs, toMs }];
}

const SUDO = /^(\d{9,11}\.\d{1,6}) \S{1,255} sudo(?:\[\d{1,10}\])?: {1,40}(\S{1,64}) : /;

/** One line of sudo in the journal (short-unix); empty = another one. */
export function readCommand(line: string): HostPast['commands'][number][] {
  const text = line.slice(0, 600);
  const [, at, user] = SUDO.exec(text) ?? [];
  const begin = text.indexOf('COMMAND=');
  if (at === undefined || user === undefined || begin < 0) return [];
  return [{ atMs: Number(at) * 1000, user: plainText(user), command: plainText(text.slice(begin + 'COMMAND='.length)) }];
}
