import { packBatch } from '../../shared/journal-batch.ts';
import type { Gallery } from '../capabilities/images/gallery.ts';
import type { Notices } from '../capabilities/notices/notices.ts';
import type { Prompts } from '../capabilities/prompts/prompts.ts';
import type { SettingsStore } from '../capabilities/settings/settings.ts';
import type { SaveMonitor } from '../foundation/files/save-monitor.ts';
import type { Hosts } from './hosts.ts';
import type { Emit } from './ipc.ts';
import { narrateSession } from './session-notices.ts';

/** Forwards what the rooms report to the window, always of the session that is shown now. */
export function wireEvents(o: {
  readonly hosts: Hosts;
  readonly prompts: Prompts;
  readonly notices: Notices;
  readonly settings: SettingsStore;
  readonly gallery: Gallery;
  readonly saves: Pick<SaveMonitor, 'onChange'>;
  readonly emit: Emit;
}): void {
  const { emit } = o;
  o.saves.onChange((problem) => emit('app.unsavedChanged', problem));
  o.notices.onNotice((notice) => emit('app.noticed', notice));
  o.hosts.onChange((state) => emit('hosts.changed', state));
  o.prompts.onPrompted((prompt) => emit('hosts.prompted', prompt));
  o.prompts.onClosed((closed) => emit('hosts.promptClosed', closed));
  o.gallery.onChange((total) => emit('images.galleryChanged', { total }));
  o.gallery.onUnsaved((images) => emit('images.unsavedChanged', [...images]));
  o.settings.onChange((settings) => emit('settings.changed', settings));

  let stops: (() => void)[] = [];
  o.hosts.onSession((session) => {
    for (const stop of stops) stop();
    stops = [];
    if (session === null) return;
    stops = [
      session.gpu.onSamples((batches) => emit('gpu.samples', [...batches])),
      session.gpu.onChange((status) => emit('gpu.changed', status)),
      session.services.onChange((state) => emit('services.changed', state)),
      session.services.onAction((action) => emit('services.action', action)),
      session.journal.onEntries((batch) => emit('journal.entries', packBatch(batch))),
      session.journal.onStream((state) => emit('journal.stream', state)),
      session.gateway.onChange((state) => emit('gateway.changed', state)),
      session.gateway.overload.onChange((run) => emit('gateway.overloadChanged', run)),
      session.images.onChange((run) => emit('images.runChanged', run)),
      session.models.onChange((state) => emit('models.changed', state)),
      session.models.onProgress((progress) => emit('models.progressed', progress)),
      session.comfyui.onChange((state) => emit('comfyui.changed', state)),
      narrateSession(session, o.notices),
    ];
    // What was last known of this host is shown before it answers.
    emit('gpu.changed', session.gpu.status());
    emit('services.changed', session.services.state());
    emit('gateway.changed', session.gateway.state());
  });
}
