import type { Random } from './random.ts';

/** An RTX 6000 Ada Generation with ECC on: 46068 MiB, 300 W. */
export const GPU_UUID = 'GPU-5c1f8d2e-7a40-4b7e-9c55-0e6f2f1ada02';
export const GPU_NAME = 'NVIDIA RTX 6000 Ada Generation';
export const GPU_BUS_ID = '00000000:21:00.0';
export const DRIVER_VERSION = '580.126.09';
export const MEMORY_TOTAL_MIB = 46068;
const RESERVED_MIB = 609;
const BASE_USED_MIB = 600;
const POWER_LIMIT_W = 300;

/** Who wants what of the card now. */
export interface GpuLoad {
  readonly pid: number;
  readonly processName: string;
  readonly memoryMiB: number;
  readonly utilizationPercent: number;
  /** It held its memory before anybody looked. */
  readonly isResident?: true;
}

/** What nvidia-smi would read. */
export interface GpuReading {
  readonly memoryUsedMiB: number;
  readonly memoryFreeMiB: number;
  readonly memoryReservedMiB: number;
  readonly utilizationGpuPercent: number;
  readonly utilizationMemoryPercent: number;
  readonly temperatureC: number;
  readonly powerDrawW: number;
  readonly clockSmMHz: number;
  readonly clockMemoryMHz: number;
  readonly fanPercent: number;
  readonly pstate: number;
  /** Bits of nvml.h's clocks event reasons. */
  readonly throttleBits: number;
}

/** The card: memory, utilisation, power and temperature follow the load, each with its own inertia. */
export class Gpu {
  #loads: readonly GpuLoad[] = [];
  readonly #held = new Map<number, number>();
  #utilization = 0;
  #powerW = 22;
  #temperatureC = 37;
  #fan = 30;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Advances by `elapsedMs` towards what the loads ask for. */
  step(elapsedMs: number, loads: readonly GpuLoad[]): void {
    this.#loads = loads;
    const seconds = elapsedMs / 1000;
    for (const pid of this.#held.keys()) if (!loads.some((load) => load.pid === pid)) this.#held.delete(pid);
    let roomMiB = MEMORY_TOTAL_MIB - RESERVED_MIB - BASE_USED_MIB;
    for (const load of loads) {
      const held = this.#held.get(load.pid) ?? 0;
      // Loading weights runs at about 3.5 GiB/s over PCIe; freeing is at once as seen from outside.
      const wanted = Math.min(load.memoryMiB, roomMiB);
      const next =
        load.isResident === true
          ? wanted
          : wanted > held
            ? Math.min(wanted, held + 3600 * seconds)
            : Math.max(wanted, held - 9000 * seconds);
      this.#held.set(load.pid, next);
      roomMiB -= next;
    }
    const wantedUtilization = Math.min(100, sum(loads.map((load) => load.utilizationPercent)));
    this.#utilization = approach(this.#utilization, wantedUtilization, seconds, 0.7);
    const wantedPowerW = 22 + (loads.length > 0 ? 9 : 0) + (POWER_LIMIT_W - 38) * (this.#utilization / 100) ** 0.8;
    this.#powerW = approach(this.#powerW, wantedPowerW, seconds, 1.2);
    this.#temperatureC = approach(this.#temperatureC, 33 + this.#powerW * 0.148, seconds, 28);
    this.#fan = approach(this.#fan, Math.max(30, 30 + (this.#temperatureC - 50) * 1.5), seconds, 6);
  }

  /** VRAM by process, as `--query-compute-apps` lists it. */
  processes(): readonly { readonly pid: number; readonly processName: string; readonly memoryMiB: number }[] {
    return this.#loads
      .map((load) => ({ ...load, memoryMiB: Math.round(this.#held.get(load.pid) ?? 0) }))
      .filter((load) => load.memoryMiB > 0);
  }

  /** `random`: of another reader, whose looks change nothing of what the others see. */
  read(random: Random = this.#random): GpuReading {
    const used = Math.round(BASE_USED_MIB + sum([...this.#held.values()]));
    const busy = this.#utilization > 2;
    const noise = (width: number): number => (random() - 0.5) * 2 * width;
    const utilization = busy ? clamp(this.#utilization + noise(3), 0, 100) : 0;
    const power = this.#powerW + noise(busy ? 4 : 0.5);
    return {
      memoryUsedMiB: used,
      memoryFreeMiB: MEMORY_TOTAL_MIB - RESERVED_MIB - used,
      memoryReservedMiB: RESERVED_MIB,
      utilizationGpuPercent: Math.round(utilization),
      utilizationMemoryPercent: Math.round(utilization * 0.62),
      temperatureC: Math.round(this.#temperatureC),
      powerDrawW: clamp(power, 14, POWER_LIMIT_W + 1.8),
      clockSmMHz: busy ? Math.round((2505 - this.#utilization * 3.2 + noise(20)) / 15) * 15 : 210,
      clockMemoryMHz: busy ? 10001 : 405,
      fanPercent: Math.round(this.#fan),
      pstate: busy ? 0 : 8,
      throttleBits: busy ? (this.#powerW > POWER_LIMIT_W * 0.92 ? 0x4 : 0) : 0x1,
    };
  }
}

function approach(value: number, target: number, seconds: number, constantS: number): number {
  return target + (value - target) * Math.exp(-seconds / constantS);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
