import type { UnknownReason } from '../../../shared/capabilities/gpu/contract.ts';
import { plainText } from '../../../shared/plain-text.ts';

/** One cell of nvidia-smi's CSV: a number, or the reason for none. `text` is the cell as printed. */
export type Cell = { readonly value: number; readonly reason: null; readonly text: string } | UnknownCell;
export interface UnknownCell {
  /** Always NaN, so that a cell can be stored without a check. */
  readonly value: number;
  readonly reason: UnknownReason;
  readonly text: string;
}

const MAX_ROW_CHARS = 8_192;
const MAX_CELL_CHARS = 200;
const NUMBER_WITH_UNIT = /^(-?\d+(?:\.\d+)?)(?: ?(?:%|MiB|W|MHz|us|ms|C))?$/;
const HEX = /^0x[0-9a-f]+$/i;
const PSTATE = /^P(\d{1,2})$/;

/**
 * Splits a row of `--format=csv`. There is no quoting in this format; cells are separated by a comma and a blank.
 * @returns the cells; null = another number of cells, so no sample but a header, a torn line, or an ECC or Xid notice.
 */
export function splitRow(line: string, cellCount: number): readonly string[] | null {
  const cells = line.slice(0, MAX_ROW_CHARS).split(',', cellCount + 1);
  return cells.length === cellCount && line.length <= MAX_ROW_CHARS ? cells.map((cell) => cell.trim()) : null;
}

/**
 * Reads a cell as a number: `38 %`, `8192 MiB`, `250.00 W`, a hex mask, `P0`…`P15`; with units or without.
 * Anything else is NaN with its reason, never 0. Formats: nvidia-smi(1), drivers 376 to 610.
 */
export function parseCell(text: string): Cell {
  const trimmed = text.slice(0, MAX_CELL_CHARS).trim();
  const plain = NUMBER_WITH_UNIT.exec(trimmed)?.[1] ?? PSTATE.exec(trimmed)?.[1];
  if (plain !== undefined) return { value: Number(plain), reason: null, text: trimmed };
  if (HEX.test(trimmed)) return { value: Number(trimmed), reason: null, text: trimmed };
  return { value: Number.NaN, reason: unknownReason(trimmed), text: trimmed };
}

/** Why a cell has no number; an unknown text counts as an error. */
function unknownReason(text: string): UnknownReason {
  const message = text.replace(/^\[|\]$/g, '').toLowerCase();
  if (message === '' || message === 'n/a' || message === 'not supported' || message === 'not found' || message === 'function not found')
    return 'absent';
  if (message.includes('deprecated')) return 'deprecated';
  if (message.includes('permission')) return 'no-permission';
  if (message.includes('lost') || message.includes('requires reset')) return 'lost';
  return 'error';
}

/** A text cell (`name`, `Enabled`, `P0`); null = not available. */
export function textCell(text: string | undefined): string | null {
  const trimmed = plainText(text ?? '', MAX_CELL_CHARS);
  return trimmed === '' || trimmed === 'N/A' || trimmed.startsWith('[') ? null : trimmed;
}

/** Whether a cell can be a GPU's uuid: `GPU-…` or `MIG-…`. */
export function isGpuUuid(text: string): boolean {
  return /^(GPU|MIG)-[A-Za-z0-9/-]{1,90}$/.test(text);
}
