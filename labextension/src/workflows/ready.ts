import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { isSignedOut } from '../request';
import { CommandIDs, IRepository } from '../tokens';
import { askToSignIn } from '../widgets/accountDialogs';

type Action = Notification.IAction;

/** What the walks of the user need. */
export interface IWalk {
  model: IRepository;
  trans: TranslationBundle;
  commands: CommandRegistry;
}

/**
 * The buttons under a failure that the person can do something about: sign in again, or try again.
 *
 * @param code - the repository's word for what went wrong
 */
export function wayOut(walk: IWalk, code: string, again: () => Promise<void> | void): Action[] {
  const { model, trans } = walk;
  const retry = async () => {
    await model.account.refresh(); // it may have ended the session, or come back
    if (await ensureReady(walk)) {
      await again();
    }
  };
  if (isSignedOut(code)) {
    return [{ label: trans.__('Sign in'), callback: () => void retry() }];
  }
  return code === 'unavailable'
    ? [{ label: trans.__('Try again'), callback: () => void retry() }]
    : [];
}

/** Wait for the repository and sign in if need be; false where it can't be used now. */
export async function ensureReady(walk: IWalk): Promise<boolean> {
  const { model, trans, commands } = walk;
  let state = await model.account.settled();
  if (state === 'unreachable' || state === 'offline' || state === 'stopped') {
    await model.account.refresh(); // it may be back
    state = await model.account.settled();
  }
  if (state === 'signed-out') {
    return askToSignIn(trans, model.account);
  }
  if (state !== 'ready') {
    const { button } = await showDialog({
      title: trans.__('The repository can’t be used now'),
      body: model.account.message,
      buttons: [
        Dialog.cancelButton({ label: trans.__('Close') }),
        Dialog.okButton({ label: trans.__('Show Repository') })
      ]
    });
    if (button.accept) {
      await commands.execute(CommandIDs.showPanel);
    }
  }
  return state === 'ready';
}
