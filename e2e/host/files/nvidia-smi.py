#!/usr/bin/python3
"""A stand-in for nvidia-smi in the host that the tests boot: same options, same formats, faults by file.

/run/ada-faults/NAME switches a fault: hanging, garbage, lost, mismatch; `steady` keeps the VRAM in use as it is, as on an idle card. Every streamed row is also noted, with the time it
was written, in /run/ada-emitted (used by the latency benchmark).
"""
import os, subprocess, sys, time

FAULTS = "/run/ada-faults"
UUID = "GPU-5f1c2d3e-0000-4000-8000-00000000ada2"
FIELDS = {
    "timestamp": lambda: time.strftime("%Y/%m/%d %H:%M:%S.000"), "index": lambda: "0", "uuid": lambda: UUID,
    "name": lambda: "NVIDIA RTX 6000 Ada Generation", "driver_version": lambda: "580.126.09", "pci.bus_id": lambda: "00000000:41:00.0",
    "memory.total": lambda: "46068 MiB", "memory.used": lambda: "%d MiB" % used(), "memory.free": lambda: "%d MiB" % (46068 - 609 - used()),
    "memory.reserved": lambda: "609 MiB", "utilization.gpu": lambda: "%d %%" % (used() // 1024 * 2), "utilization.memory": lambda: "7 %",
    "temperature.gpu": lambda: "54", "power.draw": lambda: "110.23 W", "enforced.power.limit": lambda: "300.00 W", "power.limit": lambda: "300.00 W",
    "clocks.current.sm": lambda: "2520 MHz", "clocks.current.memory": lambda: "9001 MHz", "fan.speed": lambda: "38 %", "pstate": lambda: "P2",
    "clocks_throttle_reasons.active": lambda: "0x0000000000000000", "ecc.mode.current": lambda: "Enabled", "ecc.mode.pending": lambda: "Enabled",
    "ecc.errors.uncorrected.volatile.total": lambda: "0", "ecc.errors.corrected.volatile.total": lambda: "0",
    "remapped_rows.pending": lambda: "No", "remapped_rows.failure": lambda: "No", "retired_pages.pending": lambda: "[N/A]",
    "persistence_mode": lambda: "Enabled", "gpu_recovery_action": lambda: "None", "mig.mode.current": lambda: "[N/A]",
    "pcie.link.width.current": lambda: "16", "pcie.link.width.max": lambda: "16", "pcie.link.gen.current": lambda: "4", "pcie.link.gen.max": lambda: "4",
    "compute_mode": lambda: "Default", "temperature.memory": lambda: "N/A",
}
step = 0


def used():
    return 1024 * (2 + step % 40)


def fault(name):
    return os.path.exists(os.path.join(FAULTS, name))


def pid_of(unit):
    out = subprocess.run(["systemctl", "show", "-p", "MainPID", "--value", unit], capture_output=True, text=True).stdout.strip()
    return int(out or 0)


def cell(name, nounits):
    if fault("lost") and name not in ("index", "uuid", "name", "pci.bus_id"):
        return "[GPU is lost]"
    text = FIELDS[name]()
    return text.split(" ")[0] if nounits and name != "name" else text


def main():
    global step
    args = dict((a.split("=", 1) + [""])[:2] for a in sys.argv[1:])
    words = sys.argv[1:]
    if fault("hanging"):
        time.sleep(100000)
    if fault("mismatch"):
        print("Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 580.126")
        return 18
    if fault("lost") and "-lms" not in words:
        print("Unable to determine the device handle for GPU 0000:41:00.0: GPU is lost.  Reboot the system to recover this GPU")
        return 15
    if "--help-query-gpu" in args:
        print("List of valid properties to query for the switch \"--query-gpu\":\n")
        for name in FIELDS:
            print('"%s"\nA property.\n' % name)
        return 0
    nounits = "nounits" in args.get("--format", "")
    if "--query-gpu" in args:
        names = args["--query-gpu"].split(",")
        for name in names:
            if name not in FIELDS:
                print('Field "%s" is not a valid field to query.\n' % name)
                return 2
        interval = int(words[words.index("-lms") + 1]) / 1000 if "-lms" in words else None
        while True:
            if fault("garbage"):
                print("NVRM: something that is no sample, %f" % time.time())
            else:
                print(", ".join(cell(name, nounits) for name in names))
            emitted = time.time()
            sys.stdout.flush()
            if interval is None and fault("inforom"):
                print("WARNING: infoROM is corrupted at gpu 0000:41:00.0")
                return 14
            if interval is None:
                return 0
            with open("/run/ada-emitted", "a") as note:
                note.write("%d %d\n" % (used(), emitted * 1000))
            if not fault("steady"):
                step += 1
            time.sleep(interval)
    if "--query-compute-apps" in args:
        for unit, mib in (("invokeai.service", 18944), ("nginx.service", 12)):
            pid = pid_of(unit)
            if pid:
                print("%s, %d, /usr/bin/python3, with a comma, %d" % (UUID, pid, mib))
        if fault("inforom"):
            print("WARNING: infoROM is corrupted at gpu 0000:41:00.0")
            return 14
        return 0
    if "-L" in words:
        print("GPU 0: NVIDIA RTX 6000 Ada Generation (UUID: %s)" % UUID)
        return 0
    print("nvidia-smi stand-in")
    return 0


sys.exit(main())
