import type { GpuIdentity, XidEvent } from '../../../shared/capabilities/gpu/contract.ts';
import type { ProcessRun } from '../../../shared/capabilities/history/contract.ts';
import { isSamePciAddress } from '../../../shared/pci-address.ts';
import { MAX_NAME_CHARS, plainText } from '../../../shared/plain-text.ts';
import { shortUnitName } from '../../../shared/unit-names.ts';
import { levelOfXid } from '../gpu/text.ts';
import { type Found, nameOfRun } from './found.ts';
import { describeHostMemoryFailure, describeVramFailure, describeXids } from './text.ts';

/** One line of a log. */
export interface LogLine {
  /** Epoch ms. */
  readonly atMs: number;
  /** Null = the kernel's. */
  readonly unit: string | null;
  readonly text: string;
}

const MAX_LINE_CHARS = 2_000;

/** What torch, InvokeAI and ComfyUI log when there is no free VRAM. */
const NO_VRAM = [
  'CUDA out of memory',
  'OutOfMemoryError',
  'Insufficient GPU memory to load model',
  'ran out of memory on your GPU',
  'Got an OOM, unloading all loaded models',
] as const;
/** `GPU 0 has a total capacity of …`, as torch reports. */
const GPU_INDEX = /\bGPU (\d{1,3}) has a total capacity/;
const KILLED = /Killed process (\d{1,10}) \(([^)]{1,64})\)/;
const KILL_CONTEXT = /oom-kill:constraint=.{0,400}task_memcg=([^,]{1,300}),task=[^,]{1,64},pid=(\d{1,10})/;
/** systemd's own line in the log of the unit. */
const KILLED_IN_UNIT = 'of this unit has been killed by the OOM killer';

interface Failure {
  readonly atMs: number;
  readonly kind: 'out-of-memory' | 'host-out-of-memory';
  readonly unit: string | null;
  readonly who: string | null;
  readonly gpuUuid: string | null;
  readonly line: string;
}

type KnownGpu = Pick<GpuIdentity, 'uuid' | 'index' | 'busId'>;

/** Failures for want of memory in log lines of any order. `gpus`: those of the host. */
export function memoryIncidents(
  lines: readonly LogLine[],
  o: { readonly gpus: readonly KnownGpu[]; readonly sameFailureMs: number },
): readonly Found[] {
  const sorted = lines.filter(({ atMs }) => Number.isFinite(atMs)).sort((a, b) => a.atMs - b.atMs);
  const unitOfPid = new Map<string, string>();
  const failures = sorted.flatMap((line) => failureOf(line, o.gpus, unitOfPid) ?? []);
  return grouped(failures, o.sameFailureMs);
}

function failureOf({ atMs, unit, text: whole }: LogLine, gpus: readonly KnownGpu[], unitOfPid: Map<string, string>): Failure | null {
  const text = whole.slice(0, MAX_LINE_CHARS);
  const line = plainText(text, MAX_NAME_CHARS);
  if (unit === null) {
    const [, cgroup, victim] = KILL_CONTEXT.exec(text) ?? [];
    const named = cgroup?.split('/').findLast((part) => part.endsWith('.service'));
    if (victim !== undefined && named !== undefined) unitOfPid.set(victim, named);
    const [, pid, program] = KILLED.exec(text) ?? [];
    if (pid === undefined || program === undefined) return null;
    const killed = unitOfPid.get(pid) ?? null;
    return { atMs, kind: 'host-out-of-memory', unit: killed, who: killed === null ? program : shortUnitName(killed), gpuUuid: null, line };
  }
  const base = { atMs, unit, who: shortUnitName(unit), line };
  if (text.includes(KILLED_IN_UNIT)) return { ...base, kind: 'host-out-of-memory', gpuUuid: null };
  if (!NO_VRAM.some((words) => text.includes(words))) return null;
  const index = GPU_INDEX.exec(text)?.[1];
  const named = index === undefined ? undefined : gpus.find((gpu) => gpu.index === Number(index));
  const only = gpus.length === 1 ? gpus[0] : undefined;
  return { ...base, kind: 'out-of-memory', gpuUuid: (named ?? only)?.uuid ?? null };
}

