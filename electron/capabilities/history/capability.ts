import { join } from 'node:path';
import { exportFileAtomic } from '../../foundation/files/atomic-file.ts';
import { countPieces, timeStamp } from '../../foundation/files/export.ts';
import { panelCapability } from '../capability.ts';
import type { HistoryStore } from './source.ts';
import { openHistory } from './store.ts';

export const historyCapability = panelCapability<'history', HistoryStore>({
  name: 'history',
  create: ({ dataFolder, settings, saves, log, now }) => {
    const file = join(dataFolder, 'history.sqlite');
    return openHistory({ file, keepDays: () => settings.get().data.keepDays, onProblem: (cause) => saves.report(file, cause), log, now });
  },
  handlers: {
    'history.series': (history, request) => history.series(request),
    'history.subjects': (history, request) => history.subjectsWithin(request),
    'history.processRuns': (history, request) => history.runs(request),
    'history.events': (history, request) => history.events(request),
    'history.exportCsv': async (history, selection, { desktop, now }) => {
      const savedTo = await desktop.saveAs(`ada-panel-${selection.kind}-${timeStamp(now())}.csv`);
      if (savedTo === null) return { savedTo, rows: 0 };
      const { pieces, count } = countPieces(withLineEnds(history.csv(selection)));
      await exportFileAtomic(savedTo, pieces);
      return { savedTo, rows: Math.max(0, count() - 1) };
    },
    'history.usage': (history) => history.usage(),
    'history.clear': (history, { hostId }, { lastKnown }) => {
      history.clear(hostId);
      lastKnown.clear(hostId);
    },
  },
  events: (history, emit) => [history.onPastChanged((changed) => emit('history.pastChanged', changed))],
  stop: (history) => history.close(),
  forget: (history, hostId) => history.clear(hostId),
});

function* withLineEnds(lines: Iterable<string>): Generator<string, void, void> {
  for (const line of lines) yield `${line}\n`;
}
