import React, { useId, useState } from 'react';
import { Level } from '../documents/access';
import { usePanel } from './context';
import { LevelSelect } from './LevelSelect';

interface IProps {
  /** names the field, and the form */
  label: string;
  button: string;
  /** what can be chosen, where that is known */
  suggestions?: readonly string[];
  /** the level offered first, where one is to be chosen */
  level?: Level;
  busy: boolean;
  /** resolves to whether it was done; what was typed stays if not */
  onAdd: (name: string, level: Level) => Promise<boolean>;
}

/** A line that adds somebody or something by name. */
export function AddForm(props: IProps): React.JSX.Element {
  const { trans } = usePanel();
  const [name, setName] = useState('');
  const [level, setLevel] = useState<Level>(props.level ?? 'read');
  const id = useId();
  const add = async () => {
    if (await props.onAdd(name.trim(), level)) {
      setName('');
    }
  };
  return (
    <form
      className="jp-Repo-add"
      aria-label={props.label}
      onSubmit={event => {
        event.preventDefault();
        if (name.trim() && !props.busy) {
          void add();
        }
      }}
    >
      <input
        className="jp-mod-styled"
        aria-label={props.label}
        placeholder={props.label}
        list={props.suggestions ? id : undefined}
        spellCheck={false}
        autoComplete="off"
        value={name}
        onChange={event => setName(event.target.value)}
      />
      {props.suggestions && (
        <datalist id={id}>
          {props.suggestions.map(suggestion => (
            <option key={suggestion} value={suggestion} />
          ))}
        </datalist>
      )}
      {props.level && <LevelSelect label={trans.__('Level')} value={level} onChange={setLevel} />}
      <button
        type="submit"
        className="jp-Repo-button jp-mod-styled jp-mod-reject"
        disabled={!name.trim() || props.busy}
      >
        {props.button}
      </button>
    </form>
  );
}
