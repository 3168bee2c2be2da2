import React, { useId } from 'react';

/** What a control of a field has to carry to belong to its label, hint and error. */
export interface IFieldControl {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean | undefined;
}

interface IProps {
  label: string;
  hint?: string;
  error?: string;
  children: (control: IFieldControl) => React.ReactNode;
}

/** A labelled control with a hint, or instead of it what is wrong with the value. */
export function Field(props: IProps): React.JSX.Element {
  const id = useId();
  const says = props.error ? props.error : props.hint;
  return (
    <div className="jp-Repo-field">
      <label htmlFor={id}>{props.label}</label>
      {props.children({
        id,
        'aria-describedby': says ? `${id}-says` : undefined,
        'aria-invalid': props.error ? true : undefined
      })}
      <div
        id={`${id}-says`}
        className={props.error ? 'jp-Repo-fieldError' : 'jp-Repo-fieldHint'}
        role={props.error ? 'alert' : undefined}
      >
        {says}
      </div>
    </div>
  );
}
