import { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import React from 'react';
import { IChannel } from '../documents/account';
import { Field } from './Field';

interface IProps {
  trans: TranslationBundle;
  value: string;
  channels: IChannel[];
  onChange: (channel: string) => void;
}

/** Chooses one of the channels the user may publish to. */
export function ChannelSelect(props: IProps): React.JSX.Element {
  const { trans, channels, value } = props;
  return (
    <Field label={trans.__('Channel')}>
      {control => (
        <HTMLSelect {...control} value={value} onChange={e => props.onChange(e.target.value)}>
          {channels.map(({ name, kind }) => (
            <option key={name} value={name}>
              {kind === 'org' ? trans.__('%1 (organization)', name) : name}
            </option>
          ))}
        </HTMLSelect>
      )}
    </Field>
  );
}
