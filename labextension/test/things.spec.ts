import { refusal, Server, settings, status, thing } from './server';

function server(): Server {
  return new Server()
    .on('GET status', () => status())
    .on('GET settings', () => settings())
    .on('GET notifications', () => ({ notifications: [] }))
    .on('GET stars', () => ({ things: [thing('wave')] }))
    .on('GET things', ({ query }) => ({
      things: [thing('wave'), thing('breeze', 'conda')].filter(({ name }) =>
        name.includes(query.get('q') ?? '')
      )
    }))
    .on('GET search', () => ({ things: [thing('tool', 'conda', { owner: { login: 'acme' } })] }));
}

describe('the list', () => {
  test('counts what was found by kind, whatever the filter hides', async () => {
    const { things } = server().model();
    await things.refresh();
    things.kind = 'conda';
    expect(things.items?.map(({ name }) => name)).toEqual(['breeze']);
    expect(things.counts).toMatchObject({ all: 2, conda: 1, pypi: 1, ipynb: 0 });
  });

  test('asks once when the typing pauses', async () => {
    jest.useFakeTimers();
    const at = server();
    const { things } = at.model();
    things.query = 'w';
    things.query = 'wa';
    things.query = 'wav';
    await jest.advanceTimersByTimeAsync(300);
    jest.useRealTimers();
    await things.refresh();
    expect(at.to('GET things').map(({ query }) => query.get('q'))).not.toContain('wa');
    expect(things.items?.map(({ name }) => name)).toEqual(['wave']);
  });

  test('shows everything I may see, or my favourites', async () => {
    const { things } = server().model();
    things.scope = 'everything';
    expect(things.items).toBeNull();
    await things.refresh();
    expect(things.items?.map(({ name }) => name)).toEqual(['tool']);
    things.scope = 'starred';
    await things.refresh();
    expect(things.items?.map(({ name }) => name)).toEqual(['wave']);
    things.query = 'nothing of that name';
    await things.refresh();
    expect(things.items).toEqual([]);
  });

  test('is of the active account, where there are several', async () => {
    const at = server();
    const model = at.model();
    await model.refresh();
    expect(at.to('GET things').pop()?.query.get('channel')).toBe('alice');
    at.on('PUT settings', ({ body }) => body);
    await model.account.activate('acme');
    expect(model.account.active).toBe('acme');
    expect(model.things.channel).toBe('acme');
  });

  test('asks for one kind while not all things are here, and shows no number that it does not know', async () => {
    const at = server().on('GET search', ({ query }) => ({
      things: query.get('kind') === 'conda' ? [thing('tool', 'conda')] : [thing('wave')],
      next: query.get('kind') ? null : 'key'
    }));
    const { things } = at.model();
    things.scope = 'everything';
    await things.refresh();
    expect(things.counts).toEqual({});
    expect(things.hasMore).toBe(true);
    things.kind = 'conda';
    await things.refresh();
    expect(things.items?.map(({ name }) => name)).toEqual(['tool']);
    expect(things.hasMore).toBe(false);
  });

  test('says that an answer takes long, and waits no longer when told', async () => {
    jest.useFakeTimers();
    const at = server().on('GET things', () => new Promise(() => undefined));
    const { things } = at.model();
    void things.refresh();
    await jest.advanceTimersByTimeAsync(3900);
    expect(things.isSlow).toBe(false);
    await jest.advanceTimersByTimeAsync(200);
    expect(things.isSlow).toBe(true);
    things.stop();
    jest.useRealTimers();
    expect(things).toMatchObject({ isSlow: false, busy: false, refusal: { code: 'stopped' } });
  });

  test('takes a star back that the repository refuses', async () => {
    const at = server().on('DELETE stars/alice/wave', () =>
      refusal(403, 'scope_missing', 'The token may not')
    );
    const { things } = at.model();
    await things.refresh();
    expect(things.isStarred('alice/wave')).toBe(true);
    const done = things.star('alice/wave', false);
    expect(things.isStarred('alice/wave')).toBe(false);
    await expect(done).rejects.toThrow('The token may not');
    expect(things.isStarred('alice/wave')).toBe(true);
  });

  test('says why it could not be had, and keeps what it had', async () => {
    const at = server();
    const { things } = at.model();
    await things.refresh();
    at.on('GET things', () => refusal(503, 'unavailable', 'The repository is down'));
    await things.refresh();
    expect(things.refusal).toEqual({ message: 'The repository is down', code: 'unavailable' });
    expect(things.items).toHaveLength(2);
  });
});

describe('several things chosen', () => {
  test('what I may not change is left out', async () => {
    const at = server().on('GET things', () => ({
      things: [thing('wave'), thing('theirs', 'pypi', { can: [] })]
    }));
    const { things, selection } = at.model();
    await things.refresh();
    selection.toggleAll(things.all);
    expect(selection.chosen).toHaveLength(2);
    expect(selection.permitted('delete-package').map(({ name }) => name)).toEqual(['wave']);
  });

  test('one refusal stops no other, is told, and stays chosen', async () => {
    const at = server();
    const deleted: string[] = [];
    for (const name of ['a', 'b', 'd', 'e', 'f']) {
      at.on(`DELETE things/alice/${name}`, () => {
        deleted.push(name);
      });
    }
    at.on('DELETE things/alice/c', () => refusal(409, 'conflict', 'A label is locked'));
    at.on('GET things', () => ({
      things: ['a', 'b', 'c', 'd', 'e', 'f']
        .filter(name => !deleted.includes(name))
        .map(name => thing(name))
    }));
    const { things, selection } = at.model();
    await things.refresh();
    selection.start();
    selection.toggleAll(things.all);
    await selection.delete(selection.permitted('delete-package'));
    expect(deleted.sort()).toEqual(['a', 'b', 'd', 'e', 'f']);
    expect(selection.failures).toEqual([{ fullName: 'alice/c', message: 'A label is locked' }]);
    expect(selection.chosen.map(({ name }) => name)).toEqual(['c']);
    selection.stop();
    expect(selection.failures).toEqual([]);
  });

  test('access is asked for each of them', async () => {
    const at = server();
    at.on('PATCH things/alice/wave', () => thing('wave'));
    const { things, selection } = at.model();
    await things.refresh();
    selection.toggle(things.all[0]);
    await selection.setAccess(selection.chosen, 'private');
    expect(at.to('PATCH things/alice/wave').map(({ body }) => body)).toEqual([
      { visibility: 'private' }
    ]);
    expect(selection.chosen).toEqual([]);
  });
});
