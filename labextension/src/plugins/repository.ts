import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { DEFAULTS, IPreferences } from '../model/preferences';
import { RepositoryModel } from '../model/repository';
import { Visibility } from '../documents/things';
import { IRepository } from '../tokens';

const ID = 'jupyter-repo:repository';

/** Provides the model, with the preferences of the settings editor, and asks whether the repository can be used. */
export const repositoryPlugin: JupyterFrontEndPlugin<IRepository> = {
  id: ID,
  description: 'Provides the state of the repository.',
  autoStart: true,
  provides: IRepository,
  optional: [ISettingRegistry],
  activate: (app: JupyterFrontEnd, registry: ISettingRegistry | null): IRepository => {
    const model = new RepositoryModel(app.serviceManager.serverSettings);
    void follow(model, registry).then(() => model.account.refresh());
    return model;
  }
};

/** Let the model follow the settings, and keep in them what is chosen elsewhere. */
async function follow(model: RepositoryModel, registry: ISettingRegistry | null): Promise<void> {
  let settings: ISettingRegistry.ISettings;
  try {
    if (!registry) {
      return;
    }
    settings = await registry.load(ID);
  } catch {
    return; // without settings the defaults hold
  }
  const { preferences } = model;
  preferences.keep = async (key, value) => {
    await settings.set(key, value as string);
  };
  settings.changed.connect(() => preferences.accept(read(settings)));
  preferences.accept(read(settings));
}

function read(settings: ISettingRegistry.ISettings): IPreferences {
  const text = (key: string) => settings.get(key).composite as string;
  const { largeOutputMiB, ...rules } = (settings.get('guard').composite ?? {}) as Record<
    string,
    boolean | number | undefined
  >;
  return {
    address: text('address'),
    channel: text('channel'),
    access: text('access') as Visibility,
    guardOff: Object.keys(rules).filter(rule => rules[rule] === false),
    guardOutput: typeof largeOutputMiB === 'number' ? largeOutputMiB : DEFAULTS.guardOutput
  };
}
