import { ReactWidget } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';
import { MenuSvg } from '@jupyterlab/ui-components';
import { CommandRegistry } from '@lumino/commands';
import { Drag } from '@lumino/dragdrop';
import { Message } from '@lumino/messaging';
import { Menu } from '@lumino/widgets';
import React from 'react';
import { IPanelContext, PanelContext } from '../components/context';
import { Panel } from '../components/Panel';
import { repoIcon } from '../icon';
import { CommandIDs, IRepository, PANEL_ID } from '../tokens';

/** What is older than this is asked for again when the panel is shown. */
const STALE = 30_000;

/** What the file browser says of the files that are dragged. */
const CONTENTS_MIME = 'application/x-jupyter-icontents';

const DRAG_EVENTS = [
  'dragenter',
  'dragover',
  'dragleave',
  'drop',
  'lm-dragenter',
  'lm-dragover',
  'lm-dragleave',
  'lm-drop'
];

/** What is done with files that are dropped. */
export interface IDropHandlers {
  files: (files: File[]) => void;
  paths: (paths: string[]) => void;
}

/** The Repository panel of the sidebar. */
export class RepositoryPanel extends ReactWidget {
  constructor(
    private readonly _model: IRepository,
    commands: CommandRegistry,
    trans: TranslationBundle,
    private readonly _drop: IDropHandlers
  ) {
    super();
    this.id = PANEL_ID;
    this.addClass('jp-Repo-panel');
    this.title.icon = repoIcon;
    this.title.caption = trans.__('Repository');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Repository'));
    this._menu = new MenuSvg({ commands }); // shows which account is active
    this._context = {
      model: _model,
      trans,
      commands,
      openMenu: anchor => {
        fillMenu(this._menu, _model);
        const { right, bottom } = anchor.getBoundingClientRect();
        this._menu.open(right, bottom, { horizontalAlignment: 'right' });
      },
      uploadElsewhere: task => {
        _model.jobs.dismiss(task);
        if (typeof task.source === 'string') {
          this._drop.paths([task.source]);
        } else if (task.source) {
          this._drop.files([task.source]);
        }
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
        <Panel />
      </PanelContext.Provider>
    );
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    for (const type of DRAG_EVENTS) {
      this.node.addEventListener(type, this);
    }
  }

  protected onBeforeDetach(msg: Message): void {
    for (const type of DRAG_EVENTS) {
      this.node.removeEventListener(type, this);
    }
    super.onBeforeDetach(msg);
  }

  /** Files dragged here: from the desktop by the browser's events, from the file browser by Lumino's. */
  handleEvent(event: Event): void {
    if (this._model.account.state !== 'ready') {
      return;
    }
    const taken = isItemDrag(event) ? this._onItems(event) : this._onFiles(event as DragEvent);
    if (taken) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  private _onFiles(event: DragEvent): boolean {
    const data = event.dataTransfer;
    if (!data?.types.includes('Files')) {
      return false;
    }
    this._mark(event);
    if (event.type === 'drop') {
      this._drop.files(Array.from(data.files));
    } else {
      data.dropEffect = 'copy';
    }
    return true;
  }

  private _onItems(event: Drag.Event): boolean {
    if (!event.mimeData.hasData(CONTENTS_MIME)) {
      return false;
    }
    this._mark(event);
    if (event.type === 'lm-drop') {
      event.dropAction = 'copy'; // they stay where they are
      this._drop.paths(event.mimeData.getData(CONTENTS_MIME) as string[]);
    } else if (event.type === 'lm-dragover') {
      event.dropAction = event.proposedAction === 'none' ? 'copy' : event.proposedAction;
    }
    return true;
  }

  /** Show that the panel would take it, while the pointer is over the panel. */
  private _mark(event: Drag.Event | DragEvent): void {
    const within = this.node.contains(event.relatedTarget as Node | null);
    const leaves = event.type.endsWith('dragleave') && !within;
    this.toggleClass('jp-mod-dropTarget', !leaves && !event.type.endsWith('drop'));
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

/** Is it a drag within JupyterLab? */
function isItemDrag(event: Event): event is Drag.Event {
  return event.type.startsWith('lm-');
}

/** Which account is active, where there are several; then what can be done. What does not apply hides itself. */
function fillMenu(menu: Menu, model: IRepository): void {
  menu.clearItems();
  const { channels } = model.account;
  if (channels.length > 1) {
    for (const { name } of channels) {
      menu.addItem({ command: CommandIDs.activate, args: { channel: name } });
    }
    menu.addItem({ type: 'separator' });
  }
  for (const command of [
    CommandIDs.openInBrowser,
    CommandIDs.showOrganizations,
    CommandIDs.showTokens,
    CommandIDs.showEnvironments,
    CommandIDs.showSuggestions,
    CommandIDs.editSettings
  ]) {
    menu.addItem({ command });
  }
  menu.addItem({ type: 'separator' });
  for (const command of [
    CommandIDs.editAccount,
    CommandIDs.signIn,
    CommandIDs.signUp,
    CommandIDs.signOut
  ]) {
    menu.addItem({ command });
  }
}
