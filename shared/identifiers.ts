import { z } from 'zod';
import { isReservedKey } from './lookup.ts';

/** A systemd service unit name as systemd itself accepts it (systemd.unit(5)); ends in `.service`. */
export const UnitName = z
  .string()
  .max(255)
  .regex(/^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]*\.service$/, 'not a service unit name');
export type UnitName = z.infer<typeof UnitName>;

/** Never the name of a member that every object has: ids are keys of records. */
export const HostId = z
  .string()
  .max(64)
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
  .refine((id) => !isReservedKey(id), 'a reserved word');
export type HostId = z.infer<typeof HostId>;

/** Whether it is an address at all: a port over 65535 or `10.0.0.300` looks like one and is none. */
export const isUrl = (text: string): boolean => URL.canParse(text);

/** A token or key, sent unchanged in an Authorization header. */
export const AccessToken = z
  .string()
  .trim()
  .min(1)
  .max(4096)
  .regex(/^[\x20-\x7e]+$/, 'Use ASCII letters, digits and symbols only.');

/** Milliseconds since the epoch, by the clock of this computer unless another clock is named. */
export const EpochMs = z.number().finite();

export const GpuUuid = z.string().min(1).max(100);

/** A journal cursor (systemd.journal-fields(7)): opaque, but of a known alphabet. */
export const JournalCursor = z
  .string()
  .max(400)
  .regex(/^[A-Za-z0-9=;]+$/);

/** Numbers in bulk; crosses IPC unchanged. */
export const Numbers = z.custom<Float64Array>((value) => value instanceof Float64Array, 'not a Float64Array');
