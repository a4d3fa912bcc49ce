/** What goes to one client by its id, or to all (null). */
export type ComfyEvent =
  | {
      readonly kind: 'message';
      readonly type: string;
      readonly data: Readonly<Record<string, unknown>>;
      readonly clientId: string | null;
    }
  /** The image is made when a client wants it. */
  | {
      readonly kind: 'preview';
      readonly png: () => Buffer;
      readonly metadata: Readonly<Record<string, unknown>>;
      readonly clientId: string | null;
    };
