import { randomUuid } from '../base/random.ts';
import { downloadRate } from '../base/remote-files.ts';
import type { InstallContext, Refused } from './install-context.ts';
import { bytesOf, diskFullText, type InstallJob, type InstallStatus, partsOf, progressOf, sourceOf, totalOf } from './install-job.ts';
import { resolveSource } from './install-source.ts';
import { modelDocument } from './model-document.ts';

/** Hashing and probing after the download. */
const PROBE_MS = 2_500;
const BREAKS_AT = 0.4;
/** A cancel is answered once the download has let go. */
const CANCEL_MS = 3_500;

const ENDED: ReadonlySet<InstallStatus> = new Set(['completed', 'error', 'cancelled']);

/** InvokeAI's install jobs: downloads one job at a time, file by file; they survive a restart since 6.12. */
export class Installs {
  jobs: InstallJob[] = [];
  readonly #context: InstallContext;
  #nextId = 0;
  #cancelled: { readonly job: InstallJob; readonly settle: () => void }[] = [];

  constructor(context: InstallContext) {
    this.#context = context;
  }

  /** A new job, or the one that is at it already. */
  begin(
    source: string,
    o: { readonly accessToken: string | null; readonly isInPlace: boolean; readonly hasLogin: boolean },
  ): InstallJob | Refused {
    const live = this.jobs.find((job) => job.wanted.source === source && !ENDED.has(job.status));
    if (live !== undefined) return live;
    const { faults, files, installed } = this.#context;
    const hasToken = o.accessToken !== null || o.hasLogin;
    const resolved = resolveSource(source, { faults, files, installed, hasToken });
    if (resolved.kind === 'refused') return { status: resolved.status, detail: resolved.detail };
    const isPath = resolved.sourceType === 'path';
    const job: InstallJob = {
      id: this.#nextId++,
      wanted: resolved.wanted,
      sourceType: resolved.sourceType,
      accessToken: o.accessToken,
      isInPlace: o.isInPlace && isPath,
      folder: isPath ? source : `/var/lib/invokeai/models/tmpinstall_${randomUuid(this.#context.random).slice(0, 8)}`,
      parts: [],
      status: 'waiting',
      error: null,
      made: null,
      probeLeftMs: PROBE_MS,
      failure: resolved.kind === 'fails' ? { reason: resolved.reason, text: resolved.text } : null,
      isResumedInVain: false,
      cancelLeftMs: null,
      reported: -1,
    };
    this.jobs.push(job);
    this.#context.print(`Queueing model install: ${source}`);
    return job;
  }

  get(id: number): InstallJob | null {
    return this.jobs.find((job) => job.id === id) ?? null;
  }

  /** Resolves when it has taken effect: a running download is let go of after some seconds. */
  cancel(job: InstallJob): Promise<void> {
    if (ENDED.has(job.status)) return Promise.resolve();
    if (job.status !== 'downloading') {
      this.#cancelNow(job);
      return Promise.resolve();
    }
    job.cancelLeftMs ??= CANCEL_MS;
    return new Promise((settle) => this.#cancelled.push({ job, settle }));
  }

  #cancelNow(job: InstallJob): void {
    job.status = 'cancelled';
    job.cancelLeftMs = null;
    for (const part of job.parts) part.status = 'cancelled';
    this.#context.print(`Model install canceled: ${job.wanted.source}`);
    this.#context.emit('model_install_cancelled', () => ({ id: job.id, source: sourceOf(job) }));
    this.#answerCancels();
  }

  #answerCancels(): void {
    const [over, open] = [true, false].map((is) => this.#cancelled.filter(({ job }) => ENDED.has(job.status) === is));
    this.#cancelled = open ?? [];
    for (const { settle } of over ?? []) settle();
  }

  pause(job: InstallJob): void {
    if ((job.status !== 'downloading' && job.status !== 'waiting') || job.cancelLeftMs !== null) return;
    job.status = 'paused';
    for (const part of job.parts) if (part.status === 'running') part.status = 'paused';
  }

  resume(job: InstallJob): void {
    if (job.status !== 'paused') return;
    job.status = 'waiting';
    job.isResumedInVain = this.#context.faults.has('downloads-without-ranges') && bytesOf(job) > 0;
    for (const part of job.parts) if (part.status === 'paused') part.status = 'waiting';
  }

  /** Fetches failed parts from their beginning; does nothing where no part was ever begun. */
  restartFailed(job: InstallJob, path: string | null): void {
    const parts = job.parts.filter((part) => (path === null ? part.status === 'error' : path.endsWith(part.path)));
    if (parts.length === 0) return;
    for (const part of parts) Object.assign(part, { bytes: 0, status: 'waiting', error: null });
    job.error = null;
    job.status = 'waiting';
  }

  prune(): void {
    this.jobs = this.jobs.filter((job) => !ENDED.has(job.status));
  }

