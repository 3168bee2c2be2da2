import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { RepositoryModel } from '../model/repository';
import { IRepository } from '../tokens';

/** Provides the model, and asks at the start whether the repository can be used. */
export const repositoryPlugin: JupyterFrontEndPlugin<IRepository> = {
  id: 'jupyter-repo:repository',
  description: 'Provides the state of the repository.',
  autoStart: true,
  provides: IRepository,
  activate: (app: JupyterFrontEnd): IRepository => {
    const model = new RepositoryModel(app.serviceManager.serverSettings);
    void model.account.refresh();
    return model;
  }
};
