import { Time } from '@jupyterlab/coreutils';
import { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { confirmAndDo } from '../confirm';
import { diffIcon } from '../icon';
import { ISuggestion } from '../notebookApi';
import { CommandIDs } from '../tokens';
import { askToDecide } from '../widgets/suggestDialog';
import { BackHeader } from './BackHeader';
import { usePanel, useSignal } from './context';
import { Refusal } from './Refusal';
import { StateMessage } from './StateMessage';

function stateLabel(trans: TranslationBundle, suggestion: ISuggestion): string {
  switch (suggestion.state) {
    case 'open':
      return trans.__('Open');
    case 'accepted':
      return trans.__('Accepted: version %1', suggestion.version ?? '');
    case 'declined':
      return trans.__('Declined');
    case 'withdrawn':
      return trans.__('Withdrawn');
  }
}

/** What can be done with a suggestion; what would be refused is not offered. */
function Actions(props: { suggestion: ISuggestion }): React.JSX.Element {
  const { trans, model, commands } = usePanel();
  const { suggestion } = props;
  const { id, to, author, can } = suggestion;
  const decide = (decision: 'accept' | 'decline') =>
    void askToDecide(trans, suggestion, decision, async word => {
      await model.suggestions.decide(suggestion, decision, word);
      await model.refresh();
    });
  const withdraw = () =>
    void confirmAndDo(
      trans,
      {
        title: trans.__('Withdraw your suggestion to %1?', to),
        body: trans.__('Nobody can accept it any more. You can suggest again.'),
        accept: trans.__('Withdraw')
      },
      async () => {
        await model.suggestions.decide(suggestion, 'withdraw');
        await model.refresh();
      }
    );
  const about = trans.__('the suggestion of %1 to %2', author, to);
  const button = (label: string, style: string, onClick: () => void) => (
    <button
      type="button"
      className={`jp-Repo-button jp-mod-styled ${style}`}
      aria-label={`${label}: ${about}`}
      onClick={onClick}
    >
      {label}
    </button>
  );
  return (
    <div className="jp-Repo-actions">
      {button(trans.__('Show changes'), 'jp-mod-reject', () => {
        void commands.execute(CommandIDs.openSuggestion, { id });
      })}
      {can.includes('accept') &&
        button(trans.__('Accept…'), 'jp-mod-accept', () => decide('accept'))}
      {can.includes('decline') &&
        button(trans.__('Decline…'), 'jp-mod-reject', () => decide('decline'))}
      {can.includes('withdraw') && button(trans.__('Withdraw…'), 'jp-mod-reject', withdraw)}
    </div>
  );
}

function Suggestion(props: { suggestion: ISuggestion }): React.JSX.Element {
  const { trans, model } = usePanel();
  const { suggestion } = props;
  const { to, author, state, word, base_version: base, decided_by: decider } = suggestion;
  return (
    <li className="jp-Repo-suggestion" data-state={state}>
      <div className="jp-Repo-rowLine">
        <button
          type="button"
          className="jp-Repo-link jp-Repo-name"
          title={trans.__('Show details')}
          onClick={() => void model.detail.open(to)}
        >
          {to}
        </button>
        <span className="jp-Repo-label">{stateLabel(trans, suggestion)}</span>
      </div>
      <div className="jp-Repo-secondary">
        {trans.__('%1, from version %2', author, base)}
        {' · '}
        <time dateTime={suggestion.created_at} title={Time.format(suggestion.created_at)}>
          {Time.formatHuman(suggestion.created_at)}
        </time>
      </div>
      <p className="jp-Repo-said">{suggestion.message}</p>
      {word && (
        <p className="jp-Repo-said">
          <span className="jp-Repo-secondary">{decider}: </span>
          {word}
        </p>
      )}
      {state === 'open' && suggestion.outdated && (
        <p className="jp-Repo-hint">
          {trans.__(
            'The notebook has version %1 since: accepting puts this in its place, without what was changed there.',
            suggestion.latest_version ?? ''
          )}
        </p>
      )}
      <Actions suggestion={suggestion} />
    </li>
  );
}

function Suggestions(props: { title: string; items: ISuggestion[] }): React.JSX.Element | null {
  const { title, items } = props;
  if (items.length === 0) {
    return null;
  }
  return (
    <section className="jp-Repo-section">
      <div className="jp-Repo-sectionHead">
        <h3>{title}</h3>
        <span className="jp-Repo-count">{items.length}</span>
      </div>
      <ul className="jp-Repo-suggestions" aria-label={title}>
        {items.map(suggestion => (
          <Suggestion key={suggestion.id} suggestion={suggestion} />
        ))}
      </ul>
    </section>
  );
}

/** Changes suggested to my notebooks, and those that I suggested to others'. */
export function SuggestionsView(): React.JSX.Element {
  const { trans, model } = usePanel();
  const { suggestions } = model;
  useSignal(suggestions.changed);
  const { received, sent, refusal } = suggestions;
  const open = received?.filter(({ state }) => state === 'open') ?? [];
  const decided = received?.filter(({ state }) => state !== 'open') ?? [];
  return (
    <article className="jp-Repo-view" aria-label={trans.__('Suggested changes')}>
      <BackHeader label={trans.__('Back')} onBack={() => suggestions.close()} />
      <div className="jp-Repo-viewBody">
        <h2>{trans.__('Suggested changes')}</h2>
        <Refusal refusal={refusal} onRetry={() => void suggestions.refresh()} />
        {received === null ? (
          !refusal && <p role="status">{trans.__('Loading…')}</p>
        ) : received.length + sent.length === 0 ? (
          <StateMessage icon={diffIcon} title={trans.__('No suggestion yet')}>
            <p>
              {trans.__(
                'To suggest a change to somebody’s notebook, open it, change it, and choose “Suggest a Change…” in the File menu.'
              )}
            </p>
          </StateMessage>
        ) : (
          <>
            <Suggestions title={trans.__('For you to decide')} items={open} />
            <Suggestions title={trans.__('Suggested by you')} items={sent} />
            <Suggestions title={trans.__('Decided')} items={decided} />
          </>
        )}
      </div>
    </article>
  );
}
