import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHostSession, type HostSession } from '../../electron/app/session.ts';
import { loginInMemory } from '../../electron/capabilities/backends/invokeai-login.ts';
import { openHistory } from '../../electron/capabilities/history/store.ts';
import { type Gallery, openGallery } from '../../electron/capabilities/images/gallery.ts';
import { openSettings, type SettingsStore } from '../../electron/capabilities/settings/settings.ts';
import { openLastKnown } from '../../electron/foundation/files/last-known.ts';
import { silentLogger } from '../../electron/foundation/log/log.ts';
import { createConnection, type PromptQuestion } from '../../electron/foundation/ssh/connection.ts';
import type { ConnectionState, PromptAnswer } from '../../shared/capabilities/hosts/contract.ts';
import type { JournalEntry, JournalMark } from '../../shared/capabilities/journal/contract.ts';
import type { HostUnderTest } from './hosts.ts';

/** The main process's rooms on one host, without a window; every question is answered by `answers`. */
export interface PanelUnderTest extends HostSession {
  /** Every state the connection was in, oldest first. */
  readonly states: ConnectionState[];
  readonly asked: PromptQuestion[];
  readonly gallery: Gallery;
  readonly settings: SettingsStore;
  dispose(): void;
}

export function openPanel(
  host: Pick<HostUnderTest, 'profile' | 'homeFolder' | 'knownHostsFile' | 'sudoPassword' | 'gatewayKeeper'>,
  o: {
    readonly answer?: (question: PromptQuestion) => PromptAnswer;
    readonly user?: string;
    readonly withoutKey?: boolean;
    readonly others?: Readonly<Record<string, PanelUnderTest>>;
  } = {},
): PanelUnderTest {
  const dataFolder = mkdtempSync(join(tmpdir(), 'ada-data-'));
  const states: ConnectionState[] = [];
  const asked: PromptQuestion[] = [];
  const now = Date.now;
  const profile = { ...host.profile, ...(o.user === undefined ? {} : { user: o.user }), ...(o.withoutKey ? { identityFiles: [] } : {}) };
  const connection = createConnection({
    profile,
    ask: async (question) => {
      asked.push(question);
      if (o.answer !== undefined) return o.answer(question);
      return question.kind === 'sudo-password' ? { kind: 'secret', secret: host.sudoPassword } : { kind: 'cancel' };
    },
    homeFolder: host.homeFolder,
    environment: { PATH: process.env['PATH'] },
    knownHostsFile: host.knownHostsFile,
    keepaliveSeconds: () => 2,
    sudoKeepMinutes: () => 5,
    log: silentLogger,
  });
  connection.onChange(({ state }) => states.push(state));
  const history = openHistory({ file: join(dataFolder, 'history.sqlite'), keepDays: () => 14, log: silentLogger });
  const gallery = openGallery({ folder: join(dataFolder, 'gallery'), log: silentLogger });
  const settings = openSettings({ dataFolder, log: silentLogger });
  const session = createHostSession({
    profile,
    connection,
    history,
    lastKnown: openLastKnown({ file: join(dataFolder, 'last-known.json'), log: silentLogger }),
    settings,
    gatewayKeeper: host.gatewayKeeper,
    invokeAiLogin: loginInMemory(),
    borrowOther: (hostId) => {
      const other = o.others?.[hostId];
      return other === undefined ? null : { connection: other.connection, release: () => {} };
    },
    isWindowShown: () => true,
    gallery,
    log: silentLogger,
    now,
  });
  connection.connect();
  return {
    ...session,
    states,
    asked,
    gallery,
    settings,
    dispose: () => {
      session.dispose();
      history.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

const LOOK_EVERY_MS = 20;

/** Generous: a busy machine is no failure. */
const LIMIT_MS = 150_000;

/** Resolves with the first answer that is neither null nor false; fails, naming what was awaited, when none comes. */
export async function until<T>(look: () => T | null | false | undefined | Promise<T | null | false | undefined>, what: string): Promise<T> {
  const deadline = Date.now() + LIMIT_MS;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== false && seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`not within ${LIMIT_MS / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

export const online = (panel: PanelUnderTest): Promise<true> =>
  until(() => panel.connection.snapshot.state.kind === 'online', 'the connection');

/** Follows one unit and gathers what comes; acknowledges like the window does. */
export function follow(
  panel: PanelUnderTest,
  units: readonly string[],
  backlog = 0,
): { readonly entries: JournalEntry[]; readonly marks: JournalMark[]; numbers(): number[]; following(): boolean; close(): void } {
  const entries: JournalEntry[] = [];
  const marks: JournalMark[] = [];
  let isFollowing = false;
  const stopStream = panel.journal.onStream((state) => {
    isFollowing = state.kind === 'following';
  });
  const stopEntries = panel.journal.onEntries((batch) => {
    entries.push(...batch.entries);
    if (batch.mark !== null) marks.push(batch.mark);
    panel.journal.acknowledge(batch.streamId, entries.length);
  });
  const { streamId } = panel.journal.open({ units: [...units], backlog });
  return {
    close: () => {
      panel.journal.close(streamId);
      stopStream();
      stopEntries();
    },
    entries,
    marks,
    following: () => isFollowing,
    numbers: () =>
      entries
        .map((entry) => /^numbered line (\d+)$/.exec(entry.text)?.[1])
        .filter((number) => number !== undefined)
        .map(Number),
  };
}

/** first, first+1, … */
export const countUp = (first: number, count: number): number[] => [...Array(count).keys()].map((n) => first + n);
