import { TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { ISignal } from '@lumino/signaling';
import { createContext, useContext, useEffect, useReducer } from 'react';
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

/** Render again whenever the signal is emitted. */
export function useSignal(signal: ISignal<unknown, unknown>): void {
  const [, render] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const slot = () => render();
    signal.connect(slot);
    return () => {
      signal.disconnect(slot);
    };
  }, [signal]);
}
