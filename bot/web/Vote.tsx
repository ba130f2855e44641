/** @jsxImportSource preact */
import type { Texts } from './types.ts';

/** Whether an answer helped; who says no is offered a person at once. */
export function Vote({ vote, texts, onVote, onPerson }: VoteProps) {
  if (vote === undefined) {
    return (
      <div class="vote">
        <span>{texts('helpful')}</span>
        <button type="button" onClick={() => onVote(true)}>
          {texts('yes')}
        </button>
        <button type="button" onClick={() => onVote(false)}>
          {texts('no')}
        </button>
      </div>
    );
  }
  return (
    <div class="vote" role="status">
      <span>{texts(vote ? 'votedYes' : 'votedNo')}</span>
      {!vote && (
        <button type="button" onClick={onPerson}>
          {texts('person')}
        </button>
      )}
    </div>
  );
}

type VoteProps = {
  vote: boolean | undefined;
  texts: Texts;
  onVote(helpful: boolean): void;
  onPerson(): void;
};
