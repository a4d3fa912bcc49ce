import { z } from 'zod';
import { LAYERS, type PanelError } from '../errors.ts';

/** {@link PanelError} as it crosses the wire. */
export const PanelErrorSchema: z.ZodType<PanelError> = z
  .object({
    code: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
    layer: z.enum(LAYERS),
    message: z.string(),
    hint: z.string(),
    retryable: z.boolean(),
    detail: z.string().optional(),
    facts: z.record(z.string(), z.string()).optional(),
  })
  .readonly();
