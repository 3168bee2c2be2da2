import { RepositoryAPI } from './api';

/** Open a page of the repository in a new browser tab, signed in. */
export function openPage(api: RepositoryAPI, path: string): void {
  window.open(api.pageUrl(path), '_blank', 'noopener');
}
