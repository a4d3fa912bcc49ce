import { packBatch } from '../../../shared/journal-batch.ts';
import { exportFileAtomic } from '../../foundation/files/atomic-file.ts';
import { countPieces, timeStamp } from '../../foundation/files/export.ts';
import { hostCapability } from '../capability.ts';
import { factsCapability } from '../facts/capability.ts';
import { createJournal, type Journal } from './journal.ts';

export const journalCapability = hostCapability<'journal', Journal>({
  name: 'journal',
  create: (host) => {
    const { connection, log, now } = host;
    const facts = host.use(factsCapability);
    return createJournal({ transport: connection, log, now, clockOffsetMs: () => facts.current()?.clockOffsetMs ?? null });
  },
  handlers: {
    'journal.open': (journal, selection) => journal.open(selection),
    'journal.close': (journal, { streamId }) => journal.close(streamId),
    'journal.acknowledge': (journal, { streamId, received }) => journal.acknowledge(streamId, received),
    'journal.older': (journal, request) => journal.older(request),
    'journal.range': (journal, request) => journal.range(request),
    'journal.fields': (journal, { cursor }) => journal.fields(cursor),
    'journal.export': async (journal, { format, ...selection }, { desktop, now }) => {
      const savedTo = await desktop.saveAs(`ada-panel-logs-${timeStamp(now())}.${format === 'text' ? 'txt' : 'jsonl'}`);
      if (savedTo === null) return { savedTo, entries: 0 };
      const { pieces, count } = countPieces(journal.exportText(selection, format));
      await exportFileAtomic(savedTo, pieces);
      return { savedTo, entries: count() };
    },
  },
  events: (journal, emit) => [
    journal.onEntries((batch) => emit('journal.entries', packBatch(batch))),
    journal.onStream((state) => emit('journal.stream', state)),
  ],
  stop: (journal) => journal.stop(),
});
