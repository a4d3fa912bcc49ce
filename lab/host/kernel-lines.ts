import type { LabFault } from '../base/faults.ts';

/** What the kernel logs when a fault begins, with priorities. */
export const KERNEL_LINES: Partial<Record<LabFault, readonly (readonly [string, number])[]>> = {
  'gpu-lost': [
    ['pcieport 0000:20:01.0: pciehp: Slot(0): Link Down', 6],
    ["NVRM: Xid (PCI:0000:21:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.", 3],
    ['NVRM: GPU 0000:21:00.0: GPU has fallen off the bus.', 3],
  ],
  'gpu-xid-31': [
    ['NVRM: Xid (PCI:0000:21:00): 31, pid=4711, name=python, Ch 00000008, intr 00000000. MMU Fault: ENGINE GRAPHICS GPCCLIENT_T1_0', 3],
  ],
  'gpu-xid-48': [
    [
      "NVRM: Xid (PCI:0000:21:00): 48, pid='<unknown>', name=<unknown>, An uncorrectable double bit error (DBE) has been detected on GPU in the framebuffer at partition 6, subpartition 0.",
      3,
    ],
  ],
  'driver-mismatch': [['NVRM: API mismatch: the client has the version 580.142, but this kernel module has the version 580.126.09.', 3]],
  'kernel-disk-errors': [
    ['blk_update_request: I/O error, dev nvme0n1, sector 218103808 op 0x1:(WRITE) flags 0x800 phys_seg 1 prio class 0', 3],
    ['EXT4-fs error (device nvme0n1p2): ext4_find_entry:1463: inode #6815745: comm python: reading directory lblock 0', 2],
    ['EXT4-fs (nvme0n1p2): Remounting filesystem read-only', 2],
  ],
  'kernel-oom-kill': [
    ['python invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0', 4],
    [
      'oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/system.slice/comfyui.service,task=python,pid=4821,uid=997',
      6,
    ],
    [
      'Out of memory: Killed process 4821 (python) total-vm:91234560kB, anon-rss:61234560kB, file-rss:0kB, shmem-rss:0kB, UID:997 pgtables:123456kB oom_score_adj:0',
      3,
    ],
  ],
};
