import type { JournalEntry } from '../../../shared/capabilities/journal/contract.ts';
import { lookup } from '../../../shared/lookup.ts';

/** MESSAGE_IDs of systemd about the lifecycle of a unit (sd-messages.h) with their severity; null = the text decides. */
const LIFECYCLE: Readonly<Record<string, JournalEntry['severity'] | null>> = {
  '39f53479d3a045ac8e11786248231fbf': 'info', // started
  be02cf6855d2428ba40df7e9d022f03d: 'error', // start failed
  '7d4958e842da4a758f6c1cdc7b36dcc5': 'info', // starting
  de5b426a63be47a7b6ac3eaac82e2f6f: 'info', // stopping
  '9d1aaa27d60140bd96365438aad20286': 'info', // stopped
  '98e322203f7a4ed290d09fe03c09fe15': null, // process exited
  d9b373ed55a64feb8242e02dbe79a49c: 'error', // unit failed
  '5eb03494b6584870a536b337290809b3': 'warning', // restart scheduled
  '7ad2d189f7e94e70a38c781354912448': 'info', // deactivated
  fe6faa94e7774663a0da52717891d8ef: 'error', // out of memory in the unit
  d989611b15e44c9dbf31e3c81256e4ed: 'error', // ended by systemd-oomd
};

/** The severity of a lifecycle message (null = the text decides); null for any other MESSAGE_ID. */
export function lifecycleOf(messageId: string | null): { readonly severity: JournalEntry['severity'] | null } | null {
  if (messageId === null) return null;
  const severity = lookup(LIFECYCLE, messageId);
  return severity === undefined ? null : { severity };
}
