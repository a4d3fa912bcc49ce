import type { ProcessRun } from '../../../shared/capabilities/history/contract.ts';
import { THROTTLE_BITS } from '../../../shared/throttle-reasons.ts';
import { type Found, joinOverlapping, mainRun, nameOfRun, whoOf } from './found.ts';
import { findLeaks, type Leak } from './leaks.ts';
import type { Reading } from './readings.ts';
import { createRestFinder } from './rests.ts';
import type { IncidentRules } from './rules.ts';
import { createStretchFinder, type Stretch } from './stretches.ts';
import { describeActive, describeFloor, describeHeld, describeHot, describePeakTemperature, describeRising, REASONS } from './text.ts';

/** Finds the incidents of one GPU in its readings. The same readings give the same incidents, whatever their batches. */
export interface GpuIncidentFinder {
  take(reading: Readonly<Reading>): void;
  /** Incidents so far, oldest first. `nowMs` null = what comes after the readings is unknown. */
  found(runs: readonly ProcessRun[], nowMs: number | null): readonly Found[];
}

interface Watch {
  readonly kind: Found['kind'];
  readonly severity: Found['severity'];
  readonly holdMs: number;
  readonly summary: string;
  /** 0 = does not hold, NaN = unknown. */
  share(reading: Readonly<Reading>): number;
}

export function createGpuIncidentFinder(gpuUuid: string, rules: IncidentRules): GpuIncidentFinder {
  const watches = watchesOf(rules).map((watch) => ({ watch, finder: createStretchFinder({ ...rules, holdMs: watch.holdMs }) }));
  const rests = createRestFinder(rules);
  let lastMs = Number.NaN;
  return {
    take: (reading) => {
      const toMs = reading.atMs + Math.max(0, reading.spanMs);
      if (!(toMs <= lastMs)) lastMs = Number.isNaN(toMs) ? lastMs : toMs;
      for (const { watch, finder } of watches) finder.take(reading.atMs, reading.spanMs, watch.share(reading), reading.temperatureC);
      rests.take(reading);
    },
    found: (runs, nowMs) => {
      const slow = watches.flatMap(({ watch, finder }) => finder.found(nowMs).map((stretch) => foundOf(watch, stretch, gpuUuid, runs)));
      const isLive = nowMs !== null && nowMs - lastMs <= rules.gapMs;
      const leaks = findLeaks(rests.found(), runs, rules, isLive).map((leak) => leakOf(leak, gpuUuid));
      return [
        ...joinOverlapping('thermal', slow),
        ...joinOverlapping('throttling', slow),
        ...joinOverlapping('power-limit', slow),
        ...leaks,
      ].sort((a, b) => a.beginMs - b.beginMs);
    },
  };
}

function watchesOf(rules: IncidentRules): readonly Watch[] {
  const bit =
    (mask: number, without = 0) =>
    ({ throttleBits, throttleShare }: Readonly<Reading>): number =>
      Number.isFinite(throttleBits) ? ((throttleBits & mask) !== 0 && (throttleBits & without) === 0 ? throttleShare : 0) : Number.NaN;
  const { hardwareHoldMs: holdMs } = rules;
  const { hardware, hardwareThermal, softwareThermal, powerBrake, powerLimit } = THROTTLE_BITS;
  return [
    { kind: 'thermal', severity: 'critical', holdMs, summary: REASONS.hardwareThermal, share: bit(hardwareThermal) },
    { kind: 'throttling', severity: 'critical', holdMs, summary: REASONS.powerBrake, share: bit(powerBrake) },
    // The hardware sets this bit beside those of heat and power brake, which name the cause.
    { kind: 'throttling', severity: 'critical', holdMs, summary: REASONS.hardware, share: bit(hardware, hardwareThermal | powerBrake) },
    {
      kind: 'thermal',
      severity: 'warning',
      holdMs: rules.softwareThermalHoldMs,
      summary: REASONS.softwareThermal,
      share: bit(softwareThermal),
    },
    {
      kind: 'thermal',
      severity: 'warning',
      holdMs: rules.hotHoldMs,
      summary: describeHot(rules.hotC),
      share: ({ temperatureC }) => (Number.isFinite(temperatureC) ? Number(temperatureC > rules.hotC) : Number.NaN),
    },
    { kind: 'power-limit', severity: 'info', holdMs: rules.powerLimitHoldMs, summary: REASONS.powerLimit, share: bit(powerLimit) },
  ];
}

const foundOf = (watch: Watch, stretch: Stretch, gpuUuid: string, runs: readonly ProcessRun[]): Found => ({
  kind: watch.kind,
  severity: watch.severity,
  beginMs: stretch.fromMs,
  endMs: stretch.toMs,
  cut: stretch.cut,
  gpuUuid,
  ...whoOf(mainRun(runs, stretch.fromMs, stretch.toMs)),
  summary: watch.summary,
  evidence: [describeActive(stretch.activeMs), ...(Number.isFinite(stretch.peak) ? [describePeakTemperature(stretch.peak)] : [])],
});

function leakOf(leak: Leak, gpuUuid: string): Found {
  const [first] = leak.floors;
  const last = leak.floors.at(-1);
  const fromMiB = first?.floorMiB ?? 0;
  const toMiB = last?.floorMiB ?? 0;
  return {
    kind: 'vram-leak',
    severity: 'warning',
    beginMs: leak.beginMs,
    endMs: leak.endMs,
    cut: { begin: false, end: leak.isEndCut },
    gpuUuid,
    ...whoOf(leak.run),
    summary:
      leak.how === 'held'
        ? describeHeld(toMiB - fromMiB, leak.run === null ? 'a process' : nameOfRun(leak.run))
        : describeRising(fromMiB, toMiB, leak.floors.length - 1),
    evidence: leak.floors.slice(-6).map(({ fromMs, floorMiB }) => describeFloor(fromMs, floorMiB)),
  };
}
