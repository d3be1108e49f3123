import type { PriceItem } from '@sightglass/contract/price';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { PRICES_KEY, removePrice } from '../../api/prices.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { useSetSearchText } from '../../routing/useSearchText.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';

interface RemovePriceProps {
  price: PriceItem;
  open: boolean;
  onClose: () => void;
}

/** Asks before an own price is removed, and says what holds then. */
export function RemovePrice({ price, open, onClose }: RemovePriceProps) {
  const client = useQueryClient();
  const setSearch = useSetSearchText();
  const remove = useMutation({
    mutationFn: () => removePrice(price.id),
    onSuccess: async () => {
      onClose();
      setSearch({ saved: 'removed' });
      await client.invalidateQueries({ queryKey: PRICES_KEY });
    },
  });
  return (
    <ConfirmDialog
      open={open}
      title={`Remove the price of ${price.model}?`}
      confirm={remove.isPending ? 'Waiting …' : 'Remove'}
      variant="danger"
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      onCancel={() => {
        remove.reset();
        onClose();
      }}
    >
      <p>
        For what arrives from now on the next price in line holds: another own one of this model, else the bundled one. Where there is none, calls are
        unpriced.
      </p>
      <p>Stored calls keep their cost until a recompute, and this price goes on explaining it.</p>
      {remove.error === null ? null : (
        <p className="worse" role="alert">
          Not removed: {asProblem(remove.error).message}
        </p>
      )}
    </ConfirmDialog>
  );
}
