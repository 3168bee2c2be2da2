import { OrganizationsAPI } from '../organizationsApi';
import { IRefusal, refusalOf } from '../request';
import { IGroup, IGroupDocument, IOrganization, Level } from '../documents/access';
import { Model } from './base';
import { ViewsModel } from './views';

/** The built-in group of an organization whose members may do everything there. */
export const OWNERS = 'Owners';

/** My organizations; of one of them its groups; of one of those its members and packages. */
export class OrganizationsModel extends Model {
  constructor(
    private readonly _api: OrganizationsAPI,
    private readonly _views: ViewsModel
  ) {
    super();
  }

  /** The organizations I own or am a member of; null before the first answer. */
  get items(): IOrganization[] | null {
    return this._items;
  }

  /** The organization that is open. */
  get organization(): string | null {
    return this._organization;
  }

  /** May I change the organization that is open? */
  get isOwner(): boolean {
    return this._items?.find(({ name }) => name === this._organization)?.role === 'owner';
  }

  /** The groups of the organization that is open, Owners first; null before the first answer. */
  get groups(): IGroup[] | null {
    return this._groups;
  }

  /** The group that is open, with members and packages. */
  get group(): IGroupDocument | null {
    return this._group;
  }

  /** The name of the group that is open or about to be. */
  get groupName(): string | null {
    return this._groupName;
  }

  get refusal(): IRefusal | null {
    return this._refusal;
  }

  get busy(): boolean {
    return this._busy > 0;
  }

  /** Open the list, or one of the organizations. */
  async open(organization: string | null = null): Promise<void> {
    this._views.show('organizations');
    this._organization = organization;
    this._groups = null;
    this._leaveGroup();
    await this.refresh();
  }

  async openGroup(group: string): Promise<void> {
    this._groupName = group;
    this._group = null;
    await this.refresh();
  }

  /** Go one step back: from a group to its organization, from there to the list, from there away. */
  back(): void {
    this._refusal = null;
    if (this._groupName !== null) {
      this._leaveGroup();
    } else if (this._organization !== null) {
      this._organization = null;
      this._groups = null;
      if (this._items === null) {
        void this.refresh(); // what was asked for with the organization did not come
      }
    } else {
      this.close();
    }
    this.emit();
  }

  close(): void {
    this.asking(); // what comes now is of what was closed
    this._items = this._groups = null;
    this._organization = null;
    this._leaveGroup();
    this._refusal = null;
    this._views.hide('organizations');
    this.emit();
  }

  async refresh(): Promise<void> {
    if (this._views.has('organizations')) {
      await this._run(() => this._load());
    }
  }

  async create(name: string): Promise<void> {
    await this._api.createOrganization(name);
    await this.open(name);
  }

  /** The names of the groups of an organization whose things may be shared with them. */
  async groupsOf(organization: string): Promise<string[]> {
    const groups = await this._api.groups(organization);
    return groups.filter(({ level }) => level !== 'owner').map(({ name }) => name);
  }

  createGroup(name: string, level: Level): Promise<boolean> {
    return this._change(org => this._api.createGroup(org, name, level));
  }

  setLevel(group: string, level: Level): Promise<boolean> {
    return this._change(org => this._api.setGroupLevel(org, group, level));
  }

  async deleteGroup(group: string): Promise<void> {
    await this._api.deleteGroup(this._open(), group);
    this._leaveGroup();
    await this.refresh();
  }

  /** Make somebody a member of a group, or end that; of Owners: an owner. */
  setMember(group: string, user: string, on: boolean): Promise<boolean> {
    return this._change(org => this._api.setGroupMember(org, group, user, on));
  }

  /** Put a package on the list of a group, or take it off. */
  setPackage(group: string, name: string, on: boolean): Promise<boolean> {
    return this._change(org => this._api.setGroupPackage(org, group, name, on));
  }

  private _open(): string {
    if (this._organization === null) {
      throw new Error('No organization is open');
    }
    return this._organization;
  }

  private _leaveGroup(): void {
    this._groupName = null;
    this._group = null;
  }

  /** Change something and load what is shown again; false where it was refused. */
  private _change(change: (organization: string) => Promise<void>): Promise<boolean> {
    return this._run(async () => {
      await change(this._open());
      await this._load();
    });
  }

  private async _load(): Promise<void> {
    const isLatest = this.asking();
    const [organization, group] = [this._organization, this._groupName];
    const isShown = () => organization === this._organization && group === this._groupName;
    try {
      const [items, groups, document] = await Promise.all([
        this._api.organizations(),
        organization === null ? null : this._api.groups(organization),
        organization === null || group === null ? null : this._api.group(organization, group)
      ]);
      if (!isLatest()) {
        return;
      }
      this._items = items;
      if (isShown()) {
        this._groups = groups;
        this._group = document;
      }
    } catch (reason) {
      if (isLatest() && isShown()) {
        throw reason; // else it is about what was left meanwhile
      }
    }
  }

  private async _run(work: () => Promise<void>): Promise<boolean> {
    this._refusal = null;
    this._busy += 1;
    this.emit();
    try {
      await work();
      return true;
    } catch (reason) {
      this._refusal = refusalOf(reason);
      return false;
    } finally {
      this._busy -= 1;
      this.emit();
    }
  }

  private _items: IOrganization[] | null = null;
  private _organization: string | null = null;
  private _groups: IGroup[] | null = null;
  private _groupName: string | null = null;
  private _group: IGroupDocument | null = null;
  private _refusal: IRefusal | null = null;
  private _busy = 0;
}
