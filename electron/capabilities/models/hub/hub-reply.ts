/** An answer of Hugging Face; header names are lower case. */
export interface HubReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}
