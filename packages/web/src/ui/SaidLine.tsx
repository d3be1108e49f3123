import './saidLine.css';

/** What was done last on a page, for the eye and read aloud; nothing when the text is empty. */
export function SaidLine({ said }: { said: string }) {
  return (
    <p role="status" className={said === '' ? 'visually-hidden' : 'said-line'}>
      {said}
    </p>
  );
}
