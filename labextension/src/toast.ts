import { Notification, showErrorMessage } from '@jupyterlab/apputils';
import { TranslationBundle } from '@jupyterlab/translation';

/** What a toast says at the end, and the buttons under it. */
export interface IOutcome {
  type: 'success' | 'error' | 'info';
  message: string;
  actions?: Notification.IAction[];
}

/** Long enough to reach for a button; JupyterLab stops the clock under the pointer. */
const WITH_ACTIONS = 20_000;
const PLAIN = 5_000;
const PENDING_DELAY = 400;

/**
 * Show a result. Failures stay until they are closed, and are shown whole if asked: toasts cut long texts.
 *
 * @returns the id of the toast
 */
export function showOutcome(trans: TranslationBundle, outcome: IOutcome): string {
  const { type, message } = outcome;
  const details = {
    label: trans.__('Details'),
    callback: () => void showErrorMessage(trans.__('What went wrong'), message)
  };
  const actions = type === 'error' ? [...(outcome.actions ?? []), details] : outcome.actions;
  const autoClose = type === 'error' ? false : actions?.length ? WITH_ACTIONS : PLAIN;
  return Notification.emit(message, type, { autoClose, actions });
}

/**
 * A toast while `work` runs and one for its end.
 *
 * Not Notification.promise(): in JupyterLab 4.6 a promise that settles before the lazily loaded
 * toast container is mounted leaves its toast at "pending" for ever, because the update of a toast
 * that is not yet active re-creates it under the same id. So the pending toast comes only after
 * `PENDING_DELAY`, and the result always under a new id.
 *
 * @param settled - resolves when a failure is no news any more, as it was dismissed or the work is done once more
 * @returns what `work` gave
 */
export async function withToast<T>(
  trans: TranslationBundle,
  work: Promise<T>,
  pending: string,
  outcome: (value: T) => IOutcome | null,
  settled: (value: T) => Promise<void>
): Promise<T> {
  const shown: string[] = [];
  const timer = window.setTimeout(() => {
    shown.push(Notification.emit(pending, 'in-progress', { autoClose: false }));
  }, PENDING_DELAY);
  try {
    const value = await work;
    const result = outcome(value);
    if (result) {
      const id = showOutcome(trans, result);
      if (result.type === 'error') {
        void settled(value).then(() => Notification.dismiss(id));
      }
    }
    return value;
  } finally {
    window.clearTimeout(timer);
    shown.forEach(id => Notification.dismiss(id));
  }
}
