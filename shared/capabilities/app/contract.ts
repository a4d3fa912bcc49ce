import { z } from 'zod';
import { call, event } from '../../contract/define.ts';
import { PanelErrorSchema } from '../../contract/panel-error.ts';
import { EpochMs, HostId } from '../../identifiers.ts';
import { HubRepoId } from '../models/hub-contract.ts';

export const AppInfo = z
  .object({
    version: z.string(),
    electron: z.string(),
    chrome: z.string(),
    node: z.string(),
    platform: z.string(),
    /** True on the runtime that is only good for trying the panel out. */
    fallbackRuntime: z.boolean(),
    startedAt: EpochMs,
    /** Opened by `--lab` or `--smoke-test`: go straight to the lab. */
    openLab: z.boolean(),
  })
  .readonly();
export type AppInfo = z.infer<typeof AppInfo>;

/** One thing that happened, for the status line and its list. */
export const Notice = z
  .object({
    id: z.number().int(),
    at: EpochMs,
    tone: z.enum(['info', 'good', 'warning', 'bad']),
    message: z.string(),
    error: PanelErrorSchema.nullable(),
    /** The host that it is about; null = none. */
    hostLabel: z.string().nullable(),
    /** The page that shows more about this host, with the unit of systemd or the anchor of a card there; null = the notice says all. */
    opens: z
      .object({ hostId: HostId, page: z.string(), unit: z.string().optional(), section: z.string().optional() })
      .readonly()
      .nullable(),
  })
  .readonly();
export type Notice = z.infer<typeof Notice>;

/** The only pages outside the panel that it opens; the addresses live in the main process. */
export const LINKS = ['nvidia-driver-help', 'sudoers-help', 'ssh-config-help'] as const;

/** What the menu of the window does, for the palette. */
export const WINDOW_ACTIONS = ['zoom-in', 'zoom-out', 'zoom-reset', 'full-screen', 'quit'] as const;
export type WindowAction = (typeof WINDOW_ACTIONS)[number];

export const appCalls = [
  call('app.info', z.void(), AppInfo),
  call('app.notices', z.void(), z.array(Notice)),
  /** Why something cannot be saved at the moment; null = everything is. */
  call('app.unsaved', z.void(), PanelErrorSchema.nullable()),
  /** Opens the page of a model on Hugging Face in the browser. */
  call('app.openModelPage', z.object({ id: HubRepoId }), z.void()),
  call('app.openLink', z.object({ link: z.enum(LINKS) }), z.void()),
  /** The renderer says that something was painted: start-up figures and the smoke test hang on it. */
  call(
    'app.painted',
    z.object({ what: z.enum(['window', 'last-known', 'live-sample']), sampleAt: EpochMs.nullable(), at: EpochMs }),
    z.void(),
  ),
  /** Resolves also where there is no window left to act on. */
  call('app.windowAction', z.object({ action: z.enum(WINDOW_ACTIONS) }), z.void()),
  /** Opens the folder with the log file in the system's file manager. */
  call('app.showLogFolder', z.void(), z.void()),
  /** The licences of all packages that are shipped, as one text. */
  call('app.thirdPartyNotices', z.void(), z.string()),
] as const;

export const appEvents = [
  event('app.noticed', Notice),
  event('app.unsavedChanged', PanelErrorSchema.nullable()),
  /** A menu entry or shortcut of the window: the renderer does it. */
  event('app.command', z.object({ command: z.string() })),
] as const;
