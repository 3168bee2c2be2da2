import { DEFAULTS } from '../src/model/preferences';
import { IServerSettings } from '../src/documents/account';
import { Server, settings, status } from './server';

/** A server that keeps what it is told. */
function server(change: Partial<IServerSettings> = {}): Server {
  let kept = settings(change);
  return new Server()
    .on('GET status', () => status({ url: kept.url || 'http://repo.test' }))
    .on('GET settings', () => kept)
    .on('PUT settings', ({ body }) => {
      kept = { ...kept, ...(body as Partial<IServerSettings>) };
      return kept;
    })
    .on('GET things', () => ({ things: [] }))
    .on('GET stars', () => ({ things: [] }))
    .on('GET notifications', () => ({ notifications: [] }));
}

describe('preferences', () => {
  test('the usual ones are not told', async () => {
    const at = server();
    await at.model().account.refresh();
    expect(at.to('PUT settings')).toEqual([]);
  });

  test('others are told once, and take effect at once', async () => {
    const at = server();
    const model = at.model();
    model.preferences.accept({ ...DEFAULTS, address: 'http://team.test', guardOff: ['home-path'] });
    await model.account.refresh();
    await model.account.refresh();
    expect(at.to('PUT settings').map(({ body }) => body)).toEqual([
      {
        url: 'http://team.test',
        default_channel: '',
        default_visibility: 'public',
        guard: { off: ['home-path'], max_output_mib: 2 }
      }
    ]);
    expect(model.account.status?.url).toBe('http://team.test');
  });

  test('an address that is fixed is not asked for', async () => {
    const at = server({ url_fixed: true, url: 'http://ours.test' });
    const model = at.model();
    model.preferences.accept({ ...DEFAULTS, address: 'http://team.test' });
    await model.account.refresh();
    expect(at.to('PUT settings')).toEqual([]);
  });

  test('the active account is one that I may write to', async () => {
    const { account, preferences } = server().model();
    await account.refresh();
    preferences.accept({ ...DEFAULTS, channel: 'ACME' });
    expect(account.active).toBe('acme');
    preferences.accept({ ...DEFAULTS, channel: 'strangers' });
    expect(account.active).toBe('alice');
  });

  test('a choice is kept where the settings are', async () => {
    const model = server().model();
    await model.account.refresh();
    const kept: unknown[] = [];
    model.preferences.keep = (key, value) => {
      kept.push([key, value]);
      return Promise.resolve();
    };
    await model.account.activate('acme');
    await model.account.activate('alice');
    expect(kept).toEqual([
      ['channel', 'acme'],
      ['channel', '']
    ]);
  });
});
