import { ReactWidget } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Message } from '@lumino/messaging';
import { Menu } from '@lumino/widgets';
import React from 'react';
import { IPanelContext, PanelContext } from '../components/context';
import { Panel } from '../components/Panel';
import { repoIcon } from '../icon';
import { CommandIDs, IRepository, PANEL_ID } from '../tokens';

/** What is older than this is asked for again when the panel is shown. */
const STALE = 30_000;

/** The Repository panel of the sidebar. */
export class RepositoryPanel extends ReactWidget {
  constructor(
    private readonly _model: IRepository,
    commands: CommandRegistry,
    trans: TranslationBundle,
    private readonly _onDrop: (files: File[]) => void
  ) {
    super();
    this.id = PANEL_ID;
    this.addClass('jp-Repo-panel');
    this.title.icon = repoIcon;
    this.title.caption = trans.__('Repository');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Repository'));
    this._menu = accountMenu(commands);
    this._context = {
      model: _model,
      trans,
      commands,
      openMenu: anchor => {
        const { right, bottom } = anchor.getBoundingClientRect();
        this._menu.open(right, bottom, { horizontalAlignment: 'right' });
      }
    };
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._menu.dispose();
      super.dispose();
    }
  }

  protected render(): React.JSX.Element {
    return (
      <PanelContext.Provider value={this._context}>
        <Panel onDrop={this._onDrop} />
      </PanelContext.Provider>
    );
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    if (Date.now() - this._refreshed > STALE) {
      this._refreshed = Date.now();
      void this._model.refresh();
    }
  }

  private readonly _context: IPanelContext;
  private readonly _menu: Menu;
  private _refreshed = Date.now();
}

/** Commands that don't apply (signing out of one's own embedded repository) hide themselves. */
function accountMenu(commands: CommandRegistry): Menu {
  const menu = new Menu({ commands });
  for (const command of [
    CommandIDs.openInBrowser,
    CommandIDs.showTokens,
    CommandIDs.editAccount,
    CommandIDs.signIn,
    CommandIDs.signOut
  ]) {
    menu.addItem({ command });
  }
  return menu;
}
