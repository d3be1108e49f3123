import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from './Button.tsx';
import { copyText } from './copyText.ts';

interface CopyButtonProps {
  text: string;
  /** What is copied: "Copy trace id". */
  label: string;
  /** Shows the label beside the icon. */
  withLabel?: boolean;
}

/** Copies text and says so, also aloud. */
export function CopyButton({ text, label, withLabel = false }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'copied' | 'refused' | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), 2000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () => void copyText(text).then((copied) => setOutcome(copied ? 'copied' : 'refused'));
  const said = outcome === null ? '' : outcome === 'copied' ? 'Copied' : 'The browser refused to copy';
  const icon = outcome === 'copied' ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />;
  return (
    <>
      {withLabel ? (
        <Button onClick={copy}>
          {icon}
          {said === '' ? label : said}
        </Button>
      ) : (
        <IconButton label={said === '' ? label : said} onClick={copy}>
          {icon}
        </IconButton>
      )}
      <span className="visually-hidden" role="status">
        {said}
      </span>
    </>
  );
}
