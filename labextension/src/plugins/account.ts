import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, showErrorMessage } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { messageOf } from '../api';
import { CommandIDs, DOMAIN, IRepository } from '../tokens';
import { askForAccount, askToSignIn } from '../widgets/accountDialogs';
import { NO_ARGUMENTS } from './arguments';

/** Signing in and out, the account of the embedded repository, and access tokens. */
export const accountPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-repo:account',
  description: 'Commands of the account: sign in and out, name and password, access tokens.',
  autoStart: true,
  requires: [IRepository],
  optional: [ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: IRepository,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ): void => {
    const { commands } = app;
    const { account } = model;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const isEmbedded = () => account.status?.embedded ?? false;
    const isReady = () => account.state === 'ready';

    commands.addCommand(CommandIDs.signIn, {
      label: trans.__('Sign In to Repository…'),
      caption: trans.__('Sign in with name and password'),
      describedBy: NO_ARGUMENTS,
      isVisible: () => account.state === 'signed-out',
      execute: () => askToSignIn(trans, account)
    });
    commands.addCommand(CommandIDs.signOut, {
      label: trans.__('Sign Out of Repository'),
      caption: trans.__('Forget the credentials that the Jupyter server keeps'),
      describedBy: NO_ARGUMENTS,
      isVisible: () => isReady() && !isEmbedded(),
      execute: async () => {
        try {
          await account.signOut();
        } catch (reason) {
          await showErrorMessage(trans.__('Can’t sign out'), messageOf(reason));
        }
      }
    });
    commands.addCommand(CommandIDs.editAccount, {
      label: trans.__('My Repository Account…'),
      caption: trans.__('Choose your name and a password for the terminal'),
      describedBy: NO_ARGUMENTS,
      isVisible: () => isReady() && isEmbedded(),
      execute: () => askForAccount(trans, account)
    });
    commands.addCommand(CommandIDs.showTokens, {
      label: trans.__('Access Tokens'),
      caption: trans.__('Make and revoke the tokens of a channel'),
      describedBy: NO_ARGUMENTS,
      isEnabled: () => isReady() && account.channels.length > 0,
      execute: async () => {
        await commands.execute(CommandIDs.showPanel);
        // the channel of the thing that is open is the one whose token is wanted
        const owner = model.detail.fullName?.split('/')[0];
        const channel = account.channels.find(({ name }) => name === owner) ?? account.channels[0];
        await model.tokens.open(channel.name);
      }
    });

    const ids = [
      CommandIDs.signIn,
      CommandIDs.signOut,
      CommandIDs.editAccount,
      CommandIDs.showTokens
    ];
    account.changed.connect(() => ids.forEach(id => commands.notifyCommandChanged(id)));
    ids.forEach(command => palette?.addItem({ command, category: trans.__('Repository') }));
  }
};
