import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ReactWidget } from '@jupyterlab/apputils';
import { IStatusBar, TextItem } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { UseSignal } from '@jupyterlab/ui-components';
import React from 'react';
import { CommandIDs, DOMAIN, IRepository } from '../tokens';

/** Says in the status bar that something is on its way, while it is. */
export const statusBarPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-repo:statusbar',
  description: 'Shows running publications and uploads in the status bar.',
  autoStart: true,
  requires: [IRepository],
  optional: [IStatusBar, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: IRepository,
    statusBar: IStatusBar | null,
    translator: ITranslator | null
  ): void => {
    const { jobs } = model;
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const label = () => {
      const [first, ...more] = jobs.running;
      const title = jobs.running.length > 0 ? first.title : '';
      return more.length > 0
        ? trans.__('Repository: %1 and %2 more', title, more.length)
        : trans.__('Repository: %1', title);
    };
    const item = ReactWidget.create(
      <UseSignal signal={jobs.changed}>
        {() => (
          <TextItem
            source={label()}
            title={trans.__('Show the progress')}
            onClick={() => void app.commands.execute(CommandIDs.showPanel)}
          />
        )}
      </UseSignal>
    );
    item.addClass('jp-mod-highlighted');
    statusBar?.registerStatusItem('jupyter-repo:jobs', {
      item,
      align: 'middle',
      rank: 10,
      isActive: () => jobs.running.length > 0,
      activeStateChanged: jobs.changed
    });
  }
};
