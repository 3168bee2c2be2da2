import { OWNERS } from '../src/model/organizations';
import { refusal, Server } from './server';

function server(): Server {
  const members: string[] = [];
  return new Server()
    .on('GET organizations', () => ({
      organizations: [
        { login: 'acme', owner: true },
        { login: 'club', owner: false }
      ],
      groups: [
        { name: 'readers', organization: 'club' },
        { name: OWNERS, organization: 'acme' }
      ]
    }))
    .on('GET groups/acme', () => ({
      groups: [
        { name: OWNERS, level: 'owner', members_count: 1, repos_count: 0 },
        { name: 'writers', level: 'read', members_count: members.length, repos_count: 0 }
      ]
    }))
    .on('GET groups/acme/writers', () => ({
      members: members.map(login => ({ login })),
      packages: []
    }))
    .on('PUT groups/acme/writers/members/bob', () => {
      members.push('bob');
    })
    .on('PUT groups/acme/writers/members/nobody', () =>
      refusal(404, 'not_found', 'There is no user nobody')
    );
}

describe('organizations', () => {
  test('those I own and those I am a member of', async () => {
    const { organizations } = server().model();
    await organizations.open();
    expect(organizations.items).toEqual([
      { name: 'acme', role: 'owner', groups: [OWNERS] },
      { name: 'club', role: 'member', groups: ['readers'] }
    ]);
  });

  test('a group gets a member, and a name that is nobody is refused with words', async () => {
    const { organizations } = server().model();
    await organizations.open('acme');
    expect(organizations.isOwner).toBe(true);
    await organizations.openGroup('writers');
    expect(organizations.group?.members).toEqual([]);
    expect(await organizations.setMember('writers', 'bob', true)).toBe(true);
    expect(organizations.group?.members).toEqual(['bob']);
    expect(organizations.groups?.[1].members_count).toBe(1);
    expect(await organizations.setMember('writers', 'nobody', true)).toBe(false);
    expect(organizations.refusal?.message).toBe('There is no user nobody');
  });

  test('an answer that comes after a later one is dropped', async () => {
    let late: (value: unknown) => void = () => undefined;
    let asked = 0;
    const group = (name: string) => ({ name, level: 'read', members_count: 0, repos_count: 0 });
    const { organizations } = server()
      .on('PUT groups/acme/writers/members/bob', () => ({}))
      .on('GET groups/acme', () => {
        asked += 1;
        return asked === 1
          ? new Promise(resolve => (late = resolve))
          : { groups: [group('writers'), group('stewards')] };
      })
      .model();
    const opening = organizations.open('acme');
    expect(await organizations.setMember('writers', 'bob', true)).toBe(true);
    late({ groups: [group('writers')] });
    await opening;
    expect(organizations.groups?.map(({ name }) => name)).toEqual(['writers', 'stewards']);
  });

  test('the way back leads from a group to its organization, to the list, and away', async () => {
    const { organizations, views } = server().model();
    await organizations.open('acme');
    await organizations.openGroup('writers');
    organizations.back();
    expect([organizations.organization, organizations.groupName]).toEqual(['acme', null]);
    organizations.back();
    expect(organizations.organization).toBeNull();
    expect(views.top).toBe('organizations');
    organizations.back();
    expect(views.top).toBeNull();
  });
});

describe('the views', () => {
  test('the one opened last is seen, and what it covered comes back', () => {
    const { views } = server().model();
    views.show('organizations');
    views.show('detail');
    views.show('organizations');
    expect(views.top).toBe('organizations');
    views.hide('organizations');
    expect(views.only('detail')).toBe(true);
    views.hide('detail');
    expect(views.top).toBeNull();
  });
});
