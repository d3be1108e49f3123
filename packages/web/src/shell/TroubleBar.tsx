import { useQueryClient } from '@tanstack/react-query';
import { CloudOff } from 'lucide-react';
import { useServerTrouble } from '../api/serverTrouble.ts';
import { Button } from '../ui/Button.tsx';
import './troubleBar.css';

/** Says that the server stopped answering while older data is still on screen. */
export function TroubleBar() {
  const trouble = useServerTrouble();
  const client = useQueryClient();
  return (
    <div role="status">
      {trouble === null ? null : (
        <div className="trouble">
          <CloudOff aria-hidden="true" />
          <span>{trouble.title}. What you see may be out of date.</span>
          <Button onClick={() => void client.invalidateQueries()}>Try again</Button>
        </div>
      )}
    </div>
  );
}
