import { useVirtualizer } from '@tanstack/react-virtual';
import { useNavigate } from '@tanstack/react-router';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, type ReactNode, type RefObject, useEffect } from 'react';
import { Skeleton } from '../ui/Skeleton.tsx';
import { type ItemColumn, type ItemList, type ItemSort, nextSort, routeOf } from './itemList.ts';
import { useEndNear } from './useEndNear.ts';
import './itemGrid.css';

const ROW_HEIGHT = 32;
/** A row that is scrolled to must not end under the header. */
const HEAD_HEIGHT = 32;
const PREFETCH_ROWS = 30;

export interface ItemRowsProps<Item> {
  list: ItemList<Item>;
  items: readonly Item[];
  hasMore: boolean;
  onEndNear: () => void;
  scroller: RefObject<HTMLDivElement | null>;
  initialScrollTop: number;
  onScrolled: (scrollTop: number) => void;
}

export interface ItemGridProps<Item> extends ItemRowsProps<Item> {
  /** The row that the keyboard is on. */
  activeId: string | null;
  onActivate: (id: string) => void;
  sort: ItemSort;
  onSort: (sort: ItemSort) => void;
}

/** How a person arranged a grid; what is absent is as the list has it. */
interface ItemGridLayout<Item> {
  columns?: readonly ItemColumn<Item>[];
  /** By column id, CSS pixels. */
  widths?: Readonly<Record<string, number>>;
  /** CSS pixels. */
  rowHeight?: number;
  /** What stands at the edge of a header: a handle to drag. `width` is that of the column, CSS pixels. */
  renderHeaderEnd?: (column: ItemColumn<Item>, width: number) => ReactNode;
}

const NO_WIDTHS: Readonly<Record<string, number>> = {};

/** The list as a grid of rows, of which only those in sight are drawn. */
export function ItemGrid<Item>(props: ItemGridProps<Item> & ItemGridLayout<Item>) {
  const { list, items, hasMore, onEndNear, scroller, initialScrollTop, onScrolled, activeId, onActivate, sort, onSort } = props;
  const { columns = list.columns, widths = NO_WIDTHS, rowHeight = ROW_HEIGHT, renderHeaderEnd } = props;
  const { idOf, title } = list;
  const navigate = useNavigate();
  // oxlint-disable-next-line react/incompatible-library -- only the React Compiler minds, and it is not used
  const virtual = useVirtualizer({
    count: items.length + (hasMore ? 1 : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    initialOffset: initialScrollTop,
    scrollPaddingStart: HEAD_HEIGHT,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? 'more' : `item ${idOf(item)}`;
    },
  });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);
  useEndNear(virtual, { loaded: items.length, hasMore, ahead: PREFETCH_ROWS, onEndNear });
  const activeIndex = items.findIndex((item) => idOf(item) === activeId);
  useEffect(() => {
    if (activeIndex >= 0) virtual.scrollToIndex(activeIndex);
  }, [activeIndex, virtual]);

  const onRowClick = (event: MouseEvent, item: Item) => {
    onActivate(idOf(item));
    const onControl = event.target instanceof Element && event.target.closest('a, button') !== null;
    if (!onControl && getSelection()?.isCollapsed !== false) void navigate(routeOf(list.linkOf(item)));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return;
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20, Home: -Infinity, End: Infinity }[event.key];
    const next = move === undefined ? undefined : items[Math.min(items.length - 1, Math.max(0, activeIndex + move))];
    if (next === undefined) return;
    event.preventDefault();
    onActivate(idOf(next));
  };

  const widthOf = ({ id, width }: ItemColumn<Item>) => widths[id] ?? width;
  const tracks = columns.map((column) => track(column, widths[column.id])).join(' ');
  const minWidth = columns.reduce((sum, column) => sum + widthOf(column), 0);
  return (
    <div
      ref={scroller}
      className={`item-grid ${list.list.noun}-grid`}
      role="grid"
      aria-label={title}
      aria-rowcount={hasMore ? -1 : items.length + 1}
      aria-colcount={columns.length}
      aria-activedescendant={activeIndex < 0 ? undefined : rowId(activeIndex)}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={(event) => onScrolled(event.currentTarget.scrollTop)}
      style={{ '--item-columns': tracks, '--item-width': `${minWidth}px`, '--item-row': `${rowHeight}px` } as React.CSSProperties}
    >
      <div role="rowgroup" className="item-grid-head">
        <div role="row" aria-rowindex={1} className="item-grid-row">
          {columns.map((column) => (
            <HeaderCell key={column.id} column={column} sort={sort} onSort={(key) => onSort(nextSort(list, sort, key))}>
              {renderHeaderEnd?.(column, widthOf(column))}
            </HeaderCell>
          ))}
        </div>
      </div>
      <div role="rowgroup" className="item-grid-body" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((row) => {
          const item = items[row.index];
          const place = { 'aria-rowindex': row.index + 2, style: { transform: `translateY(${row.start}px)` } };
          if (item === undefined) {
            return (
              <div key={row.key} role="row" className="item-grid-row item-grid-item" {...place}>
                <div role="gridcell" className="item-grid-more" aria-colspan={columns.length} aria-busy="true">
                  <Skeleton />
                </div>
              </div>
            );
          }
          return (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- keys are handled by the grid and by the page
            <div
              key={row.key}
              id={rowId(row.index)}
              role="row"
              aria-selected={idOf(item) === activeId}
              className="item-grid-row item-grid-item"
              onClick={(event) => onRowClick(event, item)}
              {...place}
            >
              {columns.map((column, position) => (
                <div
                  key={column.id}
                  role="gridcell"
                  aria-colindex={position + 1}
                  className={column.alignEnd === true ? 'item-grid-cell item-grid-end' : 'item-grid-cell'}
                >
                  {column.cell(item)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

/** By place: an id may hold anything. */
const rowId = (index: number) => `item-row-${index}`;

/** One track of the CSS grid; `width` is the one that a person set. */
function track({ width: usual, grows }: ItemColumn<never>, width: number | undefined): string {
  return grows === true && width === undefined ? `minmax(${usual}px, 1fr)` : `${width ?? usual}px`;
}

interface HeaderCellProps<Item> {
  column: ItemColumn<Item>;
  sort: ItemSort;
  onSort: (key: string) => void;
  children: ReactNode;
}

function HeaderCell<Item>({ column, sort, onSort, children }: HeaderCellProps<Item>) {
  const { sort: key, label } = column;
  const sorted = key !== undefined && sort.key === key;
  const words = column.headerHidden === true ? <span className="visually-hidden">{label}</span> : <span className="truncate">{label}</span>;
  return (
    <div
      role="columnheader"
      aria-sort={key === undefined ? undefined : sorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
      className={column.alignEnd === true ? 'item-grid-header item-grid-end' : 'item-grid-header'}
    >
      {key === undefined ? (
        words
      ) : (
        <button type="button" className="item-grid-sort" onClick={() => onSort(key)}>
          {words}
          {sorted ? sort.descending ? <ArrowDown aria-hidden="true" /> : <ArrowUp aria-hidden="true" /> : null}
        </button>
      )}
      {children}
    </div>
  );
}
