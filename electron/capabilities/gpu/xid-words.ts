type Action = string;

const RESTART: Action = 'Restart the program that was using the GPU.';
const RESET: Action = 'Stop what uses the GPU and reset it, or reboot the host.';
const REBOOT: Action = 'Reboot or power-cycle the host; check power, heat and seating of the card.';
const NOTE: Action = 'No action by itself; follow the other messages around it.';
const WATCH: Action = 'No action now; watch whether it happens more often.';
const LINK: Action = 'Reset the GPUs; if it happens again, have the NVLink connection checked.';
const DRIVER: Action = 'Update the driver; if it happens again, reset the GPU.';
const SERVICE: Action = 'Have the card checked; it may have to be replaced.';

/** Xid numbers, what they mean and what to do at once: NVIDIA's Xid catalogue. */
const XIDS: ReadonlyMap<number, readonly [meaning: string, action: Action]> = new Map([
  [8, ['GPU stopped processing', RESTART]],
  [13, ['Graphics engine exception', RESTART]],
  [16, ['Display engine hung', RESET]],
  [25, ['Invalid push buffer', RESTART]],
  [31, ['GPU memory page fault', RESTART]],
  [32, ['Invalid or corrupted push buffer', RESTART]],
  [37, ['Driver firmware error', DRIVER]],
  [38, ['Driver firmware error', DRIVER]],
  [42, ['Video processor exception', RESTART]],
  [43, ['GPU stopped processing a program', NOTE]],
  [44, ['Graphics engine fault during a context switch', RESTART]],
  [45, ['Clean-up after another error', NOTE]],
  [46, ['GPU stopped processing', RESET]],
  [48, ['Double-bit ECC error', RESET]],
  [54, ['Auxiliary power is not connected', 'Connect the power cable of the card.']],
  [56, ['Display engine error', RESET]],
  [57, ['Error programming the video memory interface', SERVICE]],
  [58, ['Unstable video memory interface', SERVICE]],
  [61, ['Internal micro-controller breakpoint', RESET]],
  [62, ['Internal micro-controller halt', RESET]],
  [63, ['A faulty memory row was remapped', WATCH]],
  [64, ['A faulty memory row could not be remapped', RESET]],
  [66, ['Illegal access by the driver', DRIVER]],
  [67, ['Illegal access by the driver', DRIVER]],
  [68, ['Video decoder exception', RESTART]],
  [69, ['Graphics engine class error', RESTART]],
  [74, ['NVLink error', LINK]],
  [78, ['vGPU start error', DRIVER]],
  [79, ['GPU has fallen off the bus', REBOOT]],
  [80, ['Corrupted data sent to the GPU', RESET]],
  [92, ['Many corrected memory errors', WATCH]],
  [93, ['The infoROM was written too often', WATCH]],
  [94, ['Contained memory error', RESTART]],
  [95, ['Uncontained memory error', RESET]],
  [109, ['Context switch time-out', RESET]],
  [110, ['Security fault', RESET]],
  [119, ['GPU system processor does not answer', RESET]],
  [120, ['GPU system processor error', RESET]],
  [121, ['Corrected error on the chip-to-chip link', WATCH]],
  [122, ['The infoROM could not be read', SERVICE]],
  [123, ['The infoROM could not be written', SERVICE]],
  [124, ['The infoROM could not be erased', SERVICE]],
  [125, ['The file system of the infoROM is damaged', SERVICE]],
  [136, ['NVLink training failed', LINK]],
  [137, ['NVLink access without the right to it', RESTART]],
  [140, ['Unrecovered ECC error', RESET]],
  [143, ['GPU initialisation error', RESET]],
  [144, ['NVLink error (SAW)', LINK]],
  [145, ['NVLink error (RLW)', LINK]],
  [146, ['NVLink error (TLW)', LINK]],
  [147, ['NVLink error (TREX)', LINK]],
  [148, ['NVLink error (power control)', LINK]],
  [149, ['NVLink error (NETIR)', LINK]],
  [150, ['NVLink error (MSE)', LINK]],
  [151, ['Key rotation error', RESTART]],
  [154, ['Recovery action changed', 'Follow the recovery action that the message names.']],
  [155, ['NVLink error (software defined)', LINK]],
  [156, ['A faulty resource was retired', WATCH]],
  [157, ['A faulty resource could not be retired', RESET]],
  [158, ['GPU time-out', RESET]],
  [160, ['A faulty memory channel was retired', WATCH]],
  [161, ['A faulty memory channel could not be retired', RESET]],
  [167, ['PCIe time-out', REBOOT]],
  [168, ['Errors in protected memory', RESET]],
  [169, ['Internal micro-controller halt', RESET]],
  [171, ['Details of a memory ECC error', NOTE]],
  [172, ['Details of a cache ECC error', NOTE]],
  [173, ['Chip-to-chip link failure', REBOOT]],
]);

/** Xids that only ever follow another one: what to do is said by that one. */
const FOLLOWERS: ReadonlySet<number> = new Set([43, 45, 171, 172]);

/** The recovery action that Xid 154 names, in the driver's words. */
const RECOVERY: readonly (readonly [word: string, action: Action])[] = [
  ['node reboot required', 'Reboot the host.'],
  ['reboot required', 'Reboot the host.'],
  ['gpu reset required', RESET],
  ['reset required', RESET],
  ['drain and reset', 'Let running jobs end, then reset the GPU or reboot the host.'],
  ['drain p2p', 'Let jobs that use several GPUs end, then reset the GPUs.'],
];

/** Whether an Xid is the consequence of another one. */
export const isFollowerXid = (xid: number | null): boolean => xid !== null && FOLLOWERS.has(xid);

/** What an Xid means and what to do about it; `text` is the kernel's message. */
export function describeXid(xid: number, text: string): { readonly meaning: string; readonly action: string } {
  const [meaning, action] = XIDS.get(xid) ?? [
    'Unknown GPU error',
    `This panel does not know Xid ${xid}. Look it up in NVIDIA’s Xid catalogue.`,
  ];
  if (xid !== 154) return { meaning, action };
  const target = text.slice(text.lastIndexOf(' to ')).toLowerCase();
  return {
    meaning,
    action: RECOVERY.find(([word]) => target.includes(word))?.[1] ?? (target.includes('none') ? 'No action needed.' : action),
  };
}
