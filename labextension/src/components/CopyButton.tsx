import { Clipboard } from '@jupyterlab/apputils';
import { checkIcon, copyIcon, LabIcon } from '@jupyterlab/ui-components';
import React, { useEffect, useState } from 'react';
import { usePanel } from './context';
import { IconButton } from './IconButton';

const SHOWN = 2000;

/** Copies a text and says so for a moment. */
export function CopyButton(props: {
  text: string;
  label: string;
  icon?: LabIcon;
}): React.JSX.Element {
  const { trans } = usePanel();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    const timer = copied ? window.setTimeout(() => setCopied(false), SHOWN) : 0;
    return () => window.clearTimeout(timer);
  }, [copied]);
  return (
    <>
      <IconButton
        icon={copied ? checkIcon : (props.icon ?? copyIcon)}
        label={copied ? trans.__('Copied') : props.label}
        onClick={() => {
          Clipboard.copyToSystem(props.text);
          setCopied(true);
        }}
      />
      <span role="status" className="jp-Repo-visuallyHidden">
        {copied ? trans.__('Copied') : ''}
      </span>
    </>
  );
}
