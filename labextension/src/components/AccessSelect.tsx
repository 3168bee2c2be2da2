import { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import React from 'react';
import { accessLabel, accessSentence } from '../text';
import { Visibility, VISIBILITIES } from '../documents/things';
import { Field } from './Field';

interface IProps {
  trans: TranslationBundle;
  value: Visibility;
  disabled?: boolean;
  onChange: (value: Visibility) => void;
}

/** Chooses who may see a thing, with the sentence that says what the choice means. */
export function AccessSelect(props: IProps): React.JSX.Element {
  const { trans, value } = props;
  return (
    <Field label={trans.__('Access')} hint={accessSentence(trans, value)}>
      {control => (
        <HTMLSelect
          {...control}
          value={value}
          disabled={props.disabled}
          onChange={event => props.onChange(event.target.value as Visibility)}
        >
          {VISIBILITIES.map(visibility => (
            <option key={visibility} value={visibility}>
              {accessLabel(trans, visibility)}
            </option>
          ))}
        </HTMLSelect>
      )}
    </Field>
  );
}
