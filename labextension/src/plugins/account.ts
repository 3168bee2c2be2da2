import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, showErrorMessage } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { messageOf } from '../request';
import { CommandIDs, DOMAIN, IRepository } from '../tokens';
import { openPage } from '../pages';
import { askForAccount, askToSignIn, askToSignUp } from '../widgets/accountDialogs';
import { NO_ARGUMENTS } from './arguments';

const OPEN_SETTINGS = 'settingeditor:open';

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
    commands.addCommand(CommandIDs.signUp, {
      label: trans.__('Sign Up at Repository…'),
      caption: trans.__('Make an account'),
      describedBy: NO_ARGUMENTS,
      isVisible: () => account.state === 'signed-out' && account.status?.sign_up !== 'closed',
      execute: () => askToSignUp(trans, account, () => openPage(model.api, '/terms'))
    });
    commands.addCommand(CommandIDs.activate, {
      label: args => channelOf(args) || trans.__('Activate Account'),
      caption: args =>
        trans.__('Notebooks and files go to %1 unless you choose otherwise', channelOf(args)),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            channel: { type: 'string', description: 'My user name, or an organization of mine' }
          },
          required: ['channel']
        }
      },
      isToggleable: true,
      isToggled: args => channelOf(args) === account.active,
      execute: args => account.activate(channelOf(args))
    });
    commands.addCommand(CommandIDs.showOrganizations, {
      label: trans.__('Organizations and Groups'),
      caption: trans.__('Make organizations, and say who may do what in them'),
      describedBy: NO_ARGUMENTS,
      isEnabled: isReady,
      execute: async () => {
        await commands.execute(CommandIDs.showPanel);
        await model.organizations.open();
      }
    });
    commands.addCommand(CommandIDs.showNotifications, {
      label: trans.__('Repository Notifications'),
      caption: trans.__('What others did that concerns you'),
      describedBy: NO_ARGUMENTS,
      isEnabled: isReady,
      execute: async () => {
        await commands.execute(CommandIDs.showPanel);
        await model.notifications.open();
      }
    });
    commands.addCommand(CommandIDs.editSettings, {
      label: trans.__('Repository Settings'),
      caption: trans.__('Address, active account, access of new things, publish guard'),
      describedBy: NO_ARGUMENTS,
      isVisible: () => commands.hasCommand(OPEN_SETTINGS),
      execute: () => commands.execute(OPEN_SETTINGS, { query: 'Repository' })
    });
    commands.addCommand(CommandIDs.signOut, {
      label: trans.__('Sign Out of Repository'),
      caption: trans.__('Forget the credentials that the Jupyter server keeps'),
      describedBy: NO_ARGUMENTS,
      // the hub says who the person is, for as long as their server runs
      isVisible: () => isReady() && !isEmbedded() && !account.status?.hub,
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
        const wanted = owner ?? account.active;
        const channel = account.channels.find(({ name }) => name === wanted) ?? account.channels[0];
        await model.tokens.open(channel.name);
      }
    });

    const ids = [
      CommandIDs.signIn,
      CommandIDs.signUp,
      CommandIDs.signOut,
      CommandIDs.editAccount,
      CommandIDs.showTokens,
      CommandIDs.showOrganizations,
      CommandIDs.showNotifications,
      CommandIDs.editSettings
    ];
    account.changed.connect(() =>
      [...ids, CommandIDs.activate].forEach(id => commands.notifyCommandChanged(id))
    );
    ids.forEach(command => palette?.addItem({ command, category: trans.__('Repository') }));
  }
};

function channelOf(args: ReadonlyPartialJSONObject): string {
  return typeof args.channel === 'string' ? args.channel : '';
}
