import type { LabFault } from '../faults.ts';
import type { Random } from '../random.ts';
import { randomUuid } from '../random.ts';
import { downloadRate } from '../remote-files.ts';
import { bytesOf, type InstallJob, type InstallStatus, sourceOf, totalOf, urlOf } from './install-job.ts';
import { modelDocument } from './model-document.ts';
import { INSTALLABLE, type Installable, type Shelf } from './shelf.ts';

/** Hashing and probing after the download. */
const PROBE_MS = 2_500;
const BREAKS_AT = 0.4;

export interface InstallWorld {
  readonly random: Random;
  readonly faults: ReadonlySet<LabFault>;
  readonly shelf: Shelf;
  freeBytes(): number;
  print(text: string, level?: 'INFO' | 'ERROR' | 'WARNING'): void;
  /** The payload is made only when somebody listens. */
  emit(event: string, payload: () => Readonly<Record<string, unknown>>): void;
}

export type Refused = { readonly status: number; readonly detail: string };

const ENDED: ReadonlySet<InstallStatus> = new Set(['completed', 'error', 'cancelled']);

/** InvokeAI's install jobs: downloads one job at a time, file by file; kept over a restart since 6.12. */
export class Installs {
  jobs: InstallJob[] = [];
  readonly #world: InstallWorld;
  #nextId = 0;

  constructor(world: InstallWorld) {
    this.#world = world;
  }

  /** A new job, or the one that is at it already. */
  begin(
    source: string,
    o: { readonly accessToken: string | null; readonly isInPlace: boolean; readonly hasLogin: boolean },
  ): InstallJob | Refused {
    const live = this.jobs.find((job) => job.wanted.source === source && !ENDED.has(job.status));
    if (live !== undefined) return live;
    const isPath = source.startsWith('/');
    const [repo = ''] = source.split(':');
    const known = INSTALLABLE.find((entry) => entry.source === repo || entry.source === source);
    const wanted = known ?? adHoc(source);
    if (wanted === null) return { status: 409, detail: `Unsupported model source: '${source}'` };
    if (known === undefined && !isPath && !source.startsWith('http')) return { status: 500, detail: 'Internal Server Error' };
    const needsLogin = wanted.isGated || this.#world.faults.has('gated-repo');
    if (needsLogin && !isPath && o.accessToken === null && !o.hasLogin) return { status: 500, detail: 'Internal Server Error' };
    const job: InstallJob = {
      id: this.#nextId++,
      wanted: { ...wanted, source },
      sourceType: isPath ? 'path' : source.startsWith('http') ? 'url' : 'hf_repo_id',
      accessToken: o.accessToken,
      isInPlace: o.isInPlace,
      folder: isPath ? source : `/var/lib/invokeai/models/tmpinstall_${randomUuid(this.#world.random).slice(0, 8)}`,
      parts: wanted.files.map((file) => ({
        path: file.path,
        totalBytes: file.bytes,
        bytes: isPath ? file.bytes : 0,
        status: isPath ? 'completed' : 'waiting',
        needsResume: false,
      })),
      status: 'waiting',
      error: null,
      made: null,
      probeLeftMs: PROBE_MS,
      told: -1,
    };
    this.jobs.push(job);
    this.#world.print(`Queueing model install: ${source}`);
    return job;
  }

  get(id: number): InstallJob | null {
    return this.jobs.find((job) => job.id === id) ?? null;
  }

  cancel(job: InstallJob): void {
    if (ENDED.has(job.status)) return;
    job.status = 'cancelled';
    for (const part of job.parts) part.status = 'cancelled';
    this.#world.print(`Model install canceled: ${job.wanted.source}`);
    this.#world.emit('model_install_cancelled', () => ({ id: job.id, source: sourceOf(job) }));
  }

  pause(job: InstallJob): void {
    if (job.status !== 'downloading' && job.status !== 'waiting') return;
    job.status = 'paused';
    for (const part of job.parts) if (part.status === 'running') part.status = 'paused';
  }

  resume(job: InstallJob): void {
    if (job.status !== 'paused') return;
    job.status = 'waiting';
    for (const part of job.parts) {
      if (part.status === 'paused') part.status = 'waiting';
      part.needsResume = false;
    }
  }

  /** Fetches what failed from its beginning. */
  restartFailed(job: InstallJob, path: string | null): void {
    for (const part of job.parts) {
      if (part.status === 'completed' && path === null) continue;
      if (path !== null && !path.endsWith(part.path)) continue;
      part.bytes = 0;
      part.status = 'waiting';
      part.needsResume = false;
    }
    job.error = null;
    job.status = 'waiting';
  }

