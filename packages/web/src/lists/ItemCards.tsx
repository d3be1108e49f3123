import { useVirtualizer } from '@tanstack/react-virtual';
import { Skeleton } from '../ui/Skeleton.tsx';
import type { ItemRowsProps } from './ItemGrid.tsx';
import { useEndNear } from './useEndNear.ts';
import './itemCards.css';

const CARD_HEIGHT = 92;
const PREFETCH_CARDS = 15;

/** The list on narrow screens: what triage needs of each item, on a card. */
export function ItemCards<Item>({ list, items, hasMore, onEndNear, scroller, initialScrollTop, onScrolled }: ItemRowsProps<Item>) {
  // oxlint-disable-next-line react/incompatible-library -- only the React Compiler minds, and it is not used
  const virtual = useVirtualizer({
    count: items.length + (hasMore ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_HEIGHT,
    overscan: 6,
    initialOffset: initialScrollTop,
  });
  useEndNear(virtual, { loaded: items.length, hasMore, ahead: PREFETCH_CARDS, onEndNear });
  return (
    <div ref={scroller} className={`item-cards ${list.list.noun}-cards`} onScroll={(event) => onScrolled(event.currentTarget.scrollTop)}>
      <ul aria-label={list.title} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((row) => {
          const item = items[row.index];
          return (
            <li key={row.key} className="item-card" style={{ transform: `translateY(${row.start}px)` }}>
              {item === undefined ? <Skeleton /> : list.renderCard(item)}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
