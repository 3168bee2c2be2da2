import { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { accountPlugin } from './plugins/account';
import { exchangePlugin } from './plugins/exchange';
import { panelPlugin } from './plugins/panel';
import { publishPlugin } from './plugins/publish';
import { reopenPlugin } from './plugins/reopen';
import { repositoryPlugin } from './plugins/repository';
import { statusBarPlugin } from './plugins/statusbar';
import { uploadPlugin } from './plugins/upload';
import { versionsPlugin } from './plugins/versions';

export * from './tokens';

/** Any one of them can be switched off by its id; all but the first need only the first. */
const plugins: JupyterFrontEndPlugin<unknown>[] = [
  repositoryPlugin,
  panelPlugin,
  accountPlugin,
  publishPlugin,
  uploadPlugin,
  versionsPlugin,
  reopenPlugin,
  exchangePlugin,
  statusBarPlugin
];

export default plugins;
