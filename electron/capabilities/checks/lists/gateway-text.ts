/** Sentences of the checks of the gateway. */
export const GATEWAY_TEXT = {
  noGateway: 'No gateway is set up for this host',
} as const;
