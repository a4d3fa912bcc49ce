import { z } from 'zod';
import { hostCall, hostEvent } from '../../contract/define.ts';
import { PanelErrorSchema } from '../../contract/panel-error.ts';
import { EpochMs } from '../../identifiers.ts';

const RecipeId = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9-]*$/);
const Values = z.record(z.string().max(60), z.string().max(4000));

export const SetupParameter = z
  .object({
    key: z.string(),
    label: z.string(),
    help: z.string(),
    kind: z.enum(['text', 'number', 'choice', 'switch', 'secret']),
    /** Switches are `yes` or `no`; a secret is never sent, only whether there is one. */
    value: z.string(),
    hasSecret: z.boolean(),
    initial: z.string(),
    choices: z.array(z.object({ value: z.string(), label: z.string() })),
  })
  .readonly();
export type SetupParameter = z.infer<typeof SetupParameter>;

/** A recipe as a card: how the host stands, by a reading without sudo. */
export const SetupRecipe = z
  .object({
    id: RecipeId,
    title: z.string(),
    summary: z.string(),
    /** `first-setup`: of the way from a bare host to a served image, in the order of the list; `maintenance`: changes or removes what is installed. */
    group: z.enum(['first-setup', 'option', 'maintenance']),
    parameters: z.array(SetupParameter),
    /** Null = not read yet. `elsewhere`: this host has no use for it. `unknown`: only root can read a part of it. */
    standing: z
      .object({
        state: z.enum(['not-installed', 'elsewhere', 'up-to-date', 'changes', 'blocked', 'unknown']),
        changes: z.number().int(),
        /** Why it is elsewhere, or what blocks it. */
        reason: z.string().nullable(),
        takenAt: EpochMs,
      })
      .nullable(),
  })
  .readonly();
export type SetupRecipe = z.infer<typeof SetupRecipe>;

export const DiffLine = z.object({ mark: z.enum([' ', '+', '-', '@']), text: z.string() });
export type DiffLine = z.infer<typeof DiffLine>;

/** One thing that apply would do. */
export const SetupChange = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('command'), command: z.string() }),
  z.object({
    kind: z.literal('file'),
    path: z.string(),
    isNew: z.boolean(),
    /** Null = not shown, since it holds a secret. */
    diff: z.array(DiffLine).nullable(),
    attributes: z.string(),
  }),
  /** The whole text of a file that only root can compare with the present one. */
  z.object({ kind: z.literal('wanted'), path: z.string(), text: z.string(), attributes: z.string() }),
  z.object({ kind: z.literal('remove'), path: z.string() }),
  /** Runs on the host as a unit of systemd, also while this computer sleeps. */
  z.object({ kind: z.literal('long'), command: z.string(), unit: z.string() }),
  z.object({ kind: z.literal('wait'), url: z.string(), withinS: z.number() }),
]);
export type SetupChange = z.infer<typeof SetupChange>;

export const SetupStep = z
  .object({
    /** `recipe/step`. */
    id: z.string(),
    recipe: RecipeId,
    title: z.string(),
    state: z.enum(['ok', 'change', 'blocked', 'unknown']),
    changes: z.array(SetupChange),
    downloadBytes: z.number().nullable(),
    note: z.string().nullable(),
    /** What the step means for the operator, in sentences. */
    about: z.array(z.string()),
    /** Of a blocked step. */
    remedy: z.string().nullable(),
    /** The old state comes back by itself unless the panel confirms within this time. */
    guardSeconds: z.number().nullable(),
  })
  .readonly();
export type SetupStep = z.infer<typeof SetupStep>;

/** Something about the host that was set up by hand, and what fixes it. */
export const SetupFinding = z
  .object({
    id: z.string(),
    severity: z.enum(['bad', 'warning', 'info']),
    title: z.string(),
    /** Lines and figures of the host that show it. */
    evidence: z.array(z.string()),
    remedy: z.string(),
    /** The recipe that fixes it; null = by hand. */
    recipe: RecipeId.nullable(),
  })
  .readonly();
export type SetupFinding = z.infer<typeof SetupFinding>;

