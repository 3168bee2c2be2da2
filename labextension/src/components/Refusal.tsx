import { Clipboard } from '@jupyterlab/apputils';
import React, { useState } from 'react';
import { IRefusal, isRefused, isSignedOut, mayPass, STOPPED } from '../request';
import { CommandIDs } from '../tokens';
import { usePanel } from './context';

interface IProps {
  refusal: IRefusal | null;
  /** what it was about, for the request to an owner */
  about?: string;
  onRetry?: () => void;
}

/** Why something failed, and the way out of it: sign in again, ask an owner, try again. */
export function Refusal(props: IProps): React.JSX.Element | null {
  const { trans, commands } = usePanel();
  const [copied, setCopied] = useState(false);
  const { refusal, about } = props;
  if (!refusal) {
    return null;
  }
  const { code } = refusal;
  const message =
    code === STOPPED ? trans.__('You stopped waiting for the repository.') : refusal.message;
  const link = (label: string, onClick: () => void) => (
    <button type="button" className="jp-Repo-link" onClick={onClick}>
      {label}
    </button>
  );
  const asks = isRefused(code);
  return (
    <div role="alert" className="jp-Repo-refusal">
      <p className="jp-Repo-error">{message}</p>
      {isSignedOut(code) &&
        link(trans.__('Sign in again'), () => void commands.execute(CommandIDs.signIn))}
      {asks &&
        link(
          copied ? trans.__('Copied: send it to an owner') : trans.__('Copy a request to an owner'),
          () => {
            Clipboard.copyToSystem(
              trans.__(
                'May I have more rights%1? The repository says: %2',
                about ? ` (${about})` : '',
                message
              )
            );
            setCopied(true);
          }
        )}
      {mayPass(code) &&
        !isSignedOut(code) &&
        props.onRetry &&
        link(trans.__('Try again'), props.onRetry)}
    </div>
  );
}
