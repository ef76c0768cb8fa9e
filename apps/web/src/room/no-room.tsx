import { Icon } from '../ui/icon.tsx';

/** What a wide screen shows beside the list while no talk is open. */
export function NoRoom({ onStart }: { onStart: () => void }) {
  return (
    <div className="no-room">
      <h1>Pick a talk</h1>
      <p>Choose one from the list, or start a new one.</p>
      <button type="button" className="button" onClick={onStart}>
        <Icon name="plus" />
        New talk
      </button>
    </div>
  );
}
