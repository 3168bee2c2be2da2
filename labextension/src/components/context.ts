import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { ISignal } from '@lumino/signaling';
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import { ITask } from '../model/jobs';
import { IRepository } from '../tokens';

/** What every component of the panel may need. */
export interface IPanelContext {
  model: IRepository;
  trans: TranslationBundle;
  commands: CommandRegistry;
  /** Open the account menu under an element. */
  openMenu: (anchor: HTMLElement) => void;
  /** Ask again where a file goes that was refused where it went. */
  uploadElsewhere: (task: ITask) => void;
}

export const PanelContext = createContext<IPanelContext | null>(null);

export function usePanel(): IPanelContext {
  const context = useContext(PanelContext);
  if (!context) {
    throw new Error('A panel component stands outside the panel');
  }
  return context;
}

type AnySignal = ISignal<unknown, unknown>;

/** How often each signal was emitted since a component first looked at it. */
const emissions = new WeakMap<AnySignal, { count: number }>();

function emissionsOf(signal: AnySignal): { count: number } {
  const known = emissions.get(signal);
  if (known) {
    return known;
  }
  const fresh = { count: 0 };
  signal.connect(() => {
    fresh.count += 1;
  });
  emissions.set(signal, fresh);
  return fresh;
}

/**
 * Render again whenever the signal is emitted.
 *
 * They are counted, as React may subscribe long after it has rendered, on a busy page: what was emitted between is
 * noticed by the count.
 */
export function useSignal(signal: AnySignal): void {
  const emitted = emissionsOf(signal);
  const subscribe = useCallback(
    (slot: () => void) => {
      signal.connect(slot);
      return () => {
        signal.disconnect(slot);
      };
    },
    [signal]
  );
  useSyncExternalStore(subscribe, () => emitted.count);
}
