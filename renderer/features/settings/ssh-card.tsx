import { updateSettings, useSettings } from '../../stores/settings.ts';
import { Card } from '../../ui/card.tsx';
import { NumberSetting } from './number-setting.tsx';
import { TEXT } from './text.ts';

export function SshCard() {
  const { ssh } = useSettings();
  return (
    <Card title={TEXT.ssh} anchor="settings-ssh">
      <div className="ada-settings-form">
        <NumberSetting
          label={TEXT.keepalive}
          description={TEXT.keepaliveHint}
          unit="s"
          min={0}
          max={600}
          value={ssh.keepaliveSeconds}
          onSelect={(keepaliveSeconds) => void updateSettings({ ssh: { ...ssh, keepaliveSeconds } })}
        />
        <NumberSetting
          label={TEXT.sudoPassword}
          description={TEXT.sudoPasswordHint}
          unit="min"
          min={0}
          max={240}
          value={ssh.sudoKeepMinutes}
          onSelect={(sudoKeepMinutes) => void updateSettings({ ssh: { ...ssh, sudoKeepMinutes } })}
        />
      </div>
    </Card>
  );
}
