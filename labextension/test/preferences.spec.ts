import { DEFAULTS } from '../src/model/preferences';
import { IStatus, IWirePreferences } from '../src/tokens';
import { Server, status } from './server';

/** A server that keeps what it is told. */
function server(change: Partial<IStatus> = {}): Server {
  let kept = status().preferences;
  return new Server()
    .on('GET status', () =>
      status({ ...change, url: kept.address || 'http://repo.test', preferences: kept })
    )
    .on('PUT preferences', ({ body }) => {
      kept = body as IWirePreferences;
      return status({ ...change, url: kept.address || 'http://repo.test', preferences: kept });
    })
    .on('GET things', () => ({ things: [] }))
    .on('GET api/stars', () => [])
    .on('GET api/notifications', () => []);
}

describe('preferences', () => {
  test('the usual ones are not told', async () => {
    const at = server();
    await at.model().account.refresh();
    expect(at.to('PUT preferences')).toEqual([]);
  });

  test('others are told once, and take effect at once', async () => {
    const at = server();
    const model = at.model();
    model.preferences.accept({ ...DEFAULTS, address: 'http://team.test', guardOff: ['home-path'] });
    await model.account.refresh();
    await model.account.refresh();
    expect(at.to('PUT preferences').map(({ body }) => body)).toEqual([
      {
        address: 'http://team.test',
        channel: '',
        access: 'public',
        guard_off: ['home-path'],
        guard_output_mib: 2
      }
    ]);
    expect(model.account.status?.url).toBe('http://team.test');
  });

  test('an address that is fixed is not asked for', async () => {
    const at = server({ address_can_change: false });
    const model = at.model();
    model.preferences.accept({ ...DEFAULTS, address: 'http://team.test' });
    await model.account.refresh();
    expect(at.to('PUT preferences')).toEqual([]);
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
