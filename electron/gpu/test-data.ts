import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../../shared/data/nvidia-smi-samples');

/** Whether the raw samples are there; their absence is said aloud, and in CI is an error. For tests only. */
export function haveSamples(): boolean {
  if (existsSync(FOLDER)) return true;
  if (process.env['CI'] !== undefined) throw new Error('the nvidia-smi samples are missing');
  console.warn('the nvidia-smi samples are not there: tests that read them are skipped');
  return false;
}

export const sample = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');
export const sampleNames = (): readonly string[] => readdirSync(FOLDER).filter((name) => /\.(txt|xml)$/.test(name));
