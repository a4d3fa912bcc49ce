import { updateSettings, useSettings } from '../../stores/settings.ts';
import { Card } from '../../ui/card.tsx';
import { NumberSetting } from './number-setting.tsx';

export function SshCard() {
  const { ssh } = useSettings();
  return (
    <Card title="SSH">
      <div className="ada-settings-form">
        <NumberSetting
          label="Keepalive"
          description="Notices a dead connection. 0 turns it off."
          unit="s"
          min={0}
          max={600}
          value={ssh.keepaliveSeconds}
          onChosen={(keepaliveSeconds) => void updateSettings({ ssh: { ...ssh, keepaliveSeconds } })}
        />
        <NumberSetting
          label="Keep the sudo password"
          description="In memory only. 0 asks every time."
          unit="min"
          min={0}
          max={240}
          value={ssh.sudoKeepMinutes}
          onChosen={(sudoKeepMinutes) => void updateSettings({ ssh: { ...ssh, sudoKeepMinutes } })}
        />
      </div>
    </Card>
  );
}