  /** The service stops: downloads are paused and resume automatically once it is back; ids start anew. */
  lost(): void {
    this.jobs = this.jobs.filter((job) => !ENDED.has(job.status));
    this.#nextId = 0;
    for (const job of this.jobs) {
      job.id = this.#nextId++;
      if (job.status === 'downloading') job.status = 'waiting';
      for (const part of job.parts) if (part.status === 'running') part.status = 'waiting';
    }
    for (const { settle } of this.#cancelled.splice(0)) settle();
    for (const job of this.jobs) job.cancelLeftMs = null;
    if (this.jobs.length > 0) this.#context.print('Restoring incomplete installs');
  }

  /** What lies half fetched on the disk. */
  bytes(): number {
    return this.jobs.reduce((sum, job) => (ENDED.has(job.status) ? sum : sum + bytesOf(job)), 0);
  }

  step(elapsedMs: number): void {
    const job =
      this.jobs.find((known) => known.status === 'downloading' || known.status === 'running') ??
      this.jobs.find((known) => known.status === 'waiting');
    if (job === undefined) return;
    if (job.cancelLeftMs !== null) {
      job.cancelLeftMs -= elapsedMs;
      if (job.cancelLeftMs <= 0) this.#cancelNow(job);
      return;
    }
    if (job.status === 'running') this.#probe(job, elapsedMs);
    else this.#download(job, elapsedMs);
  }

  #download(job: InstallJob, elapsedMs: number): void {
    if (!this.#isBegun(job)) return;
    const { faults } = this.#context;
    job.status = 'downloading';
    if (faults.has('downloads-stalled')) return;
    let room = (downloadRate(faults) * elapsedMs) / 1000;
    for (const part of job.parts) {
      if (part.status === 'completed' || room <= 0) continue;
      part.status = 'running';
      const wanted = Math.min(room, part.totalBytes - part.bytes);
      part.bytes = Math.min(part.totalBytes, part.bytes + Math.ceil(wanted));
      room -= wanted;
      if (faults.has('download-broken-off') && part.bytes > part.totalBytes * BREAKS_AT) {
        const text = `('Connection broken: IncompleteRead(${part.bytes} bytes read, ${part.totalBytes - part.bytes} more expected)')`;
        // The partial file is deleted.
        Object.assign(part, { bytes: 0, error: { reason: 'ChunkedEncodingError', text } });
        this.#fail(job, 'ChunkedEncodingError', text);
        return;
      }
      if (part.bytes >= part.totalBytes) part.status = 'completed';
    }
    this.#tellProgress(job);
    if (job.parts.every((part) => part.status === 'completed')) {
      job.status = 'running';
      this.#context.print(`Model download complete: ${job.wanted.source}`);
      this.#context.emit('model_install_downloads_complete', () => ({ id: job.id, source: sourceOf(job) }));
      this.#context.emit('model_install_started', () => ({ id: job.id, source: sourceOf(job) }));
    }
  }

  /** Whether the parts are there; false = it ended, or was paused, before its first byte. */
  #isBegun(job: InstallJob): boolean {
    if (job.failure !== null) {
      this.#fail(job, job.failure.reason, job.failure.text);
      return false;
    }
    if (job.isResumedInVain) {
      this.#pauseInVain(job);
      return false;
    }
    if (job.parts.length > 0) return true;
    const bytes = job.wanted.files.reduce((sum, file) => sum + file.bytes, 0);
    const isOnDisk = job.sourceType === 'path';
    if (!isOnDisk && (this.#context.faults.has('disk-full') || bytes > this.#context.freeBytes())) {
      this.#fail(job, 'RuntimeError', diskFullText(this.#context.freeBytes(), bytes));
      return false;
    }
    job.parts = partsOf(job.wanted);
    if (isOnDisk) for (const part of job.parts) Object.assign(part, { bytes: part.totalBytes, status: 'completed' });
    return true;
  }

  #probe(job: InstallJob, elapsedMs: number): void {
    job.probeLeftMs -= elapsedMs;
    if (job.probeLeftMs > 0) return;
    const { installed } = this.#context;
    const isManaged = !job.isInPlace;
    if (!isManaged && installed.all().some((model) => model.path === job.wanted.source)) {
      this.#fail(job, 'DuplicateModelException', `A model with path='${job.wanted.source}' is already installed`);
      return;
    }
    const made = installed.add(job.wanted, {
      bytes: bytesOf(job),
      inPlaceAt: isManaged ? null : job.wanted.source,
      sourceType: job.sourceType,
    });
    job.made = made;
    job.status = 'completed';
    this.#context.print(`Model install complete: ${job.wanted.source}`);
    this.#context.emit('model_install_complete', () => ({
      id: job.id,
      source: sourceOf(job),
      key: made.key,
      total_bytes: bytesOf(job),
      config: modelDocument(made),
    }));
  }

  #fail(job: InstallJob, reason: string, text: string): void {
    job.status = 'error';
    job.error = { reason, text };
    for (const part of job.parts) if (part.status !== 'completed') part.status = 'error';
    this.#context.print(`Model install error: ${job.wanted.source}\n${reason}: ${text}`, 'ERROR');
    this.#context.emit('model_install_error', () => ({ id: job.id, source: sourceOf(job), error_type: reason, error: text }));
  }

  /** The server began anew instead of at the wanted byte: paused again, without a word and with the size forgotten. */
  #pauseInVain(job: InstallJob): void {
    job.isResumedInVain = false;
    job.status = 'paused';
    for (const part of job.parts) if (part.status !== 'completed') Object.assign(part, { status: 'paused', totalBytes: 0 });
  }

  #tellProgress(job: InstallJob): void {
    const percent = Math.floor((bytesOf(job) / Math.max(1, totalOf(job))) * 100);
    if (percent === job.reported) return;
    job.reported = percent;
    this.#context.emit('model_install_download_progress', () => progressOf(job));
  }
}
