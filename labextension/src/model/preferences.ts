import { Visibility } from '../documents/things';
import { Model } from './base';

/** What a person chose in the settings editor. */
export interface IPreferences {
  /** The address of the repository; '' leaves it to the configuration of the Jupyter server. */
  address: string;
  /** The account that is active: where things go unless somebody says otherwise; '' is one's own. */
  channel: string;
  /** Who may see new things unless somebody says otherwise. */
  access: Visibility;
  /** The rules of the publish guard that are off. */
  guardOff: readonly string[];
  /** Outputs larger than this, in MiB, are shown by the guard. */
  guardOutput: number;
}

export const DEFAULTS: IPreferences = {
  address: '',
  channel: '',
  access: 'public',
  guardOff: [],
  guardOutput: 2
};

/** The preferences as they are now; written back where the settings are kept. */
export class PreferencesModel extends Model {
  get value(): IPreferences {
    return this._value;
  }

  /** What keeps a preference for the next time; until it is set, choices last as long as the page. */
  keep: (<K extends keyof IPreferences>(key: K, value: IPreferences[K]) => Promise<void>) | null =
    null;

  /** Take what the settings say. */
  accept(value: IPreferences): void {
    this._value = value;
    this.emit();
  }

  /** Choose, and keep the choice. */
  async choose<K extends keyof IPreferences>(key: K, value: IPreferences[K]): Promise<void> {
    this.accept({ ...this._value, [key]: value });
    await this.keep?.(key, value);
  }

  private _value = DEFAULTS;
}