export const SetupPlan = z
  .object({
    id: z.string(),
    recipes: z.array(RecipeId),
    /** The recipes' titles, in order. */
    title: z.string(),
    steps: z.array(SetupStep),
    findings: z.array(SetupFinding),
    changes: z.number().int(),
    /** Units that are started, restarted or reloaded. */
    restarts: z.array(z.string()),
    downloadBytes: z.number().nullable(),
    /** Commands that the reading took. */
    hostCommands: z.number().int(),
    elapsedMs: z.number(),
    takenAt: EpochMs,
    /** False where only an unprivileged reading was made, or a step is blocked. */
    canApply: z.boolean(),
    asRoot: z.boolean(),
    /** Another setup that holds the host: setup-locked, as apply would throw it. Null = none does. */
    locked: PanelErrorSchema.nullable(),
  })
  .readonly();
export type SetupPlan = z.infer<typeof SetupPlan>;

export const SetupRunStep = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['pending', 'running', 'done', 'failed']),
  startedAt: EpochMs.nullable(),
  elapsedMs: z.number().nullable(),
});
export type SetupRunStep = z.infer<typeof SetupRunStep>;

/** A run of a plan; it survives the panel. */
export const SetupRun = z
  .object({
    id: z.string(),
    title: z.string(),
    recipes: z.array(RecipeId),
    /** interrupted: the connection or the panel was gone; resume goes on. */
    state: z.enum(['running', 'cancelling', 'interrupted', 'done', 'failed', 'cancelled']),
    steps: z.array(SetupRunStep),
    startedAt: EpochMs,
    endedAt: EpochMs.nullable(),
    error: PanelErrorSchema.nullable(),
    /** The newest lines of output, oldest first. */
    output: z.array(z.string()),
  })
  .readonly();
export type SetupRun = z.infer<typeof SetupRun>;

export const SetupState = z
  .object({
    recipes: z.array(SetupRecipe),
    run: SetupRun.nullable(),
    error: PanelErrorSchema.nullable(),
    /** When a report of this host was last saved to a file; null = never. */
    reportSavedAt: EpochMs.nullable(),
  })
  .readonly();
export type SetupState = z.infer<typeof SetupState>;

export const setupCalls = [
  hostCall('setup.state', z.void(), SetupState),
  /** Reads the host without sudo and updates the cards. */
  hostCall('setup.refresh', z.void(), SetupState),
  /** Values that are left out keep what was saved. Throws setup-bad-parameter, whose facts name the `key` and the `reason`. */
  hostCall('setup.saveValues', z.object({ recipe: RecipeId, values: Values }), SetupState),
  /** An empty secret forgets it. Throws setup-bad-parameter. */
  hostCall('setup.setSecret', z.object({ recipe: RecipeId, key: z.string().max(60), secret: z.string().max(4000) }), SetupState),
  /** With `asRoot` the sudo password may be requested; without it, parts can be unknown. */
  hostCall('setup.plan', z.object({ recipes: z.array(RecipeId).min(1).max(20), asRoot: z.boolean() }), SetupPlan),
  /** Returns as soon as the run has started; its progress comes as events. `takeOver` takes the host's lock from the holder that the plan names. */
  hostCall('setup.apply', z.object({ planId: z.string().max(64), takeOver: z.boolean() }), z.void()),
  /** Goes on with an interrupted, failed or cancelled run; `takeOver` takes the host's lock from the holder that the run's error names. */
  hostCall('setup.resume', z.object({ takeOver: z.boolean() }), z.void()),
  /** Stops at the next safe point. */
  hostCall('setup.cancel', z.void(), z.void()),
  /** Removes an ended run from the page. */
  hostCall('setup.dismiss', z.void(), z.void()),
  /** The Markdown report of the last run. */
  hostCall('setup.report', z.void(), z.string()),
  /** Asks where to save the report; null when the operator cancelled. */
  hostCall('setup.saveReport', z.void(), z.object({ savedTo: z.string().nullable() })),
  /** Saves the recipes of a plan as an Ansible playbook, a .zip; null when the operator cancelled. Throws setup-plan-unknown. */
  hostCall('setup.exportPlaybook', z.object({ planId: z.string().max(64) }), z.object({ savedTo: z.string().nullable() })),
] as const;

export const setupEvents = [hostEvent('setup.changed', SetupState)] as const;