  prune(): void {
    this.jobs = this.jobs.filter((job) => !ENDED.has(job.status));
  }

  /** The service stops: downloads are paused, and go on by themselves once it is back; ids begin anew. */
  lost(): void {
    this.jobs = this.jobs.filter((job) => !ENDED.has(job.status));
    this.#nextId = 0;
    for (const job of this.jobs) {
      job.id = this.#nextId++;
      if (job.status === 'downloading') job.status = 'waiting';
      for (const part of job.parts) if (part.status === 'running') part.status = 'waiting';
    }
    if (this.jobs.length > 0) this.#world.print('Restoring incomplete installs');
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
    if (job.status === 'running') this.#probe(job, elapsedMs);
    else this.#download(job, elapsedMs);
  }

  #download(job: InstallJob, elapsedMs: number): void {
    job.status = 'downloading';
    let room = (downloadRate(this.#world.faults) * elapsedMs) / 1000;
    for (const part of job.parts) {
      if (part.status === 'completed' || room <= 0) continue;
      part.status = 'running';
      const wanted = Math.min(room, part.totalBytes - part.bytes);
      if (this.#world.faults.has('disk-full') || wanted > this.#world.freeBytes()) {
        const text = `Free disk space is not enough for download of ${part.path}`;
        this.#fail(job, 'OSError', text);
        return;
      }
      part.bytes = Math.min(part.totalBytes, part.bytes + Math.ceil(wanted));
      room -= wanted;
      if (this.#world.faults.has('download-broken-off') && part.bytes > part.totalBytes * BREAKS_AT) {
        part.status = 'paused';
        part.needsResume = true;
        job.status = 'paused';
        this.#world.print(`Resume refused by server for ${part.path}`, 'WARNING');
        return;
      }
      if (part.bytes >= part.totalBytes) part.status = 'completed';
    }
    this.#tellProgress(job);
    if (job.parts.every((part) => part.status === 'completed')) {
      job.status = 'running';
      this.#world.print(`Model download complete: ${job.wanted.source}`);
      this.#world.emit('model_install_downloads_complete', () => ({ id: job.id, source: sourceOf(job) }));
      this.#world.emit('model_install_started', () => ({ id: job.id, source: sourceOf(job) }));
    }
  }

  #probe(job: InstallJob, elapsedMs: number): void {
    job.probeLeftMs -= elapsedMs;
    if (job.probeLeftMs > 0) return;
    if (this.#world.shelf.has(job.wanted.source)) {
      this.#fail(job, 'DuplicateModelException', `A model with this source is installed already: ${job.wanted.source}`);
      return;
    }
    const path = job.isInPlace ? job.wanted.source : `${job.wanted.base}/${job.wanted.type}/${job.wanted.name}`;
    const made = this.#world.shelf.add(job.wanted, { bytes: bytesOf(job), path, sourceType: job.sourceType });
    job.made = made;
    job.status = 'completed';
    this.#world.print(`Model install complete: ${job.wanted.source}`);
    this.#world.emit('model_install_complete', () => ({
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
    this.#world.print(`Model install error: ${job.wanted.source}\n${reason}: ${text}`, 'ERROR');
    this.#world.emit('model_install_error', () => ({ id: job.id, source: sourceOf(job), error_type: reason, error: text }));
  }

  #tellProgress(job: InstallJob): void {
    const percent = Math.floor((bytesOf(job) / Math.max(1, totalOf(job))) * 100);
    if (percent === job.told) return;
    job.told = percent;
    this.#world.emit('model_install_download_progress', () => ({
      id: job.id,
      source: sourceOf(job),
      local_path: job.folder,
      bytes: bytesOf(job),
      total_bytes: totalOf(job),
      parts: job.parts.map((part) => ({
        url: urlOf(job, part.path),
        local_path: `${job.folder}/${part.path}`,
        bytes: part.bytes,
        total_bytes: part.totalBytes,
      })),
    }));
  }
}

/** A file by URL or path whose contents nobody described. */
function adHoc(source: string): Installable | null {
  const file = /([^/]+)\.(safetensors|ckpt|gguf|bin)$/i.exec(source);
  const isFolder = source.startsWith('/');
  if (file === null && !isFolder) return source.startsWith('http') ? null : { ...EMPTY, source };
  const name = file?.[1] ?? source.split('/').filter(Boolean).pop() ?? 'model';
  const base = /xl/i.test(name) ? 'sdxl' : 'sd-1';
  return { ...EMPTY, source, name, base, files: [{ path: file?.[0] ?? name, bytes: 1_990_000_000 }] };
}

const EMPTY: Installable = { source: '', name: '', base: 'sd-1', type: 'main', description: '', isGated: false, files: [] };