/** The log lines of one failure arrive within this time. */
const ONE_FAILURE_MS = 5_000;

interface Group {
  readonly kind: Failure['kind'];
  readonly unit: string | null;
  readonly who: string | null;
  gpuUuid: string | null;
  readonly beginMs: number;
  endMs: number;
  count: number;
  readonly lines: Set<string>;
}

function grouped(failures: readonly Failure[], sameFailureMs: number): readonly Found[] {
  const groups: Group[] = [];
  const newest = new Map<string, Group>();
  for (const { atMs, kind, unit, who, gpuUuid, line } of failures) {
    const key = `${kind}\n${who ?? ''}`;
    let group = newest.get(key);
    if (group === undefined || atMs - group.endMs > sameFailureMs) {
      group = { kind, unit, who, gpuUuid, beginMs: atMs, endMs: atMs, count: 0, lines: new Set() };
      newest.set(key, group);
      groups.push(group);
    }
    if (group.count === 0 || atMs - group.endMs > ONE_FAILURE_MS) group.count += 1;
    group.endMs = atMs;
    group.gpuUuid ??= gpuUuid;
    if (group.lines.size < 8) group.lines.add(line);
  }
  return groups.map(({ count, lines, ...group }) => ({
    ...group,
    severity: group.kind === 'host-out-of-memory' ? 'critical' : 'warning',
    cut: { begin: false, end: false },
    summary: group.kind === 'out-of-memory' ? describeVramFailure(group.who, count) : describeHostMemoryFailure(group.who, count),
    evidence: [...lines],
  }));
}

const PID = /\bpid=(\d{1,10})\b/;

/** GPU errors as incidents; repetitions of one Xid on one card within `sameFailureMs` are one. */
export function xidIncidents(
  xids: readonly XidEvent[],
  o: { readonly gpus: readonly KnownGpu[]; readonly runs: readonly ProcessRun[]; readonly sameFailureMs: number },
): readonly Found[] {
  const found: { one: Found; count: number; readonly name: string; readonly meaning: string }[] = [];
  const newest = new Map<string, (typeof found)[number]>();
  for (const { at, busId, xid, text, meaning } of xids.filter((one) => Number.isFinite(one.at)).sort((a, b) => a.at - b.at)) {
    const gpu = o.gpus.find((one) => one.busId !== null && isSamePciAddress(one.busId, busId) === true) ?? null;
    const name = xid === null ? 'GPU lost' : `Xid ${xid}`;
    const key = `${name}\n${busId}`;
    const same = newest.get(key);
    if (same !== undefined && at - (same.one.endMs ?? at) <= o.sameFailureMs) {
      same.count += 1;
      same.one = { ...same.one, endMs: at, evidence: [...new Set([...same.one.evidence, text])].slice(0, 8) };
      continue;
    }
    const pid = PID.exec(text.slice(0, MAX_LINE_CHARS))?.[1];
    const run = pid === undefined ? null : (o.runs.findLast((one) => one.pid === Number(pid) && one.startedAt <= at) ?? null);
    const one: Found = {
      kind: 'xid',
      severity: levelOfXid(xid, text) === 'hardware' ? 'critical' : 'warning',
      beginMs: at,
      endMs: at,
      cut: { begin: false, end: false },
      gpuUuid: gpu?.uuid ?? null,
      unit: run?.unit ?? null,
      who: run === null ? null : nameOfRun(run),
      summary: '',
      evidence: [text],
    };
    const entry = { one, count: 1, name, meaning };
    newest.set(key, entry);
    found.push(entry);
  }
  return found.map(({ one, count, name, meaning }) => ({ ...one, summary: describeXids(name, meaning, count) }));
}
