import { type Check, skipped } from '../check.ts';
import { GATEWAY_CHAT_CHECKS } from './gateway-chat.ts';
import { gatewayCheck } from './gateway-check.ts';
import { GATEWAY_OBSERVER_CHECKS } from './gateway-observer.ts';
import { GATEWAY_STATUS_CHECKS } from './gateway-status.ts';
import { GATEWAY_TEXT as TEXT } from './gateway-text.ts';
import { GATEWAY_TOOL_CHECKS } from './gateway-tools.ts';

/** The gateway, with every item of its own verification under the item's name. */
export const GATEWAY_CHECKS: readonly Check[] = [
  ...GATEWAY_STATUS_CHECKS,
  ...GATEWAY_OBSERVER_CHECKS,
  ...GATEWAY_TOOL_CHECKS,
  ...GATEWAY_CHAT_CHECKS,
  ...[
    { id: 'pytest', title: 'Self-test of the gateway’s source', reason: TEXT.pytest },
    { id: 'a1111', title: 'AUTOMATIC1111', reason: TEXT.a1111 },
    { id: 'ui_image', title: 'Image through the user interface', reason: TEXT.uiImage },
  ].map(({ id, title, reason }) => gatewayCheck({ id, title, about: `${reason}.` }, () => skipped(reason))),
];
