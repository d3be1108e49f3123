import './kbd.css';

/** Keys as a person presses them: `Ctrl K`, `g t`, `?`. Every word is a key. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="kbd">
      {keys.split(' ').map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}
