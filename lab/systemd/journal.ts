import { type Random, randomHex } from '../base/random.ts';

/** One record of journald. Times in microseconds: host clock, and since boot. */
export interface JournalRecord {
  readonly sequence: number;
  readonly realtimeUs: number;
  readonly monotonicUs: number;
  /** 32 hex digits. */
  readonly bootId: string;
  readonly message: string;
  readonly priority: number;
  readonly identifier: string;
  readonly pid: number;
  /** `_SYSTEMD_UNIT`: init.scope for messages of systemd; null for the kernel. */
  readonly unit: string | null;
  readonly invocationId: string | null;
  readonly transport: 'stdout' | 'journal' | 'kernel' | 'syslog';
  /** Further fields: MESSAGE_ID, UNIT, INVOCATION_ID… */
  readonly fields: Readonly<Record<string, string>>;
}

export type NewRecord = Omit<JournalRecord, 'sequence' | 'realtimeUs' | 'monotonicUs' | 'bootId' | 'fields'> & {
  readonly fields?: Readonly<Record<string, string>>;
};

const MAX_RECORDS = 600_000;
/** There is room for records of the time before. */
const FIRST_SEQUENCE = 0x20_016e;
const NO_FIELDS = {};

/** The lab's journal: append, seek, vacuum. Sequence numbers never repeat, even after a vacuum. */
export class Journal {
  #records: JournalRecord[] = [];
  #nextSequence = FIRST_SEQUENCE;
  #lastRealtimeUs = 0;
  #waiting: (() => void)[] = [];
  readonly #sequenceId: string;

  constructor(random: Random) {
    this.#sequenceId = randomHex(random, 32);
  }

  get records(): readonly JournalRecord[] {
    return this.#records;
  }

  /** The sequence number of the next record. */
  get endSequence(): number {
    return this.#nextSequence;
  }

  /** Adds a record at a host clock time (epoch ms); records of the same time get increasing microseconds. */
  append(record: NewRecord, hostMs: number, bootId: string, bootedAtHostMs: number): JournalRecord {
    const wantedUs = Math.round(hostMs * 1000);
    const behindUs = this.#lastRealtimeUs - wantedUs;
    // A step back of more than a second is a clock change and stays visible.
    const realtimeUs = behindUs >= 0 && behindUs < 1_000_000 ? this.#lastRealtimeUs + 7 : wantedUs;
    this.#lastRealtimeUs = realtimeUs;
    const kept: JournalRecord = {
      ...record,
      fields: record.fields ?? NO_FIELDS,
      sequence: this.#nextSequence,
      realtimeUs,
      monotonicUs: Math.max(1, realtimeUs - Math.round(bootedAtHostMs * 1000)),
      bootId,
    };
    this.#nextSequence += 1;
    this.#records.push(kept);
    if (this.#records.length > MAX_RECORDS) this.#records = this.#records.slice(MAX_RECORDS / 10);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
    return kept;
  }

  /**
   * Puts the records of another journal of the same machine in front. Their sequence numbers are those before the first one here, so
   * that who follows this journal goes on as before.
   */
  prepend(earlier: readonly JournalRecord[]): void {
    const first = (this.#records[0]?.sequence ?? this.#nextSequence) - earlier.length;
    this.#records = [...earlier.map((record, index) => ({ ...record, sequence: first + index })), ...this.#records];
  }

  /** Drops the oldest records, like `journalctl --vacuum-*`. */
  vacuum(keep: number): void {
    this.#records = this.#records.slice(Math.max(0, this.#records.length - keep));
  }

  /** Resolves at the next append, or when the signal is aborted. */
  appended(until: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (until.aborted) {
        resolve();
        return;
      }
      const finish = () => {
        until.removeEventListener('abort', finish);
        resolve();
      };
      until.addEventListener('abort', finish);
      this.#waiting.push(finish);
    });
  }

  /** Index of the first record at or after a sequence number. */
  indexOf(sequence: number): number {
    let low = 0;
    let high = this.#records.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#records[middle]?.sequence ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Cursor as journald writes it (sd_journal_get_cursor(3)): `s=…;i=…;b=…;m=…;t=…;x=…`. */
  cursorOf(record: JournalRecord): string {
    const hash = (Math.imul(record.sequence, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
    return `s=${this.#sequenceId};i=${record.sequence.toString(16)};b=${record.bootId};m=${record.monotonicUs.toString(16)};t=${record.realtimeUs.toString(16)};x=${hash}${hash.split('').reverse().join('')}`;
  }

  /**
   * The index of a cursor's record, or of the nearest record when that was dropped or is from another journal, as journald does
   * silently. Null = malformed cursor.
   */
  seek(cursor: string): { readonly index: number; readonly exact: boolean } | null {
    const parts = new Map(cursor.split(';').map((part) => [part.slice(0, 1), part.slice(2)] as const));
    if (!/^([sibmtx]=[0-9a-f]+)(;[sibmtx]=[0-9a-f]+)*$/.test(cursor) || !parts.has('t')) return null;
    const sequence = Number.parseInt(parts.get('i') ?? '', 16);
    if (parts.get('s') === this.#sequenceId && Number.isFinite(sequence)) {
      const index = this.indexOf(sequence);
      return { index, exact: this.#records[index]?.sequence === sequence };
    }
    const realtimeUs = Number.parseInt(parts.get('t') ?? '0', 16);
    const index = this.#records.findIndex((record) => record.realtimeUs >= realtimeUs);
    return { index: index < 0 ? this.#records.length : index, exact: false };
  }
}
