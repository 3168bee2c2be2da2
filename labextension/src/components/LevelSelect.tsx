import { HTMLSelect } from '@jupyterlab/ui-components';
import React from 'react';
import { levelLabel, levelSentence } from '../text';
import { Level, LEVELS } from '../documents/access';
import { usePanel } from './context';

interface IProps {
  label: string;
  value: Level;
  disabled?: boolean;
  onChange: (level: Level) => void;
}

/** Chooses what somebody may do. */
export function LevelSelect(props: IProps): React.JSX.Element {
  const { trans } = usePanel();
  return (
    <HTMLSelect
      className="jp-Repo-level"
      aria-label={props.label}
      title={levelSentence(trans, props.value)}
      value={props.value}
      disabled={props.disabled}
      onChange={event => props.onChange(event.target.value as Level)}
    >
      {LEVELS.map(level => (
        <option key={level} value={level}>
          {levelLabel(trans, level)}
        </option>
      ))}
    </HTMLSelect>
  );
}
