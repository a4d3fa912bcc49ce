import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PanelException } from '../../../../shared/errors.ts';
import { COMFYUI_UNIT_DEFAULTS, renderComfyUiUnit } from './comfyui-unit.ts';
import { INVOKEAI_UNIT_DEFAULTS, renderInvokeAiUnit } from './invokeai-unit.ts';
import { renderShimUnit } from './shim-unit.ts';
import { readUnit, unitEnvironment, unitValue, unitValues, unitWords } from './unit-file.ts';

const SHIPPED = readFileSync(new URL('../../../../ada2/images-shim/invokeai-openai-images-shim.service', import.meta.url), 'utf8');

describe('renderInvokeAiUnit', () => {
  it('gives the root on the command line, the stop signal and the start limit', () => {
    const unit = readUnit(renderInvokeAiUnit(INVOKEAI_UNIT_DEFAULTS));
    expect(unit.findings).toEqual([]);
    expect(unitWords(unitValue(unit, 'Service', 'ExecStart') ?? '')).toEqual([
      '/var/lib/invokeai/.venv/bin/invokeai-web',
      '--root',
      '/var/lib/invokeai',
    ]);
    expect(unitEnvironment(unit).get('HF_HOME')).toBe('/var/lib/invokeai/.cache/huggingface');
    expect(unitValue(unit, 'Unit', 'StartLimitBurst')).toBe('5');
    expect(
      Object.fromEntries(['Type', 'KillSignal', 'Restart', 'TimeoutStopSec', 'User'].map((key) => [key, unitValue(unit, 'Service', key)])),
    ).toEqual({
      Type: 'exec',
      KillSignal: 'SIGINT',
      Restart: 'on-failure',
      TimeoutStopSec: '90',
      User: 'invokeai',
    });
  });

  it('sets nothing that hides the GPU or forbids compiling', () => {
    const unit = readUnit(renderInvokeAiUnit(INVOKEAI_UNIT_DEFAULTS));
    for (const key of ['PrivateDevices', 'DeviceAllow', 'DevicePolicy', 'ProtectClock', 'MemoryDenyWriteExecute', 'PrivateUsers']) {
      expect(unitValues(unit, 'Service', key)).toEqual([]);
    }
  });

  it('adds limits, folders, variables and conflicts', () => {
    const unit = readUnit(
      renderInvokeAiUnit({
        ...INVOKEAI_UNIT_DEFAULTS,
        writablePaths: ['/mnt/models'],
        memoryMaxGiB: 48,
        environment: { HF_ENDPOINT: 'https://mirror.example/50% off' },
        environmentFiles: ['/etc/invokeai/proxy.env'],
        conflicts: ['comfyui.service'],
        hasGpu: false,
      }),
    );
    expect(unitValue(unit, 'Service', 'ReadWritePaths')).toBe('/var/lib/invokeai /mnt/models');
    expect(unitValue(unit, 'Service', 'MemoryMax')).toBe('49152M');
    expect(unitEnvironment(unit).get('HF_ENDPOINT')).toBe('https://mirror.example/50%% off');
    expect(unitValue(unit, 'Service', 'EnvironmentFile')).toBe('-/etc/invokeai/proxy.env');
    expect(unitValue(unit, 'Unit', 'Conflicts')).toBe('comfyui.service');
    expect(unitValue(unit, 'Service', 'ExecStartPre')).toBeNull();
  });

  it('refuses what cannot stand in a unit file', () => {
    for (const change of [
      { root: 'relative' },
      { root: '/var/lib/in voke' },
      { root: '/a/../etc' },
      { root: '/a\nUser=root' },
      { user: 'root; x' },
      { group: '' },
      { writablePaths: ['/a%n'] },
      { environment: { A: 'x\nUser=root' } },
      { environment: { 'A B': 'x' } },
      { conflicts: ['x y.service'] },
      { memoryMaxGiB: -1 },
    ]) {
      expect(() => renderInvokeAiUnit({ ...INVOKEAI_UNIT_DEFAULTS, ...change })).toThrow(PanelException);
    }
  });
});

describe('renderComfyUiUnit', () => {
  it('listens on loopback and stops by SIGINT', () => {
    const unit = readUnit(renderComfyUiUnit(COMFYUI_UNIT_DEFAULTS));
    expect(unitValue(unit, 'Service', 'ExecStart')).toBe(
      '/opt/comfyui/venv/bin/python main.py --listen 127.0.0.1 --port 8188 --preview-method auto',
    );
    expect(unitValue(unit, 'Service', 'KillSignal')).toBe('SIGINT');
    expect(unitValue(unit, 'Service', 'WorkingDirectory')).toBe('/opt/ComfyUI');
  });

  it('runs a checkout of another folder, with models and database in its own', () => {
    const unit = readUnit(
      renderComfyUiUnit({ ...COMFYUI_UNIT_DEFAULTS, programFolder: '/opt/comfyui/current', conflicts: ['invokeai.service'] }),
    );
    expect(unitValue(unit, 'Service', 'ExecStart')).toContain(
      ' /opt/comfyui/current/main.py --base-directory /opt/ComfyUI --database-url sqlite:////opt/ComfyUI/user/comfyui.db --listen',
    );
    expect(unitValue(unit, 'Unit', 'Conflicts')).toBe('invokeai.service');
    expect(unitValue(unit, 'Unit', 'After')).toBe('network-online.target invokeai.service');
  });

  it('runs on the CPU of a host without a GPU', () => {
    expect(renderComfyUiUnit({ ...COMFYUI_UNIT_DEFAULTS, hasGpu: false })).toContain(' --cpu --preview-method auto\n');
  });
});

describe('renderShimUnit', () => {
  it('names the backend in Requires, After and mode, and changes no other line', () => {
    const comfyui = renderShimUnit(SHIPPED, 'comfyui', 'comfyui');
    const unit = readUnit(comfyui);
    expect(unitValue(unit, 'Unit', 'Requires')).toBe('comfyui.service');
    expect(unitValue(unit, 'Unit', 'After')).toBe('network.target comfyui.service');
    expect(unitEnvironment(unit).get('SHIM_MODE')).toBe('comfyui');
    expect(unitValue(unit, 'Service', 'User')).toBe('comfyui');
    const invokeai = renderShimUnit(SHIPPED, 'invokeai', 'invokeai');
    expect(invokeai.split('\n').slice(1).join('\n')).toBe(SHIPPED);
    expect(comfyui.split('\n')).toHaveLength(invokeai.split('\n').length);
  });

  it('fails when the shipped unit has changed under it', () => {
    expect(() => renderShimUnit(SHIPPED.replace('Requires=', 'Wants='), 'comfyui', 'comfyui')).toThrow('Requires=invokeai.service');
  });
});
